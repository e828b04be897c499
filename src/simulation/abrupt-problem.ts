/** What if the best arm changes overnight? Bernoulli arms whose means change all at once. */

import { type BanditProblem, type BanditRound, fullPool } from './bandit-problem.ts';

/**
 * Arms of 0 or 1 whose means change every `period` rounds, from one line of `means` to the next; the last one stays.
 *
 * @param means one line per period, one probability per arm. @param period in rounds.
 * @example
 * ```ts
 * const round = abruptProblem('swap', [[0.1, 0.9], [0.9, 0.1]], 500).start(new RandomStream(1));
 * round(501).means; // [0.9, 0.1]
 * ```
 */
export function abruptProblem(
  name: string,
  means: readonly (readonly number[])[],
  period: number,
): BanditProblem {
  const pool = fullPool(means[0].length);
  const rounds = means.map((line): BanditRound => {
    const exact = Float64Array.from(line);
    return { pool, means: exact, pull: (arm, random) => (random.uniform() < exact[arm] ? 1 : 0) };
  });
  const last = rounds.length - 1;
  return {
    name,
    arms: means[0].length,
    start: () => (t) => rounds[Math.min(Math.floor((t - 1) / period), last)],
  };
}
