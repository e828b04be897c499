/** A small world of treated rows and controls, with the true effects. */

import type { UpliftData } from '../../src/incrementality/learners/uplift-data.ts';
import { RandomStream } from '../../src/numerics/random.ts';

/** What the trial is like. */
export interface TrialOptions {
  readonly n: number;
  readonly dimension: number;
  /** The true effect on a row: of a real outcome, or of the probability of a binary one. */
  readonly effect: (row: Float64Array) => number;
  /** @default a function of the first features; of a binary outcome .2 to .4 */
  readonly baseline?: (row: Float64Array) => number;
  /** @default 0.5 */
  readonly propensity?: (row: Float64Array) => number;
  /** @default false */
  readonly binary?: boolean;
  /** Whether the learner is told the propensities. @default false */
  readonly known?: boolean;
}

/** Draws a trial. */
export function simulateTrial(
  seed: number,
  options: TrialOptions,
): { data: UpliftData; truth: Float64Array } {
  const { n, dimension, effect, propensity = () => 0.5, binary = false, known = false } = options;
  const baseline = options.baseline ?? ((x) => (binary ? 0.3 + 0.1 * Math.tanh(x[0]) : x[0] + (x[1] ?? 0)));
  const random = new RandomStream(seed, 'trial');
  const features = Float64Array.from({ length: n * dimension }, () => random.normal());
  const row = (i: number) => features.subarray(i * dimension, (i + 1) * dimension);
  const propensities = Float64Array.from({ length: n }, (_, i) => propensity(row(i)));
  const treatment = Uint8Array.from(propensities, (p) => (random.uniform() < p ? 1 : 0));
  const truth = Float64Array.from({ length: n }, (_, i) => effect(row(i)));
  const outcomes = truth.map((tau, i) => {
    const mean = baseline(row(i)) + treatment[i] * tau;
    return binary ? (random.uniform() < mean ? 1 : 0) : mean + random.normal();
  });
  return { data: { features, dimension, treatment, outcomes, ...(known && { propensities }) }, truth };
}
