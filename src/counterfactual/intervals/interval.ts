/** How sure is an off-policy estimate? Bootstrap over rounds, or empirical Bernstein. */

import { unexpected } from '../../errors.ts';
import type { Estimate } from '../../funnel/estimator.ts';
import { quantile } from '../../numerics/bootstrap.ts';
import { RandomStream } from '../../numerics/random.ts';
import { resampledValues } from './resampled-values.ts';
import { estimatedValue, influence, type RoundTerms } from './round-terms.ts';

/** How an interval is made. */
export interface IntervalOptions {
  /**
   * `bootstrap` resamples rounds, numerator and denominator together; exact only for many rounds.
   * `empirical-bernstein` holds for any number of rounds if {@link RoundTerms.range} does, and is wider; of a
   * self-normalised estimator it bounds the linearisation. @default 'bootstrap'
   */
  readonly interval?: 'bootstrap' | 'empirical-bernstein';
  /** How often the interval covers the truth, in (0, 1). @default 0.95 */
  readonly level?: number;
  /** Samples of the bootstrap. @default 1000 */
  readonly resamples?: number;
  /** Seed of the bootstrap. @default 1 */
  readonly seed?: number;
}

/**
 * The values of several estimators over the same rounds, each with its interval.
 *
 * Bootstrap: percentile intervals (Efron 1979), all estimators from the same samples; beyond
 * 20,000 rounds blocks of neighbours are resampled (Kuensch 1989), so that it costs at most 20,000 x resamples x
 * estimators, about 3 ns each. Empirical Bernstein: Maurer and Pontil 2009, theorem 4, both sides.
 *
 * @param terms of the same number of rounds each, at least 2 for empirical Bernstein.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range or terms of no or different rounds.
 * @example
 * ```ts
 * const [{ value, low, high }] = intervals([{ numerator: Float64Array.of(0, 1, 1, 0), range: 1 }]);
 * value; // 0.5
 * low <= value && value <= high; // true
 * ```
 */
export function intervals(
  terms: readonly RoundTerms[],
  { interval = 'bootstrap', level = 0.95, resamples = 1000, seed = 1 }: IntervalOptions = {},
): Estimate[] {
  if (!(level > 0 && level < 1)) throw unexpected('a number between 0 and 1', 'level', level);
  if (terms.length === 0) return [];
  const n = terms[0].numerator.length;
  for (const { numerator } of terms) {
    if (numerator.length === 0 || numerator.length !== n)
      throw unexpected(`${n || 'some'} rounds in all terms`, 'terms', numerator.length);
  }
  if (interval === 'empirical-bernstein') return terms.map((one) => empiricalBernstein(one, 1 - level));
  if (interval !== 'bootstrap')
    throw unexpected('"bootstrap" or "empirical-bernstein"', 'interval', interval);
  if (!(Number.isInteger(resamples) && resamples > 0))
    throw unexpected('a whole number from 1', 'resamples', resamples);
  const tail = (1 - level) / 2;
  return resampledValues(terms, resamples, new RandomStream(seed, 'off-policy bootstrap')).map(
    (values, t) => {
      const sorted = values.sort();
      return {
        value: estimatedValue(terms[t]),
        low: quantile(sorted, tail),
        high: quantile(sorted, 1 - tail),
      };
    },
  );
}

function empiricalBernstein(terms: RoundTerms, delta: number): Estimate {
  const values = influence(terms);
  const n = values.length;
  if (n < 2) throw unexpected('at least 2 rounds', 'terms', n);
  const value = estimatedValue(terms);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - value) ** 2;
  // ln(2 / d) for one side with probability d; each side has half of delta.
  const log = Math.log(4 / delta);
  const width = Math.sqrt((2 * (squares / (n - 1)) * log) / n) + (7 * terms.range * log) / (3 * (n - 1));
  return { value, low: value - width, high: value + width };
}
