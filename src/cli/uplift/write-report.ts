/** What does the trial look like? The Qini curve with its band, and baseline against lift, as SVG or in a page. */

import { writeFile } from 'node:fs/promises';
import { qiniBand } from '../../index.ts';
import { step } from '../progress.ts';
import { interval } from '../table.ts';
import type { UpliftOptions } from '../uplift.ts';
import { BLUE, chart, escaped, number, text } from './chart.ts';
import { segmentChart } from './segment-chart.ts';
import { type Segment, segmentsOf } from './segments.ts';
import type { JudgedTrial, TrialReport } from './trial.ts';

const WIDTH = 760;

/** Draws the report and writes it to a file named .svg or .html. */
export async function writeReport(
  path: string,
  { by, seed }: UpliftOptions,
  result: TrialReport,
  judged: JudgedTrial,
): Promise<void> {
  const drawing = await step('Drawing the report');
  const { treatment, outcomes } = judged.trial;
  const band = qiniBand({ uplift: judged.ranks, treatment, outcomes }, { seed });
  const segments = segmentsOf(judged, by);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 980" width="${WIDTH}" height="980" font-family="system-ui, sans-serif" font-size="12" fill="#1c1f23">`,
    `<rect width="${WIDTH}" height="980" fill="#fff"/>`,
    qiniChart(band, result),
    segmentChart(segments, result.average.mean, result.outcome),
    '</svg>',
  ].join('\n');
  await writeFile(path, path.endsWith('.svg') ? `${svg}\n` : page(svg, result, segments));
  drawing.done(path);
}

function qiniChart(
  { shares, heights, low, high }: ReturnType<typeof qiniBand>,
  { best, outcome, conventions }: TrialReport,
): string {
  const least = Math.min(0, ...low);
  const most = Math.max(0, ...high);
  const end = heights[heights.length - 1];
  const { at, axes, line, band } = chart({
    ...{ left: 90, top: 50, width: 630, height: 360 },
    title: `Qini curve of ${best.name} over ${best.base}`,
    x: { label: 'share of rows treated, highest predicted uplift first', from: 0, to: 1, format: percent },
    y: { label: `incremental ${outcome}`, from: least, to: most + (most - least) * 0.05, format: number },
  });
  const [left, bottom] = at(0, least);
  return [
    axes,
    band(shares, low, high, `fill="${BLUE}" fill-opacity="0.16"`),
    line([0, 1], [0, end], 'stroke="#777" stroke-dasharray="5 4"'),
    line(shares, heights, `stroke="${BLUE}" stroke-width="2.5"`),
    text(
      left + 620,
      bottom - 28,
      `Qini ${interval(best.qini, 4)} (${conventions.qini})`,
      'text-anchor="end"',
    ),
    text(
      left + 620,
      bottom - 10,
      'band: 95 % at each share; dashed: treated at random',
      'text-anchor="end" fill="#555"',
    ),
  ].join('\n');
}

function page(
  svg: string,
  { data, treatment, counts, heterogeneity }: TrialReport,
  segments: readonly Segment[],
): string {
  const rows = [...segments]
    .sort((a, b) => b.lift.mean - a.lift.mean)
    .map(
      ({ name, rows, baseline, lift }) =>
        `<tr><td>${escaped(name)}</td><td>${rows}</td><td>${number(baseline)}</td><td>${interval(lift, 4)}</td></tr>`,
    );
  const found = heterogeneity.found ? 'differs between rows' : 'shows no sign of differing between rows';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Uplift of ${escaped(treatment.treated)}</title>
<style>body{font:14px system-ui,sans-serif;max-width:${WIDTH}px;margin:2rem auto;color:#1c1f23}svg{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;border-bottom:1px solid #e3e6ea;text-align:right}
td:first-child,th:first-child{text-align:left}</style></head><body>
<h1>${escaped(treatment.column)}: ${escaped(treatment.treated)} against ${escaped(treatment.control)}</h1>
<p>${escaped(data)}: ${counts.treated} treated rows, ${counts.controls} controls. The effect ${found} (p = ${heterogeneity.p.toFixed(4)}).</p>
${svg}
<table><thead><tr><th>segment</th><th>rows</th><th>baseline</th><th>lift</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
