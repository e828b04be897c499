/** A contextual bandit whose truth is known: what a target policy earns, and what a log of another one shows. */

import type { LoggedChoices } from '../../src/counterfactual/logged-choices.ts';
import { RandomStream } from '../../src/numerics/random.ts';

/** Mean reward of an action (second index) in a context (first index). */
export const MEANS = [
  [0.1, 0.5, 0.3],
  [0.6, 0.2, 0.4],
];
const LOGGING = [
  [0.6, 0.1, 0.3],
  [0.2, 0.5, 0.3],
];
const TARGET = [
  [0.2, 0.7, 0.1],
  [0.8, 0.1, 0.1],
];

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Contexts come up equally often. */
export const TRUTH = mean(
  MEANS.map((row, context) => row.reduce((sum, q, action) => sum + TARGET[context][action] * q, 0)),
);

/** A reward model, by context and action. */
export type Model = readonly (readonly number[])[];

/** A wrong one: it says the same of all contexts, and too much. */
export const WRONG: Model = [
  [0.7, 0.7, 0.7],
  [0.7, 0.7, 0.7],
];

/** A log of `rounds` choices with rewards of 0 or 1. */
export function simulatedLog(rounds: number, seed: number, model: Model = MEANS): LoggedChoices {
  const random = new RandomStream(seed, 'simulated log');
  const columns = {
    rewards: new Float64Array(rounds),
    loggingPropensities: new Float64Array(rounds),
    targetPropensities: new Float64Array(rounds),
  };
  const taken = new Float64Array(rounds);
  const expected = new Float64Array(rounds);
  for (let i = 0; i < rounds; i++) {
    const context = random.below(2);
    const draw = random.uniform();
    const [first, second] = LOGGING[context];
    const action = draw < first ? 0 : draw < first + second ? 1 : 2;
    columns.rewards[i] = random.uniform() < MEANS[context][action] ? 1 : 0;
    columns.loggingPropensities[i] = LOGGING[context][action];
    columns.targetPropensities[i] = TARGET[context][action];
    taken[i] = model[context][action];
    expected[i] = model[context].reduce((sum, q, a) => sum + TARGET[context][a] * q, 0);
  }
  return { ...columns, model: { taken, expected } };
}
