/** How does a person read what a treatment does? Counts, the mean effect, and each learner with its interval. */

import { fixed, interval, table, wrapped } from '../table.ts';
import type { IhdpReport } from './ihdp.ts';
import type { TrialReport } from './trial.ts';

/** The trial as text of at most 80 columns. */
export function trialText(result: TrialReport, report: string | undefined): string {
  const { treatment, outcome, counts, columns, leftOut, average, heterogeneity, learners, best } = result;
  const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
  const digits = Math.max(Math.abs(average.low), Math.abs(average.high)) < 1 ? 4 : 2;
  return [
    wrapped(
      `What ${treatment.column} "${treatment.treated}" does to ${outcome}, against "${treatment.control}"`,
    ),
    wrapped(
      `${counts.treated} treated rows, ${counts.controls} controls` +
        `${dropped > 0 ? `; ${dropped} rows of other treatments left out` : ''}.`,
    ),
    wrapped(`Learned from: ${columns.map(({ name }) => name).join(', ')}.`),
    ...Object.entries(leftOut).map(([name, reason]) => wrapped(`Left out: ${name}, ${reason}.`)),
    wrapped(`Mean effect: ${interval(average, digits)}`),
    '',
    table([
      ['learner', 'base', 'Qini', 'uplift at 30 %'],
      ...learners.map((one) => [
        `${one.name}${one === best ? ' *' : ''}`,
        one.base,
        interval(one.qini, digits),
        interval(one.upliftAt30, digits),
      ]),
    ]),
    wrapped(`On rows not seen (${result.folds} folds), 95 % intervals. Qini: ${result.conventions.qini}.`),
    wrapped(`* ${best.name} over ${best.base}: the simplest within one standard error of the least R-loss.`),
    ...result.skipped.map((base) =>
      wrapped(`Not fitted, because there are so many rows: ${base}; ask for it by --bases.`),
    ),
    '',
    wrapped(
      heterogeneity.found
        ? `The effect differs between rows (p = ${heterogeneity.p.toFixed(4)}).`
        : `No sign that the effect differs between rows (p = ${heterogeneity.p.toFixed(4)}): treat all or none.`,
    ),
    ...(report === undefined ? [] : [wrapped(`Report: ${report}`)]),
  ].join('\n');
}

/** Errors against the truth as text of at most 80 columns. */
export function ihdpText({ counts, learners, best, heterogeneity, files }: IhdpReport): string {
  const row = (name: string, one: IhdpReport['best']): string[] => [
    name,
    one.base,
    ...[one.sqrtPehe, one.sqrtPeheOutOfFold, one.ateError, one.ateErrorOutOfFold].map(({ mean }) =>
      fixed(mean, 3),
    ),
  ];
  const chosen = files.map(({ best: { name, base } }) => `${name} over ${base}`).join(', ');
  return [
    `Errors against the true effects, mean of ${counts.files} files`,
    table([
      ['learner', 'base', 'sqrt(PEHE)', 'out of fold', '|ATE error|', 'out of fold'],
      ...learners.map((one) => row(one.name, one)),
      row('by choice', best),
    ]),
    wrapped(`Chosen without a look at the truth: ${chosen}.`),
    wrapped(
      `Heterogeneity ${heterogeneity.found ? '' : 'not '}found (p = ${heterogeneity.p.toFixed(4)}, corrected for the number of files).`,
    ),
  ].join('\n');
}
