/** What is believed of chances? One Beta posterior per entry. */

import { betaCdf, lnBeta } from '../../numerics/beta.ts';
import type { RandomStream } from '../../numerics/random.ts';
import type { ArmPosterior } from './arm-posterior.ts';

/** Beta(alpha, beta) for each entry; parameters above 0. */
export class BetaPosterior implements ArmPosterior {
  readonly size: number;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;

  constructor(alpha: Float64Array, beta: Float64Array) {
    this.size = alpha.length;
    this.alpha = alpha;
    this.beta = beta;
  }

  draw(into: Float64Array, random: RandomStream): void {
    const { alpha, beta } = this;
    for (let i = 0; i < into.length; i++) into[i] = random.beta(alpha[i], beta[i]);
  }

  below(entry: number): (x: number) => number {
    const alpha = this.alpha[entry];
    const beta = this.beta[entry];
    const lnB = lnBeta(alpha, beta);
    return (x) => betaCdf(x, alpha, beta, lnB);
  }

  /** The mean of each entry. */
  means(): Float64Array {
    return this.alpha.map((successes, i) => successes / (successes + this.beta[i]));
  }
}
