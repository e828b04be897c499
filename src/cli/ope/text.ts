/** How does a person read an off-policy evaluation? A table, what it rests on, and a refusal in plain words. */

import type { Estimate, LeftOut, OffPolicyEvaluation } from '../../index.ts';
import { table, wrapped } from '../table.ts';

/** Why a decision of a home is not judged by. */
export type Why = LeftOut | 'otherSnapshot' | 'unsettled';

const WORDS: Readonly<Record<Why, string>> = {
  short: 'whose slate does not reach the place',
  degraded: 'that a deadline cut short',
  pending: 'whose propensities are not computed yet',
  withoutPool: 'whose pool was not logged',
  outsidePool: 'that showed what was not in the pool',
  withoutContext: "whose person's vector was not logged",
  otherSnapshot: 'of other snapshots than the newest',
  unsettled:
    'still without outcomes: a running engine settles each when its attribution window, by default 30 minutes, is over',
};

type Result = {
  readonly target: string;
  readonly level?: number;
  readonly reason: string | null;
  readonly leftOut?: Readonly<Record<Why, number>>;
} & (OffPolicyEvaluation | { readonly refused: true; readonly estimates: object });

/** The evaluation as text of at most 80 columns. */
export function opeText(result: Result): string {
  const lines = [wrapped(`What the target policy "${result.target}" would have earned per choice`)];
  if (!('n' in result)) return [...lines, ...leftOut(result.leftOut), refusal(result.reason)].join('\n');
  const { n, effectiveSampleSize, largestWeight, largestShare, meanWeight, overlap, logged } = result;
  const rows = Object.entries(result.estimates).flatMap(([name, estimate]) =>
    estimate === null ? [] : [rowOf(name, estimate)],
  );
  const percent = `${+(100 * (result.level ?? 0.95)).toFixed(2)} %`;
  lines.push(
    table([
      ['estimator', 'value', 'low', 'high'],
      rowOf('as logged', logged),
      ...(result.refused ? [] : rows),
    ]),
  );
  if (result.refused) lines.push(refusal(result.reason));
  else {
    lines.push(`Bounds of ${percent} intervals; "as logged" is the policy that made the log.`);
    lines.push(
      wrapped(
        'Those of dm, clippedIps, switchDr and dros hold chance alone, not the error of the reward model or the bias that bounded weights bring.',
      ),
    );
  }
  lines.push(
    wrapped(
      `Overlap: ${n} ${n === 1 ? 'choice counts' : 'choices count'} as ${effectiveSampleSize.toFixed(0)} of the target's ` +
        `(effective sample size); the largest weight is ${short(largestWeight)}, ` +
        `${(100 * largestShare).toFixed(1)} % of all; the policies share ${(100 * overlap).toFixed(0)} % ` +
        `of their choices; the mean weight is ${meanWeight.toFixed(3)}, where 1 is expected.`,
    ),
    ...result.warnings.map((warning) => wrapped(`Beware: ${warning}.`)),
    ...leftOut(result.leftOut),
  );
  return lines.join('\n');
}

function refusal(reason: string | null): string {
  return wrapped(`No answer: ${reason}.`);
}

/** How many decisions were left out, and why. */
export function leftOut(counts?: Readonly<Record<Why, number>>): string[] {
  return Object.entries(counts ?? {})
    .filter(([, count]) => count > 0)
    .map(([why, count]) =>
      wrapped(`Left out: ${count} ${count === 1 ? 'decision' : 'decisions'} ${WORDS[why as Why]}.`),
    );
}

function rowOf(name: string, { value, low, high }: Estimate): string[] {
  return [name, ...[value, low, high].map((number) => number.toFixed(6))];
}

/** A weight in few signs. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
