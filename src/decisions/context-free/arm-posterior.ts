/** What is believed of the entries of a pool? Independent posteriors: draws, and how likely a draw stays below x. */

import type { RandomStream } from '../../numerics/random.ts';

/** One posterior per entry of a pool; independent of each other, continuous. */
export interface ArmPosterior {
  /** Entries of the pool. */
  readonly size: number;
  /** One draw per entry. */
  draw(into: Float64Array, random: RandomStream): void;
  /** The distribution function of an entry: P(its draw <= x). */
  below(entry: number): (x: number) => number;
}
