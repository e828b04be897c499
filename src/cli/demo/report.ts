/** What came of it? One table for a person, of the same figures that `--json` gives. */

import type { DemoResult } from '../demo.ts';
import { evaluationText } from '../evaluate.ts';
import { fixed, interval, table } from '../table.ts';
import { incrementalText } from './incremental-page.ts';

const ms = (value: number): string => fixed(value, 3);

/** The report for reading, at most 80 columns. */
export function reportText(result: DemoResult): string {
  const { data, quality, latencyMs, regret, events, nearline, serving } = result;
  const early = [10, 100, 1000, 10_000];
  const stages = Object.entries(latencyMs.stages).map(([name, times]) => [`  ${name}`, times] as const);
  return [
    '',
    `Sluice on ${result.simulated ? 'a simulated world' : 'real history'}: ${data.interactions} interactions, ` +
      `${data.users} people, ${data.items} items`,
    '',
    ...quality.flatMap((evaluation) => [evaluationText(evaluation), '']),
    `Latency of ${latencyMs.requests} requests, ms (backend ${result.backend}, trained by ${result.trainedBy})`,
    table([
      ['stage', 'p50', 'p95', 'p99', 'max'],
      ...[['whole funnel', latencyMs] as const, ...stages].map(([name, { p50, p95, p99, max }]) => [
        name,
        ms(p50),
        ms(p95),
        ms(p99),
        ms(max),
      ]),
    ]),
    '',
    `Regret R(T), simulated: which of ${regret.arms} new titles belongs in the hero slot?`,
    table([
      ['policy', ...early.map((t) => `T = ${t}`), `T = ${regret.horizon}`],
      ...Object.entries(regret.policies).map(([name, policy]) => [
        name,
        ...early.map((t) => fixed(policy.curve.find((point) => point.t === t)?.regret, 0)),
        interval(policy, 0),
      ]),
    ]),
    '',
    incrementalText(result.incremental, result.incremental.report),
    '',
    table([
      ['served', ''],
      ['played of shown', `${serving.played} of ${serving.shown}`],
      ['events per second, acknowledged after flush', events.eventsPerSecond.toFixed(0)],
      ['an event changes the next slate', nearline.changed ? 'yes' : 'no'],
      ['a logged choice replays bit for bit', result.replayed ? 'yes' : 'no'],
      ['memory, MB', result.memoryMb.toFixed(0)],
      ['seconds in all', result.seconds.toFixed(1)],
    ]),
  ].join('\n');
}
