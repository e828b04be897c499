/** What does the trial look like? The Qini curve with its band, and baseline against lift, as SVG or in a page. */

import { writeFile } from 'node:fs/promises';
import { averageEffect, qiniBand } from '../../index.ts';
import { step } from '../progress.ts';
import { interval } from '../table.ts';
import type { UpliftOptions } from '../uplift.ts';
import { chart, escaped, text } from './chart.ts';
import { type Segment, segmentsOf } from './segments.ts';
import type { JudgedTrial, TrialReport } from './trial.ts';

const WIDTH = 760;
const BLUE = '#2563a8';
const ORANGE = '#c2500c';

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
    segmentChart(segments, averageEffect(judged.choice.nuisances.scores).mean, result),
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

function segmentChart(segments: readonly Segment[], average: number, { outcome }: TrialReport): string {
  const baselines = segments.map(({ baseline }) => baseline);
  const wide = Math.max(...baselines) - Math.min(...baselines) || 1;
  const least = Math.min(0, ...segments.map(({ lift }) => lift.low));
  const most = Math.max(0, ...segments.map(({ lift }) => lift.high));
  const { at, axes, line } = chart({
    ...{ left: 90, top: 540, width: 630, height: 360 },
    title: `Baseline and lift of ${outcome}, by segment`,
    x: {
      label: `mean ${outcome} without the treatment`,
      from: Math.min(...baselines) - 0.06 * wide,
      to: Math.max(...baselines) + 0.06 * wide,
      format: number,
    },
    y: { label: `lift of ${outcome}`, from: least, to: most + (most - least) * 0.08, format: number },
  });
  const from = Math.min(...baselines) - 0.06 * wide;
  const to = Math.max(...baselines) + 0.06 * wide;
  const middle = [...baselines].sort((a, b) => a - b)[baselines.length >> 1];
  const largest = Math.max(...segments.map(({ rows }) => rows));
  // Who would not come anyway, and is moved more than most: the interval of the lift lies above the mean effect.
  const standsOut = ({ baseline, lift }: Segment): boolean => baseline <= middle && lift.low > average;
  const placed: (readonly [number, number])[] = [];
  const marks = [...segments]
    .sort((a, b) => Number(standsOut(b)) - Number(standsOut(a)) || b.rows - a.rows)
    .map((segment) => {
      const { name, rows, baseline, lift } = segment;
      const [x, y] = at(baseline, lift.mean);
      const colour = standsOut(segment) ? ORANGE : BLUE;
      const radius = 3 + 6 * Math.sqrt(rows / largest);
      // A name that would cover another is left to the tooltip.
      const free = placed.every(([a, b]) => Math.abs(a - x) > 120 || Math.abs(b - y) > 13);
      if (free) placed.push([x, y]);
      const toLeft = x > 560;
      return [
        line([baseline, baseline], [lift.low, lift.high], `stroke="${colour}" stroke-opacity="0.35"`),
        `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="${colour}" fill-opacity="0.75">`,
        `<title>${escaped(`${name}: baseline ${number(baseline)}, lift ${interval(lift, 4)}, ${rows} rows`)}</title></circle>`,
        free
          ? text(
              toLeft ? x - radius - 4 : x + radius + 4,
              y + 4,
              shortened(name),
              toLeft ? 'text-anchor="end"' : '',
            )
          : '',
      ].join('');
    });
  return [
    axes,
    line([from, to], [average, average], 'stroke="#777" stroke-dasharray="5 4"'),
    ...marks.reverse(),
    text(
      720,
      970,
      'dashed: mean effect; orange: low baseline, lift surely above the mean',
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

function shortened(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function number(value: number): string {
  return String(+value.toPrecision(3));
}
