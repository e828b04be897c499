/** Which policy would have earned most, for all that the log can tell? A softmax policy, learned from logged choices. */

import { unexpected } from '../../errors.ts';
import { lbfgs } from '../../numerics/lbfgs.ts';
import { type SoftmaxInputs, softmaxProbabilities } from './softmax-inputs.ts';

/** A log to learn from, and how. Columns have one entry per round unless they say otherwise. */
export interface LearnPolicyOptions {
  readonly inputs: SoftmaxInputs;
  /** The action taken, counted from 0 in its round. */
  readonly actions: ArrayLike<number>;
  /** Finite. */
  readonly rewards: ArrayLike<number>;
  /** P(the action taken) under the policy that logged, in (0, 1]. */
  readonly loggingPropensities: ArrayLike<number>;
  /**
   * Expected reward of every action of every round, rounds one after another, by a model fitted on other rounds; absent,
   * the mean reward stands for all of them. `crossFitRewards` hands them to its `expect`. With few rewards they are worth
   * more than any setting.
   */
  readonly predictions?: ArrayLike<number>;
  /** Largest weight; above it a round pulls no further. At least 1. @default 100 */
  readonly clip?: number;
  /** How many standard errors below its estimate a policy is valued, at least 0. @default 1 */
  readonly standardErrors?: number;
  /** Penalty on half the squared weights, in rewards of one round; at least 0. @default 0.1 */
  readonly ridge?: number;
  /** Most steps of the search, and of that for its start. @default 100 */
  readonly iterations?: number;
}

/** A policy that was learned. */
export interface LearnedPolicy {
  /** Of {@link SoftmaxInputs.scores}. */
  readonly weights: Float64Array;
  /** What was maximised, at its maximum: an optimistic value, for the policy was chosen by it. */
  readonly objective: number;
  readonly iterations: number;
  /** P(action) of all actions in other rounds, one after another: what an estimator needs of a target. */
  probabilities(inputs: SoftmaxInputs): Float64Array;
}

/**
 * The softmax policy pi(a | x) ~ exp(score) that maximises a lower bound of its value on the log:
 *
 *     mean(phi) - standardErrors sqrt(var(phi) / n) - ridge |weights|^2 / 2n
 *     phi = sum over a of pi(a) q(a) + min(pi(A) / p(A), clip) (reward - q(A))
 *
 * phi is the doubly robust pseudo-outcome (Dudik, Langford, Li 2011); with a constant for q it is inverse propensity
 * scoring with the baseline of Joachims, Swaminathan, de Rijke ("Deep learning with logged bandit feedback", ICLR 2018),
 * without which a policy learns to avoid what was logged. Valuing a policy below its estimate by what its variance makes
 * doubtful is counterfactual risk minimisation (Swaminathan and Joachims, "Batch learning from logged bandit feedback",
 * JMLR 2015: POEM). The maximum is a local one, by L-BFGS from that of a
 * concave bound.
 *
 * Judge the result on rounds that it was not learned from. Cost: iterations x rounds x actions x features.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths, an action that is none, a propensity outside (0, 1]
 * or a setting outside its range; ERR_SLUICE_NON_FINITE for a reward or prediction that is not finite.
 * @example
 * ```ts
 * // Arm 1 pays where the context is 1, arm 0 where it is -1.
 * const contexts = Float64Array.of(1, 1, -1, -1);
 * const { probabilities } = learnPolicy({
 *   inputs: disjointInputs({ contexts, dimension: 1, arms: 2 }),
 *   actions: [0, 1, 0, 1],
 *   rewards: [0, 1, 1, 0],
 *   loggingPropensities: [0.5, 0.5, 0.5, 0.5],
 * });
 * probabilities(disjointInputs({ contexts: Float64Array.of(1), dimension: 1, arms: 2 }))[1] > 0.8; // true
 * ```
 */
export function learnPolicy(options: LearnPolicyOptions): LearnedPolicy {
  const { inputs, clip = 100, standardErrors = 1, ridge = 0.1 } = options;
  if (!(clip >= 1)) throw unexpected('a number from 1', 'clip', clip);
  atLeastZero('standardErrors', standardErrors);
  atLeastZero('ridge', ridge);
  const log = checkedLog(options);
  const n = inputs.rounds;
  const values = new Float64Array(n);
  const coefficients = new Float64Array(longestRound(inputs));

  const loss = (weights: Float64Array, gradient: Float64Array): number => {
    const chances = softmaxProbabilities(inputs, weights);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      const at = inputs.first(i);
      const taken = at + log.actions[i];
      let value = Math.min(chances[taken] / log.propensities[i], clip) * (log.rewards[i] - log.q(taken));
      for (let e = at; e < inputs.first(i + 1); e++) value += chances[e] * log.q(e);
      values[i] = value;
      mean += value / n;
    }
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
    const error = n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0;
    gradient.fill(0);
    for (let i = 0; i < n; i++) {
      const at = inputs.first(i);
      const end = inputs.first(i + 1);
      const taken = at + log.actions[i];
      const ratio = chances[taken] / log.propensities[i];
      const pull = ratio < clip ? ratio * (log.rewards[i] - log.q(taken)) : 0;
      let expected = 0;
      for (let e = at; e < end; e++) expected += chances[e] * log.q(e);
      // How much the objective falls as this round's value rises.
      const doubt = error > 0 ? (standardErrors * (values[i] - mean)) / ((n - 1) * n * error) : 0;
      const share = doubt - 1 / n;
      for (let e = at; e < end; e++) {
        const own = e === taken ? 1 : 0;
        coefficients[e - at] = share * (chances[e] * (log.q(e) - expected) + pull * (own - chances[e]));
      }
      inputs.addGradient(i, coefficients, gradient);
    }
    return standardErrors * error - mean + addRidge(weights, gradient, ridge / n);
  };

  const { iterations: most = 100 } = options;
  const start = lbfgs(surrogateLoss(inputs, log, ridge), new Float64Array(inputs.weights), {
    iterations: most,
  });
  const { point, value, iterations } = lbfgs(loss, start.point, { iterations: most, longestStep: 1 });
  return {
    weights: point,
    objective: -value,
    iterations,
    probabilities: (others) => softmaxProbabilities(others, point),
  };
}

