/** What if rewards are linear in features that are new every round? The problem on which linear policies are compared. */

import type { RandomStream } from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';

/** Shape of a {@link linearProblem}. */
export interface LinearProblemOptions {
  /** Length of theta and of each action. */
  readonly dimension: number;
  /** Actions offered each round. */
  readonly actions: number;
  /** Standard deviation of a reward around its mean. */
  readonly noise: number;
  /** See {@link BanditProblem.horizon}. */
  readonly horizon?: number;
}

/**
 * A theta uniform on the unit sphere, drawn once a repetition; in each round fresh actions x ~ N(0, I / d) as features
 * of the pool, with mean reward <theta, x> and normal noise.
 *
 * @example
 * ```ts
 * const problem = linearProblem('linear16', { dimension: 16, actions: 100, noise: 0.25 });
 * problem.start(new RandomStream(1))(1).pool.features.length; // 1600
 * ```
 */
export function linearProblem(
  name: string,
  { dimension, actions, noise, horizon }: LinearProblemOptions,
): BanditProblem {
  return {
    name,
    arms: actions,
    vectors: 'features',
    dimension,
    realRewards: true,
    horizon,
    start(random) {
      const theta = Float64Array.from({ length: dimension }, () => random.normal());
      const norm = Math.hypot(...theta);
      const scale = 1 / Math.sqrt(dimension);
      const features = new Float32Array(actions * dimension);
      const means = new Float64Array(actions);
      const pool = {
        rows: Uint32Array.from({ length: actions }, (_, i) => i),
        scores: new Float32Array(actions).fill(0.5),
        features,
      };
      const pull = (pick: number, stream: RandomStream) => means[pick] + noise * stream.normal();
      return () => {
        for (let i = 0; i < actions; i++) {
          means[i] = 0;
          for (let j = 0; j < dimension; j++) {
            const x = Math.fround(scale * random.normal());
            features[i * dimension + j] = x;
            means[i] += (theta[j] / norm) * x;
          }
        }
        return { pool, means, pull };
      };
    },
  };
}
