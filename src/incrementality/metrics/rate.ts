/** Does a prioritisation find those whom the treatment helps most? Rank-weighted average treatment effects. */

import { unexpected } from '../../errors.ts';
import { normalCdf } from '../../numerics/normal.ts';
import { RandomStream } from '../../numerics/random.ts';

/** What is prioritised, and what it brings. */
export interface RankAverageTreatmentEffectOptions {
  /** Who would be treated first, highest first: predicted effects, or a risk; finite. */
  readonly priorities: ArrayLike<number>;
  /**
   * Unbiased scores of each row's effect, made without the priorities' help: doubly robust scores, or in a trial
   * (t - p) / (p (1 - p)) times the outcome.
   */
  readonly scores: ArrayLike<number>;
  /** `autoc` weighs every share of rows alike, `qini` by its size, for effects that are spread over many rows. @default 'autoc' */
  readonly weighting?: 'autoc' | 'qini';
  /** Half-samples behind the standard error. @default 200 */
  readonly resamples?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** A rank-weighted average treatment effect. */
export interface RankAverageTreatmentEffect {
  /** In units of the outcome; 0 where priorities say nothing about effects. */
  readonly estimate: number;
  readonly standardError: number;
  /** 95 % bounds, normal. */
  readonly low: number;
  readonly high: number;
  /** How likely an estimate so far from 0, on either side, is where the truth is 0. */
  readonly p: number;
}

/**
 * RATE: the mean over shares q of TOC(q), how much larger the effect is among the first q than among all (Yadlowsky,
 * Fleming, Shah, Brunskill, Wager 2021), with the standard error by half-samples that the paper proves. Rows of equal
 * priority share their mean score.
 *
 * Cost: O(n log n), and `resamples` passes.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for fewer than four rows or columns of different lengths, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const effects = [3, 2, 1, 0];
 * const { estimate } = rankAverageTreatmentEffect({ priorities: [9, 8, 7, 6], scores: effects });
 * estimate; // 0.75
 * ```
 */
export function rankAverageTreatmentEffect(
  options: RankAverageTreatmentEffectOptions,
): RankAverageTreatmentEffect {
  const { priorities, scores, weighting = 'autoc', resamples = 200, seed = 1 } = options;
  const n = priorities.length;
  if (n < 4) throw unexpected('at least four rows', 'priorities', n);
  if (scores.length !== n) throw unexpected(`${n} entries, one per row,`, 'scores', scores.length);
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    throw unexpected('a whole number from 2', 'resamples', resamples);
  }
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(priorities[i]) && Number.isFinite(scores[i])) continue;
    throw unexpected('finite numbers', 'priorities and scores', priorities[i], 'ERR_SLUICE_NON_FINITE');
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((a, b) => priorities[b] - priorities[a] || a - b);
  const ranked: Ranked = {
    scores: Float64Array.from(order, (i) => scores[i]),
    priorities: Float64Array.from(order, (i) => priorities[i]),
  };
  const estimate = rankWeighted(ranked, new Uint8Array(n).fill(1), weighting);
  const random = new RandomStream(seed, 'half-samples');
  const rows = Uint32Array.from({ length: n }, (_, i) => i);
  let mean = 0;
  let squares = 0;
  for (let r = 1; r <= resamples; r++) {
    const kept = new Uint8Array(n);
    for (let i = 0; i < n >> 1; i++) {
      const j = i + random.below(n - i);
      const row = rows[j];
      rows[j] = rows[i];
      rows[i] = row;
      kept[row] = 1;
    }
    const value = rankWeighted(ranked, kept, weighting);
    const change = value - mean;
    mean += change / r;
    squares += change * (value - mean);
  }
  const standardError = Math.sqrt(squares / (resamples - 1));
  const reach = 1.959963984540054 * standardError;
  return {
    estimate,
    standardError,
    low: estimate - reach,
    high: estimate + reach,
    p: standardError > 0 ? 2 * normalCdf(-Math.abs(estimate) / standardError) : estimate === 0 ? 1 : 0,
  };
}

interface Ranked {
  readonly scores: Float64Array;
  readonly priorities: Float64Array;
}

/** The estimate on the rows that are kept. */
function rankWeighted({ scores, priorities }: Ranked, kept: Uint8Array, weighting: 'autoc' | 'qini'): number {
  // One priority for all says nothing; what rounding leaves is not an effect.
  if (priorities[0] === priorities[priorities.length - 1]) return 0;
  let n = 0;
  let total = 0;
  for (let at = 0; at < scores.length; at++) {
    n += kept[at];
    total += kept[at] * scores[at];
  }
  const all = total / n;
  let sum = 0;
  let above = 0;
  let seen = 0;
  for (let from = 0; from < scores.length; ) {
    let to = from;
    let tied = 0;
    let count = 0;
    for (; to < scores.length && priorities[to] === priorities[from]; to++) {
      count += kept[to];
      tied += kept[to] * scores[to];
    }
    for (let i = 1; i <= count; i++) {
      seen++;
      above += tied / count;
      sum += (weighting === 'autoc' ? 1 : seen / n) * (above / seen - all);
    }
    from = to;
  }
  return sum / n;
}
