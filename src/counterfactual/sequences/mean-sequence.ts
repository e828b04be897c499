/** How sure is a running mean of bounded values, whenever one looks? */

import type { Interval } from '../../numerics/bootstrap.ts';
import { AnytimeMean } from './anytime-mean.ts';
import { afterSettings, alphaOfSide, type ConfidenceSequence } from './sequence.ts';
import { type ValueRange, valueRange } from './value-range.ts';

/** Settings of {@link MeanSequence}. */
export interface MeanSequenceOptions extends ValueRange {
  /** Probability that the bounds hold at all times, in (0, 1). @default 0.95 */
  readonly level?: number;
}

/**
 * Confidence sequence for the mean of values in [low, high], such as rewards of one arm: the empirical-Bernstein sequence
 * of Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences" (Annals of
 * Statistics 2021, theorem 4) with the gamma-exponential mixture.
 *
 * Where the mean drifts, the bounds hold for the average of the means so far. After 10,000 values they are about 1.1
 * times as wide as the empirical-Bernstein interval for a size fixed beforehand, after 1000 narrower. Cost: O(1) per value.
 *
 * @example
 * ```ts
 * const clicks = new MeanSequence();
 * for (let i = 0; i < 1000; i++) clicks.add(i % 20 === 0 ? 1 : 0);
 * clicks.excludes(0.1); // true
 * clicks.interval().mean; // 0.05
 * ```
 */
export class MeanSequence implements ConfidenceSequence {
  readonly #range: ReturnType<typeof valueRange>;
  readonly #settings: readonly number[];
  readonly #mean: AnytimeMean;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor(options: MeanSequenceOptions = {}) {
    const { level = 0.95 } = options;
    this.#range = valueRange(options);
    const { low, high } = this.#range;
    this.#settings = [low, high, level];
    this.#mean = new AnytimeMean(high - low, alphaOfSide(level));
  }

  get count(): number {
    return this.#mean.count;
  }

  /** @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT for a value outside the range; it is not added. */
  add(value: number): void {
    const { low, high } = this.#range;
    this.#mean.add(this.#range.check(value, 'value'), this.#mean.shrunken((low + high) / 2));
  }

  interval(): Interval {
    const { low, high } = this.#range;
    const { mean, radius, count } = this.#mean;
    if (count === 0) return { mean, low, high };
    return { mean, low: Math.max(low, mean - radius), high: Math.min(high, mean + radius) };
  }

  excludes(value: number): boolean {
    const { low, high } = this.#range;
    return value < low || value > high || this.#mean.excludes(value) || this.#mean.excludes(value, -1);
  }

  snapshot(): Float64Array {
    return Float64Array.of(...this.#settings, ...this.#mean.state);
  }

  restore(state: Float64Array): void {
    this.#mean.state = afterSettings(state, this.#settings, 3);
  }
}
