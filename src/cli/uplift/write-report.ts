/** What does the trial look like? The Qini curve with its band, and baseline against lift, as SVG or in a page. */

import { qiniBand } from '../../index.ts';
import { number, svgOf } from '../charts/chart.ts';
import { pageOf, writeReportFile } from '../charts/page.ts';
import { qiniChart } from '../charts/qini.ts';
import { scatter } from '../charts/scatter.ts';
import { step } from '../progress.ts';
import { interval } from '../table.ts';
import type { UpliftOptions } from '../uplift.ts';
import { segmentsOf } from './segments.ts';
import type { JudgedTrial, TrialReport } from './trial.ts';

/** Draws the report and writes it to a file named .svg or .html. */
export async function writeReport(
  path: string,
  { by, seed }: UpliftOptions,
  result: TrialReport,
  judged: JudgedTrial,
): Promise<void> {
  const drawing = await step('Drawing the report');
  const { treatment, outcomes } = judged.trial;
  const { best, outcome, conventions, average, heterogeneity, counts } = result;
  const segments = segmentsOf(judged, by);
  const charts = [
    qiniChart({
      title: `Qini curve of ${best.name} over ${best.base}`,
      x: 'share of rows treated, highest predicted uplift first',
      y: `incremental ${outcome}`,
      band: qiniBand({ uplift: judged.ranks, treatment, outcomes }, { seed }),
      notes: [
        'band: 95 % at each share; dashed: treated at random',
        `Qini ${interval(best.qini, 4)} (${conventions.qini.split(',')[0]})`,
      ],
    }),
    ...(segments.length === 0
      ? []
      : [
          scatter(segments, average.mean, {
            title: `Baseline and lift of ${outcome}, by segment`,
            baseline: `mean ${outcome} without the treatment`,
            lift: `lift of ${outcome}`,
          }),
        ]),
  ];
  const { column, treated, control } = result.treatment;
  const found = heterogeneity.found ? 'differs between rows' : 'shows no sign of differing between rows';
  const content = path.endsWith('.svg')
    ? svgOf(charts)
    : pageOf({
        title: `${column}: ${treated} against ${control}`,
        paragraphs: [
          `${result.data}: ${counts.treated} treated rows, ${counts.controls} controls. Mean effect ${interval(average, 4)}.`,
          `The effect ${found} (p = ${heterogeneity.p.toFixed(4)}).`,
        ],
        charts,
        tables: [
          {
            caption: 'Segments by lift, with 95 % intervals',
            rows: [
              ['segment', 'rows', 'baseline', 'lift'],
              ...segments
                .sort((a, b) => b.lift.mean - a.lift.mean)
                .map(({ name, rows, baseline, lift }) => [
                  ...[name, String(rows), number(baseline), interval(lift, 4)],
                ]),
            ],
          },
        ],
      });
  await writeReportFile(path, content);
  drawing.done(path);
}
