/** On which bandit problems are policies compared? Those of the literature, by name. */

import { unexpected } from '../errors.ts';
import { abruptProblem } from './abrupt-problem.ts';
import { type BanditProblem, stationaryProblem } from './bandit-problem.ts';
import { digitsProblem } from './digits-problem.ts';
import { linearProblem } from './linear-problem.ts';

/** Every problem by name; each call makes it anew. */
const PROBLEMS = {
  easy9: () => stationaryProblem('easy9', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
  mid9: () => stationaryProblem('mid9', [0.01, 0.02, 0.3, 0.4, 0.5, 0.6, 0.795, 0.8, 0.805]),
  hard9: () => stationaryProblem('hard9', [0.01, 0.01, 0.01, 0.02, 0.02, 0.02, 0.05, 0.05, 0.1]),
  two: () => stationaryProblem('two', [0.5, 0.6]),
  abrupt3: () => abruptProblem('abrupt3', ABRUPT3, 2500),
  linear16: () => linearProblem('linear16', { dimension: 16, actions: 100, noise: 0.25, horizon: 3000 }),
  digits: (data?: string) => {
    if (data === undefined) throw unexpected('the file of the digits', 'data', data);
    return digitsProblem(data);
  },
} as const satisfies Record<string, (data?: string) => BanditProblem>;

const ABRUPT3 = [
  [0.2, 0.5, 0.9],
  [0.9, 0.5, 0.2],
  [0.5, 0.9, 0.2],
  [0.2, 0.5, 0.9],
];

/** Name of a problem that {@link banditProblem} knows. */
export type BanditProblemName = keyof typeof PROBLEMS;

/** The names that {@link banditProblem} knows. */
export const BANDIT_PROBLEMS = Object.freeze(Object.keys(PROBLEMS)) as readonly BanditProblemName[];

/**
 * A problem of the literature by name: `easy9`, `mid9`, `hard9`, `two`, `abrupt3`, `linear16` or `digits`.
 *
 * @param data the file of the digits; other problems need none.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another name or without the file; ERR_SLUICE_DATA_NOT_FOUND,
 * ERR_SLUICE_DATA_INVALID for a file that holds no digits.
 * @example
 * ```ts
 * banditProblem('two').arms; // 2
 * ```
 */
export function banditProblem(name: string, data?: string): BanditProblem {
  if (!Object.hasOwn(PROBLEMS, name))
    throw unexpected(`one of ${BANDIT_PROBLEMS.join(', ')}`, 'problem', name);
  return PROBLEMS[name as BanditProblemName](data);
}
