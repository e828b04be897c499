/** What would estimates have been on other samples of as many rounds? Bootstrap values, all from the same samples. */

import type { RandomStream } from '../../numerics/random.ts';
import type { RoundTerms } from './round-terms.ts';

/** More units than this make an interval no better, only slower. */
const MOST_UNITS = 20_000;

interface UnitSums {
  readonly offset: Float64Array | undefined;
  readonly numerator: Float64Array;
  readonly denominator: Float64Array | undefined;
}

/**
 * The value of each estimator on each of `resamples` samples with replacement.
 *
 * Units are rounds, or where there are more than 20,000 that many blocks of neighbouring ones.
 *
 * @param terms of the same number of rounds each.
 */
export function resampledValues(
  terms: readonly RoundTerms[],
  resamples: number,
  random: RandomStream,
): Float64Array[] {
  const rounds = terms[0].numerator.length;
  const units = Math.min(rounds, MOST_UNITS);
  const sizes = sumsOf(new Float64Array(rounds).fill(1), units);
  const sums = terms.map(
    ({ offset, numerator, denominator }): UnitSums => ({
      offset: offset && sumsOf(offset, units),
      numerator: sumsOf(numerator, units),
      denominator: denominator && sumsOf(denominator, units),
    }),
  );
  const values = terms.map(() => new Float64Array(resamples));
  const counts = new Uint32Array(units);
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < units; i++) counts[random.below(units)]++;
    const size = weighted(sizes, counts);
    sums.forEach((one, t) => {
      values[t][r] = valueOn(one, counts, size);
    });
  }
  return values;
}

/** As `estimatedValue`, with every unit as often as `counts` says. */
function valueOn({ offset, numerator, denominator }: UnitSums, counts: Uint32Array, size: number): number {
  const shift = offset === undefined ? 0 : weighted(offset, counts);
  const above = weighted(numerator, counts);
  if (denominator === undefined) return (shift + above) / size;
  const below = weighted(denominator, counts);
  return shift / size + (below === 0 ? 0 : above / below);
}

function weighted(column: Float64Array, counts: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] * column[i];
  return sum;
}

/** Sums over blocks of neighbours whose lengths differ by one at most. */
function sumsOf(column: Float64Array, units: number): Float64Array {
  const n = column.length;
  if (units === n) return column;
  const sums = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    const end = Math.floor(((unit + 1) * n) / units);
    for (let i = Math.floor((unit * n) / units); i < end; i++) sums[unit] += column[i];
  }
  return sums;
}
