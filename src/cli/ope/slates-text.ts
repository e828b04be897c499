/** How does a person read an off-policy evaluation of slates? Each estimator with what it rests on. */

import type { SlateEvaluation } from '../../index.ts';
import { table, wrapped } from '../table.ts';
import { leftOut, short, type Why } from './text.ts';

interface Result extends SlateEvaluation {
  readonly target: string;
  readonly level: number;
  readonly leftOut: Readonly<Record<Why, number>>;
}

/** The evaluation as text of at most 80 columns. */
export function slatesText({ target, level, logged, estimates, warnings, leftOut: left }: Result): string {
  const numbers = [logged.value, logged.low, logged.high].map((number) => number.toFixed(6));
  const rows = [['as logged', ...numbers, '', '']];
  const refusals: string[] = [];
  for (const [name, one] of Object.entries(estimates)) {
    if (one === null) continue;
    const { estimate, reason, effectiveSampleSize, largestWeight } = one;
    const cells = estimate
      ? [estimate.value, estimate.low, estimate.high].map((number) => number.toFixed(6))
      : ['-', '-', '-'];
    rows.push([name, ...cells, effectiveSampleSize.toFixed(0), short(largestWeight)]);
    if (reason !== null) refusals.push(wrapped(`No answer by ${name}: ${reason}.`));
  }
  return [
    wrapped(`What the target policy "${target}" would have earned per slate`),
    table([['estimator', 'value', 'low', 'high', 'effective n', 'most weight'], ...rows]),
    `Bounds of ${+(100 * level).toFixed(2)} % intervals; "as logged" is the policy that made the log.`,
    ...refusals,
    ...warnings.map((warning) => wrapped(`Beware: ${warning}.`)),
    ...leftOut(left),
  ].join('\n');
}
