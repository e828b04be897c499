import { describe, expect, test } from 'vitest';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { type LearnPolicyOptions, learnPolicy } from '../../../src/counterfactual/learning/learn-policy.ts';
import { LinearScores } from '../../../src/counterfactual/learning/linear-scores.ts';
import {
  disjointInputs,
  type SoftmaxInputs,
  sharedInputs,
  softmaxProbabilities,
} from '../../../src/counterfactual/learning/softmax-inputs.ts';
import { crossFitRewards } from '../../../src/counterfactual/rewards/cross-fit.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { PlackettLuce } from '../../../src/decisions/slates/plackett-luce.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const ARMS = 4;
const DIMENSION = 5;

/** A logged bandit: of four arms the one that a linear rule names earns .8, the others .1 to .3. */
class World {
  readonly #rule: Float64Array;
  readonly #logging: Float64Array;

  constructor() {
    const random = new RandomStream(11, 'world');
    this.#rule = Float64Array.from({ length: ARMS * DIMENSION }, () => random.normal());
    // The logging policy has learned a part of the rule, and much else.
    this.#logging = this.#rule.map((weight) => 0.3 * weight + 0.6 * random.normal());
  }

  rounds(count: number, seed: number) {
    const random = new RandomStream(seed, 'rounds');
    const contexts = Float64Array.from({ length: count * DIMENSION }, (_, i) =>
      i % DIMENSION === 0 ? 1 : random.normal(),
    );
    const inputs = disjointInputs({ contexts, dimension: DIMENSION, arms: ARMS });
    const logging = softmaxProbabilities(inputs, this.#logging);
    const sharp = softmaxProbabilities(inputs, this.#rule);
    const means = sharp.map((chance, e) => {
      const round = Math.floor(e / ARMS) * ARMS;
      const best = sharp.subarray(round, round + ARMS).every((other) => other <= chance);
      return best ? 0.8 : 0.1 * (1 + (e % 3));
    });
    const actions = Uint32Array.from({ length: count }, (_, i) => {
      let left = random.uniform();
      for (let a = 0; a < ARMS; a++) {
        left -= logging[i * ARMS + a];
        if (left < 0) return a;
      }
      return ARMS - 1;
    });
    const rewards = Float64Array.from(actions, (a, i) => (random.uniform() < means[i * ARMS + a] ? 1 : 0));
    const loggingPropensities = Float64Array.from(actions, (a, i) => logging[i * ARMS + a]);
    return { contexts, inputs, logging, means, actions, rewards, loggingPropensities };
  }
}

const world = new World();
const learned = world.rounds(1500, 1);
const held = world.rounds(3000, 2);

/** The exact value of action probabilities on the held-out contexts. */
const trueValue = (probabilities: Float64Array): number =>
  probabilities.reduce((sum, chance, e) => sum + chance * held.means[e], 0) / held.inputs.rounds;

const predictions = (rounds: ReturnType<World['rounds']>): Float64Array => {
  const found = new Float64Array(rounds.means.length);
  crossFitRewards({
    rewards: rounds.rewards,
    actions: rounds.actions,
    features: {
      dimension: ARMS * DIMENSION,
      write(round, action, into) {
        into.fill(0);
        const context = rounds.contexts.subarray(round * DIMENSION, (round + 1) * DIMENSION);
        into.set(context, action * DIMENSION);
      },
    },
    expect(round, q) {
      for (let a = 0; a < ARMS; a++) found[round * ARMS + a] = q(a);
      return 0;
    },
  });
  return found;
};

describe('a policy learned from 1500 logged choices', () => {
  const loggingValue = trueValue(held.logging);
  const best = 0.8;

  test.each([
    ['by inverse propensities alone', false, 0.75],
    ['with a reward model', true, 0.85],
  ] as const)('%s comes most of the way from the logging policy to the best', (_, modelled, share) => {
    const policy = learnPolicy({ ...learned, predictions: modelled ? predictions(learned) : undefined });
    const value = trueValue(policy.probabilities(held.inputs));
    expect(loggingValue).toBeLessThan(0.5);
    expect((value - loggingValue) / (best - loggingValue)).toBeGreaterThan(share);
  });

  test('is valued rightly by estimators on rounds that it has not seen, well above what the log earned', () => {
    const policy = learnPolicy({ ...learned, predictions: predictions(learned) });
    const probabilities = policy.probabilities(held.inputs);
    const { refused, estimates, logged } = evaluateOffPolicy({
      rewards: held.rewards,
      loggingPropensities: held.loggingPropensities,
      targetPropensities: Float64Array.from(held.actions, (a, i) => probabilities[i * ARMS + a]),
    });
    expect(refused).toBe(false);
    const truth = trueValue(probabilities);
    for (const name of ['ips', 'snips'] as const) {
      expect(estimates[name]?.low).toBeLessThan(truth);
      expect(estimates[name]?.high).toBeGreaterThan(truth);
      expect(estimates[name]?.low).toBeGreaterThan(logged.high);
    }
    // Its own objective is what was maximised, and flatters.
    expect(policy.objective).toBeGreaterThan(truth - 0.05);
  });

  test('of which the log says nothing keeps near to uniform', () => {
    const rewards = new Float64Array(1500).fill(0.5);
    const { weights } = learnPolicy({ ...learned, rewards });
    for (const chance of softmaxProbabilities(held.inputs, weights)) expect(chance).toBeCloseTo(0.25, 6);
  });
});

/** The objective as the documentation states it, term by term. */
function objective(
  log: LearnPolicyOptions & { readonly inputs: SoftmaxInputs },
  weights: Float64Array,
): number {
  const { inputs, actions, rewards, loggingPropensities, clip = 100, standardErrors = 1, ridge = 0.1 } = log;
  const n = inputs.rounds;
  const baseline = Array.from(rewards).reduce((sum, reward) => sum + reward / n, 0);
  const q = (e: number) => log.predictions?.[e] ?? baseline;
  const chances = softmaxProbabilities(inputs, weights);
  const values = Array.from({ length: n }, (_, i) => {
    const at = inputs.first(i);
    const taken = at + actions[i];
    let value = Math.min(chances[taken] / loggingPropensities[i], clip) * (rewards[i] - q(taken));
    for (let e = at; e < inputs.first(i + 1); e++) value += chances[e] * q(e);
    return value;
  });
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const penalty = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return mean - standardErrors * Math.sqrt(variance / n) - (ridge * penalty) / (2 * n);
}

describe('the objective', () => {
  test.each([
    ['with all its defaults', {}],
    ['clipped, three standard errors below', { clip: 2, standardErrors: 3, ridge: 1 }],
  ] as const)('is the documented one, and no point near the one found has a higher: %s', (_, settings) => {
    const small = world.rounds(120, 3);
    const log = { ...small, predictions: predictions(small), ...settings, iterations: 500 };
    const { weights, objective: reached } = learnPolicy(log);
    expect(reached).toBeCloseTo(objective(log, weights), 10);
    const random = new RandomStream(4, 'near');
    for (let i = 0; i < 200; i++) {
      const near = weights.map((weight) => weight + 0.02 * random.normal());
      expect(objective(log, near)).toBeLessThan(reached + 1e-6);
    }
  });

  test('pays for doubt: the more standard errors below, the lower it is and the less its policy varies', () => {
    const small = world.rounds(150, 5);
    const bold = learnPolicy({ ...small, standardErrors: 0 });
    const careful = learnPolicy({ ...small, standardErrors: 4 });
    expect(careful.objective).toBeLessThan(bold.objective);
    const error = (weights: Float64Array) =>
      objective({ ...small, standardErrors: 0 }, weights) -
      objective({ ...small, standardErrors: 1 }, weights);
    expect(error(careful.weights)).toBeLessThan(error(bold.weights));
  });
});

describe('the two forms of inputs', () => {
  test('agree where the features are the context in the place of the arm', () => {
    const small = world.rounds(60, 6);
    const d = ARMS * DIMENSION;
    const features = new Float64Array(60 * ARMS * d);
    for (let i = 0; i < 60; i++) {
      for (let a = 0; a < ARMS; a++) {
        const context = small.contexts.subarray(i * DIMENSION, (i + 1) * DIMENSION);
        features.set(context, (i * ARMS + a) * d + a * DIMENSION);
      }
    }
    const shared = learnPolicy({ ...small, inputs: sharedInputs({ features, dimension: d, actions: ARMS }) });
    const disjoint = learnPolicy(small);
    expect(shared.objective).toBeCloseTo(disjoint.objective, 8);
  });

  test('take rounds of different pools', () => {
    // Two actions, then three; the feature is what pays.
    const inputs = sharedInputs({
      features: Float64Array.of(0, 1, 0, 1, 0.5),
      dimension: 1,
      actions: [2, 3],
    });
    const { probabilities } = learnPolicy({
      inputs,
      actions: [1, 1],
      rewards: [1, 1],
      loggingPropensities: [0.5, 0.3],
      predictions: [0, 1, 0, 1, 0.5],
    });
    const found = probabilities(inputs);
    expect(found.length).toBe(5);
    expect(found[0] + found[1]).toBeCloseTo(1, 12);
    expect(found[2] + found[3] + found[4]).toBeCloseTo(1, 12);
    expect(found[1]).toBeGreaterThan(0.7);
    expect(found[3]).toBeGreaterThan(found[4]);
  });
});

describe('LinearScores', () => {
  const { weights } = learnPolicy(learned);
  const policy = new LinearScores({ weights, dimension: DIMENSION, form: 'disjoint' });
  const pool = (round: number) => ({
    rows: Uint32Array.of(0, 1, 2, 3),
    scores: new Float32Array(ARMS),
    context: Float32Array.from(held.contexts.subarray(round * DIMENSION, (round + 1) * DIMENSION)),
  });

  test('under Plackett-Luce at temperature 1 choose as the softmax that was learned', () => {
    const softmax = new PlackettLuce({ kernels: decisionKernels('reference'), policy, temperature: 1 });
    const expected = softmaxProbabilities(held.inputs, weights);
    for (let round = 0; round < 20; round++) {
      for (let a = 0; a < ARMS; a++) {
        const [chance] = softmax.conditional(pool(round), Uint32Array.of(a));
        expect(chance).toBeCloseTo(expected[round * ARMS + a], 5);
      }
    }
  });

  test('alone choose the best, with certainty, and say so of other slates', () => {
    const { picks, propensities } = policy.choose(pool(0), 2);
    const scores = policy.score(pool(0));
    expect(Math.max(...scores)).toBe(scores[picks[0]]);
    expect(Array.from(propensities ?? [])).toEqual([1, 1]);
    expect(Array.from(policy.propensity(pool(0), picks))).toEqual([1, 1]);
    expect(Array.from(policy.propensity(pool(0), picks.slice().reverse()))).toEqual([0, 0]);
  });

  test('restore to what was saved', () => {
    const other = new LinearScores({ weights: weights.map(() => 0), dimension: DIMENSION, form: 'disjoint' });
    other.restore(policy.snapshot());
    expect(other.score(pool(3))).toEqual(policy.score(pool(3)));
    expect(() => other.restore({ weights: new Float64Array(3) })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
    expect(() => other.restore({ weights: weights.map(() => Number.NaN) })).toThrow();
    expect(other.score(pool(3))).toEqual(policy.score(pool(3)));
  });
});

describe('refused with a code', () => {
  const small = world.rounds(4, 7);
  const first = <T extends ArrayLike<number>>(column: T, value: number): number[] => [
    value,
    ...Array.from(column).slice(1),
  ];
  const invalid = 'ERR_SLUICE_INVALID_ARGUMENT';
  const nonFinite = 'ERR_SLUICE_NON_FINITE';
  const scores = new LinearScores({ weights: new Float64Array(4), dimension: 2, form: 'disjoint' });
  const pool = { rows: Uint32Array.of(0), scores: new Float32Array(1) };

  test.each([
    ['an empty log', invalid, () => disjointInputs({ contexts: new Float64Array(), dimension: 1, arms: 2 })],
    [
      'no actions',
      invalid,
      () => sharedInputs({ features: Float64Array.of(1), dimension: 1, actions: [1, 0] }),
    ],
    [
      'features that fill no rounds',
      invalid,
      () => sharedInputs({ features: Float64Array.of(1), dimension: 1, actions: 2 }),
    ],
    [
      'NaN as feature',
      nonFinite,
      () => sharedInputs({ features: Float64Array.of(Number.NaN), dimension: 1, actions: 1 }),
    ],
    [
      'a dimension of 0',
      invalid,
      () => disjointInputs({ contexts: Float64Array.of(1), dimension: 0, arms: 2 }),
    ],
    ['columns of two lengths', invalid, () => learnPolicy({ ...small, rewards: [1] })],
    ['NaN as reward', nonFinite, () => learnPolicy({ ...small, rewards: first(small.rewards, Number.NaN) })],
    ['an action that is none', invalid, () => learnPolicy({ ...small, actions: first(small.actions, 9) })],
    [
      'a propensity of 0',
      invalid,
      () => learnPolicy({ ...small, loggingPropensities: first(small.loggingPropensities, 0) }),
    ],
    [
      'NaN as propensity',
      invalid,
      () => learnPolicy({ ...small, loggingPropensities: first(small.loggingPropensities, Number.NaN) }),
    ],
    [
      'NaN as prediction',
      nonFinite,
      () => learnPolicy({ ...small, predictions: first(small.means, Number.NaN) }),
    ],
    ['too few predictions', invalid, () => learnPolicy({ ...small, predictions: [1] })],
    ['a clip below 1', invalid, () => learnPolicy({ ...small, clip: 0.5 })],
    ['a ridge below 0', invalid, () => learnPolicy({ ...small, ridge: -1 })],
    ['NaN standard errors', invalid, () => learnPolicy({ ...small, standardErrors: Number.NaN })],
    ['weights of another length', invalid, () => softmaxProbabilities(small.inputs, new Float64Array(1))],
    [
      'NaN as weight',
      nonFinite,
      () => softmaxProbabilities(small.inputs, new Float64Array(20).fill(Number.NaN)),
    ],
    [
      'scores of weights that fill no rows',
      invalid,
      () => new LinearScores({ weights: new Float64Array(3), dimension: 2, form: 'disjoint' }),
    ],
    ['a pool without context', invalid, () => scores.score(pool)],
    [
      'a context of another length',
      'ERR_SLUICE_DIMENSION_MISMATCH',
      () => scores.score({ ...pool, context: new Float32Array(3) }),
    ],
    [
      'a row without weights',
      invalid,
      () => scores.score({ ...pool, rows: Uint32Array.of(2), context: new Float32Array(2) }),
    ],
  ] as const)('%s', (_, code, attempt) => {
    expect(() => attempt()).toThrow(expect.objectContaining({ code }));
  });
});
