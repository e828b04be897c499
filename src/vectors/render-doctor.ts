/** How does a doctor's report read on a terminal of 80 columns? */

import type { DoctorReport, Refusal, Serving } from './doctor.ts';

const WIDTH = 80;
const INDENT = 12;

/**
 * The report as text, at most 80 columns wide where words allow it.
 *
 * @example
 * ```ts
 * process.stdout.write(renderDoctor(await doctor()));
 * ```
 */
export function renderDoctor(report: DoctorReport): string {
  const { cpu, backend, selfTest } = report;
  const lines = [
    ...entry('sluice', report.sluice),
    ...entry(
      'node',
      `${report.node} on ${[report.platform, report.arch, report.libc].filter(Boolean).join(' ')}`,
    ),
    ...entry('processor', `${cpu.model}, ${cpu.threads} threads`),
    ...entry('features', cpu.features.join(' ') || 'unknown'),
    ...entry('backend', backend === null ? 'none works' : serving(backend)),
    ...report.refused.flatMap((refused) => refusal('refused', refused)),
    ...report.byName.flatMap((named) =>
      'reason' in named ? refusal('by name', named) : entry('by name', serving(named)),
    ),
  ];
  if (selfTest !== null) {
    const shape = `top ${selfTest.k} of ${selfTest.rows} x ${selfTest.dimension}`;
    const times = `${selfTest.milliseconds.toFixed(2)} ms, reference ${selfTest.referenceMilliseconds.toFixed(2)} ms`;
    lines.push(
      ...entry('self-test', selfTest.passed ? `passed: ${shape} in ${times}` : `FAILED: ${selfTest.reason}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

function serving({ backend, isa, threads, fewerThreads }: Serving): string {
  const serves = `${backend} (${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`;
  return fewerThreads === undefined ? serves : `${serves}; no more, since ${fewerThreads}`;
}

function refusal(label: string, { backend, reason, remedy }: Refusal): string[] {
  return [...entry(label, `${backend}: ${reason}`), ...entry('', `-> ${remedy}`)];
}

/** A label and its text, wrapped between words. */
function entry(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = label.padEnd(INDENT);
  for (const word of text.split(' ')) {
    if (line.length > INDENT && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(INDENT);
    }
    line += line.length === INDENT ? word : ` ${word}`;
  }
  return [...lines, line];
}
