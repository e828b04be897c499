/** What does incrementality look like? Baseline against lift per title, Qini curves, and where two policies disagree. */

import { number, percent } from '../charts/chart.ts';
import { pageOf } from '../charts/page.ts';
import { qiniChart } from '../charts/qini.ts';
import { scatter } from '../charts/scatter.ts';
import { fitted, fixed, interval, table, wrapped } from '../table.ts';
import type { IncrementalSection } from './incremental.ts';

/** Rows of the table on a terminal. */
const FEW = 6;

/** The section for reading, at most 80 columns. */
export function incrementalText(section: IncrementalSection, report: string): string {
  const { titles, visits, holdout, gained, disagreement, standOut } = section;
  const thousand = (plays: number): string => fixed(1000 * plays, 1);
  return [
    `What showing causes, simulated: ${titles.length} titles, ${visits} visits, ${percent(holdout)} withheld`,
    table([
      ['hero slot by', 'incremental plays per 1000 visits'],
      ['P(play | shown), known exactly', thousand(gained.mostLikely)],
      ['lift, learned from the holdout', thousand(gained.incremental)],
    ]),
    '',
    'Where they disagree most',
    table([
      ['title', 'not shown', 'lift', 'by play', 'by lift'],
      ...disagreement
        .slice(0, FEW)
        .map(({ name, baseline, lift, shownTo }) => [
          fitted(name, 30),
          fixed(baseline, 3),
          interval(lift, 3),
          percent(shownTo.mostLikely),
          percent(shownTo.incremental),
        ]),
    ]),
    ...(standOut.length === 0 ? [] : [wrapped(`Low baseline, high lift: ${standOut.join(', ')}`)]),
    wrapped(`Charts: ${report}`),
  ].join('\n');
}

/** The section as a page. */
export function incrementalPage(section: IncrementalSection): string {
  const { titles, visits, judgedBy, holdout, gained, average, qini, standOut, correlation } = section;
  const more = gained.incremental / gained.mostLikely - 1;
  return pageOf({
    title: 'What showing a title causes',
    paragraphs: [
      `A simulated hero slot: ${titles.length} titles, ${visits} visits, ${percent(holdout)} of the titles withheld from each person by chance. Baseline and lift correlate at ${correlation}: the closer they go together, the less there is to gain.`,
      `Filled by P(play | shown), which is known exactly here, it gains ${fixed(1000 * gained.mostLikely, 1)} incremental plays per 1000 visits; filled by lift, which is learned from what was withheld, ${fixed(1000 * gained.incremental, 1)} (${more < 0 ? '' : '+'}${fixed(100 * more, 1)} %).`,
      standOut.length === 0
        ? 'No title of low baseline has a lift that is surely above the mean.'
        : `Low baseline, lift surely above the mean: ${standOut.join(', ')}. Such titles gain most by being shown.`,
    ],
    charts: [
      scatter(titles, average, {
        title: 'Who needs to be shown? Baseline and lift of each title',
        baseline: 'P(play | not shown)',
        lift: 'lift: P(play | shown) - P(play | not shown)',
      }),
      qiniChart({
        title: 'Qini curves: incremental plays of the first by each ranking',
        x: 'share of rows shown, highest first',
        y: 'incremental plays',
        band: qini.incremental,
        other: qini.mostLikely,
        notes: [
          'blue: ranked by lift, band 95 % at each share; orange: ranked by P(play | shown)',
          `dashed: shown at random; ${judgedBy} visits filled by chance`,
        ],
      }),
    ],
    tables: [
      {
        caption: 'Titles on which the two policies disagree: to how many people each shows them',
        rows: [
          ['title', 'not shown', 'lift', 'true lift', 'by play', 'by lift'],
          ...section.disagreement.map((one) => [
            ...[one.name, number(one.baseline), interval(one.lift, 3), fixed(one.truth.lift, 3)],
            ...[percent(one.shownTo.mostLikely), percent(one.shownTo.incremental)],
          ]),
        ],
      },
    ],
  });
}
