import { expect, test } from 'vitest';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { learnPolicy } from '../../../src/counterfactual/learning/learn-policy.ts';
import { disjointInputs, softmaxProbabilities } from '../../../src/counterfactual/learning/softmax-inputs.ts';
import { crossFitRewards } from '../../../src/counterfactual/rewards/cross-fit.ts';
import { cholesky, choleskySolve } from '../../../src/numerics/cholesky.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { digitsProblem } from '../../../src/simulation/digits-problem.ts';
import { describeOnPublicData, publicData } from '../../offline/public-data.ts';

const ARMS = 10;
const DIMENSION = 65;
/** Pictures whose digits the logging policy has learned; pictures logged; pictures for the judgement. */
const KNOWN = 100;
const LOGGED = 1197;
const HELD = 500;

/** Pictures of a shuffled order with what they show. */
function pictures(): { readonly contexts: Float64Array; readonly digits: Uint8Array } {
  const round = digitsProblem(`${publicData}/digits/digits.csv`).start(new RandomStream(1, 'digits'));
  const count = KNOWN + LOGGED + HELD;
  const contexts = new Float64Array(count * DIMENSION);
  const digits = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const { pool, means } = round(i + 1);
    contexts.set(pool.context ?? [], i * DIMENSION);
    digits[i] = means.indexOf(1);
  }
  return { contexts, digits };
}

/** One ridge regression per digit from pictures whose digits are told. */
function ridge(contexts: Float64Array, digits: Uint8Array): Float64Array {
  const weights = new Float64Array(ARMS * DIMENSION);
  const matrix = new Float64Array(DIMENSION * DIMENSION);
  for (let j = 0; j < DIMENSION; j++) matrix[j * DIMENSION + j] = 1;
  digits.forEach((digit, i) => {
    const x = contexts.subarray(i * DIMENSION, (i + 1) * DIMENSION);
    for (let j = 0; j < DIMENSION; j++) {
      weights[digit * DIMENSION + j] += x[j];
      for (let k = 0; k <= j; k++) matrix[j * DIMENSION + k] += x[j] * x[k];
    }
  });
  cholesky(matrix, DIMENSION);
  for (let a = 0; a < ARMS; a++) {
    choleskySolve(matrix, DIMENSION, weights.subarray(a * DIMENSION, (a + 1) * DIMENSION));
  }
  return weights;
}

describeOnPublicData('digits as a logged bandit', () => {
  test('a policy learned from what a poor one logged is about as good as ridge regression told every digit', () => {
    const { contexts, digits } = pictures();
    const part = (from: number, to: number) => ({
      inputs: disjointInputs({
        contexts: contexts.slice(from * DIMENSION, to * DIMENSION),
        dimension: DIMENSION,
        arms: ARMS,
      }),
      contexts: contexts.slice(from * DIMENSION, to * DIMENSION),
      digits: digits.slice(from, to),
    });
    const known = part(0, KNOWN);
    const log = part(KNOWN, KNOWN + LOGGED);
    const held = part(KNOWN + LOGGED, KNOWN + LOGGED + HELD);

    // The logging policy: ridge regression on 100 pictures, softened until it is right in two of five cases.
    const poor = ridge(known.contexts, known.digits).map((weight) => 3 * weight);
    const random = new RandomStream(2, 'logging');
    const choose = ({ inputs, digits: shown }: typeof log) => {
      const chances = softmaxProbabilities(inputs, poor);
      const actions = Uint8Array.from(shown, (_, i) => {
        let left = random.uniform();
        for (let a = 0; a < ARMS; a++) {
          left -= chances[i * ARMS + a];
          if (left < 0) return a;
        }
        return ARMS - 1;
      });
      return {
        actions,
        rewards: Float64Array.from(actions, (a, i) => (a === shown[i] ? 1 : 0)),
        loggingPropensities: Float64Array.from(actions, (a, i) => chances[i * ARMS + a]),
      };
    };
    const logged = choose(log);
    const predictions = new Float64Array(LOGGED * ARMS);
    crossFitRewards({
      rewards: logged.rewards,
      actions: logged.actions,
      features: {
        dimension: ARMS * DIMENSION,
        write(round, action, into) {
          into.fill(0);
          into.set(log.contexts.subarray(round * DIMENSION, (round + 1) * DIMENSION), action * DIMENSION);
        },
      },
      expect(round, q) {
        for (let a = 0; a < ARMS; a++) predictions[round * ARMS + a] = q(a);
        return 0;
      },
    });
    const policy = learnPolicy({ inputs: log.inputs, ...logged, predictions });

    const loss = (chances: Float64Array) =>
      held.digits.reduce((sum, digit, i) => sum + (1 - chances[i * ARMS + digit]) / HELD, 0);
    const greedy = (weights: Float64Array) =>
      softmaxProbabilities(
        held.inputs,
        weights.map((weight) => 1e4 * weight),
      );
    const learned = policy.probabilities(held.inputs);
    const losses = {
      logging: loss(softmaxProbabilities(held.inputs, poor)),
      loggingGreedy: loss(greedy(poor)),
      learned: loss(learned),
      learnedGreedy: loss(greedy(policy.weights)),
      fullInformationRidge: loss(greedy(ridge(log.contexts, log.digits))),
    };
    expect(losses.logging).toBeGreaterThan(0.5);
    expect(losses.fullInformationRidge).toBeLessThan(0.09);
    expect(losses.learned).toBeLessThan(0.12);
    expect(losses.learnedGreedy).toBeLessThan(0.09);
    expect(losses.learnedGreedy).toBeLessThan(losses.loggingGreedy);

    // From the poor policy's choices on the held-out pictures alone, an estimator says as much.
    const chosen = choose(held);
    const { estimates, refused } = evaluateOffPolicy({
      ...chosen,
      targetPropensities: Float64Array.from(chosen.actions, (a, i) => learned[i * ARMS + a]),
    });
    expect(refused).toBe(false);
    expect(estimates.snips?.low).toBeLessThan(1 - losses.learned);
    expect(estimates.snips?.high).toBeGreaterThan(1 - losses.learned);
  });
});
