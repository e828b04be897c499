/** What does a linear softmax policy see in each round? Features of every action, or a context that all actions share. */

import { unexpected } from '../../errors.ts';

/** Rounds of actions, each action with a linear score; what a softmax policy is learned from and applied to. */
export interface SoftmaxInputs {
  readonly rounds: number;
  /** Length of the weights. */
  readonly weights: number;
  /** Entry of a round's first action in columns of all rounds and actions; of `rounds` the length of these. */
  first(round: number): number;
  /** Writes the scores of the round's actions over `into`, from its start. */
  scores(round: number, weights: Float64Array, into: Float64Array): void;
  /** Adds the sum over actions of coefficient x d score / d weights. */
  addGradient(round: number, coefficients: Float64Array, gradient: Float64Array): void;
}

/** Columns for {@link sharedInputs}. */
export interface SharedInputsOptions {
  /** One vector per round and action, row-major, rounds one after another; finite. */
  readonly features: Float32Array | Float64Array;
  readonly dimension: number;
  /** Actions of each round: one number for all, or one per round. */
  readonly actions: number | ArrayLike<number>;
}

/**
 * One weight vector for all actions: score = <weights, features of the action in this round>. Serves actions never seen.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT where features do not fill the rounds, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const inputs = sharedInputs({ features: Float64Array.of(1, 0, 0, 1), dimension: 2, actions: 2 });
 * inputs.rounds; // 1
 * ```
 */
export function sharedInputs({ features, dimension, actions }: SharedInputsOptions): SoftmaxInputs {
  checkColumn(features, dimension, 'features');
  const vectors = features.length / dimension;
  const firsts = firstsOf(actions, vectors);
  return {
    rounds: firsts.length - 1,
    weights: dimension,
    first: (round) => firsts[round],
    scores(round, weights, into) {
      for (let at = firsts[round], a = 0; at < firsts[round + 1]; at++, a++) {
        let score = 0;
        for (let j = 0; j < dimension; j++) score += weights[j] * features[at * dimension + j];
        into[a] = score;
      }
    },
    addGradient(round, coefficients, gradient) {
      for (let at = firsts[round], a = 0; at < firsts[round + 1]; at++, a++) {
        const factor = coefficients[a];
        if (factor === 0) continue;
        for (let j = 0; j < dimension; j++) gradient[j] += factor * features[at * dimension + j];
      }
    },
  };
}

/** Columns for {@link disjointInputs}. */
export interface DisjointInputsOptions {
  /** One vector per round, row-major; finite. Give it a component of 1 where arms shall have constants. */
  readonly contexts: Float32Array | Float64Array;
  readonly dimension: number;
  /** Number of arms, the same in every round. */
  readonly arms: number;
}

/**
 * A weight vector for each arm: score = <weights of the arm, context>. Weights are arms x dimension, row-major.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT where contexts are no whole vectors, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const inputs = disjointInputs({ contexts: Float64Array.of(1, 0, 0, 1), dimension: 2, arms: 3 });
 * inputs.weights; // 6
 * ```
 */
export function disjointInputs({ contexts, dimension, arms }: DisjointInputsOptions): SoftmaxInputs {
  checkColumn(contexts, dimension, 'contexts');
  if (!(Number.isInteger(arms) && arms >= 1)) throw unexpected('a whole number from 1', 'arms', arms);
  return {
    rounds: contexts.length / dimension,
    weights: arms * dimension,
    first: (round) => round * arms,
    scores(round, weights, into) {
      const context = round * dimension;
      for (let a = 0; a < arms; a++) {
        let score = 0;
        for (let j = 0; j < dimension; j++) score += weights[a * dimension + j] * contexts[context + j];
        into[a] = score;
      }
    },
    addGradient(round, coefficients, gradient) {
      const context = round * dimension;
      for (let a = 0; a < arms; a++) {
        const factor = coefficients[a];
        if (factor === 0) continue;
        for (let j = 0; j < dimension; j++) gradient[a * dimension + j] += factor * contexts[context + j];
      }
    },
  };
}

/**
 * The probabilities of a softmax policy in every round, rounds one after another: exp(score) / sum of exp(scores).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for weights of another length, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const inputs = disjointInputs({ contexts: Float64Array.of(1), dimension: 1, arms: 2 });
 * softmaxProbabilities(inputs, Float64Array.of(0, Math.log(3))); // [0.25, 0.75]
 * ```
 */
export function softmaxProbabilities(inputs: SoftmaxInputs, weights: Float64Array): Float64Array {
  if (weights.length !== inputs.weights) {
    throw unexpected(`${inputs.weights} numbers`, 'weights', weights.length);
  }
  const bad = weights.findIndex((weight) => !Number.isFinite(weight));
  if (bad >= 0) {
    throw unexpected('finite numbers', `weights[${bad}]`, weights[bad], 'ERR_SLUICE_NON_FINITE');
  }
  const probabilities = new Float64Array(inputs.first(inputs.rounds));
  for (let round = 0; round < inputs.rounds; round++) {
    const own = probabilities.subarray(inputs.first(round), inputs.first(round + 1));
    inputs.scores(round, weights, own);
    softmax(own);
  }
  return probabilities;
}

function softmax(scores: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  for (let a = 0; a < scores.length; a++) {
    scores[a] = Math.exp(scores[a] - most);
    sum += scores[a];
  }
  for (let a = 0; a < scores.length; a++) scores[a] /= sum;
}

function firstsOf(actions: number | ArrayLike<number>, vectors: number): Float64Array {
  const rounds = typeof actions === 'number' ? vectors / actions : actions.length;
  if (!Number.isInteger(rounds)) throw unexpected('whole rounds', 'actions', actions);
  const firsts = new Float64Array(rounds + 1);
  for (let round = 0; round < rounds; round++) {
    const count = typeof actions === 'number' ? actions : actions[round];
    if (!(Number.isInteger(count) && count >= 1)) {
      throw unexpected('at least one action', `actions[${round}]`, count);
    }
    firsts[round + 1] = firsts[round] + count;
  }
  if (firsts[rounds] !== vectors) throw unexpected(`${firsts[rounds]} vectors`, 'features', vectors);
  return firsts;
}

function checkColumn(column: Float32Array | Float64Array, dimension: number, name: string): void {
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw unexpected('a whole number from 1', 'dimension', dimension);
  }
  if (column.length === 0 || column.length % dimension !== 0) {
    throw unexpected(`at least one vector of ${dimension} numbers`, name, column.length);
  }
  for (let i = 0; i < column.length; i++) {
    if (!Number.isFinite(column[i])) {
      throw unexpected('finite numbers', `${name}[${i}]`, column[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}
