/** What is believed of mean rewards? One normal posterior per entry. */

import { normalCdf } from '../../numerics/normal.ts';
import type { RandomStream } from '../../numerics/random.ts';
import type { ArmPosterior } from './arm-posterior.ts';

/** N(mean, deviation^2) for each entry; deviations above 0. */
export class GaussianPosterior implements ArmPosterior {
  readonly size: number;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;

  constructor(mean: Float64Array, deviation: Float64Array) {
    this.size = mean.length;
    this.mean = mean;
    this.deviation = deviation;
  }

  draw(into: Float64Array, random: RandomStream): void {
    const { mean, deviation } = this;
    for (let i = 0; i < into.length; i++) into[i] = mean[i] + deviation[i] * random.normal();
  }

  below(entry: number): (x: number) => number {
    const mean = this.mean[entry];
    const deviation = this.deviation[entry];
    return (x) => normalCdf((x - mean) / deviation);
  }
}