/**
 * The concave start: minus the mean over rounds of the sum of c(a) ln pi(a), where c is the doubly robust reward of an
 * action above the least of its round. It bounds the value from below as the first step from the uniform policy (Le Roux,
 * "Efficient iterative policy optimization", 2016), and has one maximum. From weights of 0 the value itself ends in
 * maxima that never choose some of the actions.
 */
function surrogateLoss(
  inputs: SoftmaxInputs,
  log: CheckedLog,
  ridge: number,
): (weights: Float64Array, gradient: Float64Array) => number {
  const n = inputs.rounds;
  const coefficients = new Float64Array(longestRound(inputs));
  return (weights, gradient) => {
    const chances = softmaxProbabilities(inputs, weights);
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const at = inputs.first(i);
      const end = inputs.first(i + 1);
      const taken = at + log.actions[i];
      const robust = (entry: number): number =>
        log.q(entry) + (entry === taken ? (log.rewards[i] - log.q(entry)) / log.propensities[i] : 0);
      let least = Number.POSITIVE_INFINITY;
      let total = 0;
      for (let e = at; e < end; e++) {
        least = Math.min(least, robust(e));
        total += robust(e);
      }
      total -= least * (end - at);
      for (let e = at; e < end; e++) {
        const weight = robust(e) - least;
        // Far below the largest score a probability is 0 in f64; its logarithm is then only a large number.
        loss -= (weight * Math.log(Math.max(chances[e], Number.MIN_VALUE))) / n;
        coefficients[e - at] = (total * chances[e] - weight) / n;
      }
      inputs.addGradient(i, coefficients, gradient);
    }
    return loss + addRidge(weights, gradient, ridge / n);
  };
}

/** Half the squared weights times `factor`, its gradient added. */
function addRidge(weights: Float64Array, gradient: Float64Array, factor: number): number {
  let squares = 0;
  for (let j = 0; j < weights.length; j++) {
    squares += weights[j] * weights[j];
    gradient[j] += factor * weights[j];
  }
  return (factor * squares) / 2;
}

interface CheckedLog {
  readonly actions: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
  readonly propensities: ArrayLike<number>;
  /** Prediction of an entry. */
  q(entry: number): number;
}

function checkedLog({
  inputs,
  actions,
  rewards,
  loggingPropensities,
  predictions,
}: LearnPolicyOptions): CheckedLog {
  const n = inputs.rounds;
  length('actions', actions, n);
  length('rewards', rewards, n);
  length('loggingPropensities', loggingPropensities, n);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const count = inputs.first(i + 1) - inputs.first(i);
    if (!(Number.isInteger(actions[i]) && actions[i] >= 0 && actions[i] < count)) {
      throw unexpected(`an action below ${count}`, `actions[${i}]`, actions[i]);
    }
    if (!(loggingPropensities[i] > 0 && loggingPropensities[i] <= 1)) {
      throw unexpected('a probability above 0', `loggingPropensities[${i}]`, loggingPropensities[i]);
    }
    finite('rewards', rewards[i], i);
    mean += rewards[i] / n;
  }
  if (predictions !== undefined) {
    length('predictions', predictions, inputs.first(n));
    for (let e = 0; e < predictions.length; e++) finite('predictions', predictions[e], e);
  }
  const q = predictions === undefined ? () => mean : (entry: number) => predictions[entry];
  return { actions, rewards, propensities: loggingPropensities, q };
}

function longestRound(inputs: SoftmaxInputs): number {
  let most = 0;
  for (let i = 0; i < inputs.rounds; i++) most = Math.max(most, inputs.first(i + 1) - inputs.first(i));
  return most;
}

function length(name: string, column: ArrayLike<number>, expected: number): void {
  if (column.length !== expected) throw unexpected(`${expected} entries`, name, column.length);
}

function finite(name: string, value: number, at: number): void {
  if (!Number.isFinite(value)) {
    throw unexpected('finite numbers', `${name}[${at}]`, value, 'ERR_SLUICE_NON_FINITE');
  }
}

function atLeastZero(name: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw unexpected('a number of at least 0', name, value);
  }
}
