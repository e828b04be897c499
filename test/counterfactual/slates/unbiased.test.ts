import { describe, expect, test } from 'vitest';
import { crossFitCascade } from '../../../src/counterfactual/slates/cross-fit-cascade.ts';
import { type SlateEstimator, slateEstimator } from '../../../src/counterfactual/slates/evaluate.ts';
import type { LoggedSlates } from '../../../src/counterfactual/slates/logged-slates.ts';
import { pseudoInverse, uniformPseudoInverse } from '../../../src/counterfactual/slates/pseudo-inverse.ts';
import { SLATE_TERMS } from '../../../src/counterfactual/slates/slate-terms.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import {
  columns,
  drawSlates,
  ITEMS,
  loggingChance,
  modelOf,
  pairsOf,
  policyValue,
  type Rewards,
  SLATES,
  SLOTS,
  TARGET_MARGINALS,
  targetConditional,
  WORLDS,
} from './world.ts';

const weigh = pseudoInverse(pairsOf(loggingChance), SLOTS, ITEMS).weigh(TARGET_MARGINALS);

/** Every slate once, with all that an estimator may ask for; the model is wrong on purpose. */
const everySlate = (rewards: Rewards): LoggedSlates => ({
  ...columns(SLATES, rewards),
  model: modelOf(SLATES, (items) => Math.sin(7 * items[items.length - 1] + items.length)),
  pseudoInverseWeights: Float64Array.from(SLATES, weigh),
});

/** The exact expectation of an estimator over what the logging policy may show. */
function expectation(name: SlateEstimator, rewards: Rewards): number {
  const { numerator } = SLATE_TERMS[name](everySlate(rewards), 1).terms;
  return SLATES.reduce((sum, slate, i) => sum + loggingChance(slate) * numerator[i], 0);
}

describe('added up over all slates, the expectation', () => {
  test.each([
    ['standardIps', ['independent', 'cascade', 'whole slate']],
    ['independentIps', ['independent']],
    ['rewardInteractionIps', ['independent', 'cascade']],
    ['cascadeDr', ['independent', 'cascade']],
    ['pseudoInverse', ['independent']],
  ] as const)(
    'of %s is the value under %s rewards, and off by a thousandth or more under others',
    (name, unbiased) => {
      for (const [world, rewards] of Object.entries(WORLDS)) {
        const error = Math.abs(expectation(name, rewards) - policyValue(rewards));
        if ((unbiased as readonly string[]).includes(world)) expect(error).toBeLessThan(1e-12);
        else expect(error / policyValue(rewards)).toBeGreaterThan(0.001);
      }
    },
  );

  test('of the pseudo-inverse needs the sum of a slate only, where independent IPS needs the reward of each slot', () => {
    const summed: Rewards = (slate) => [WORLDS.independent(slate).reduce((a, b) => a + b, 0), 0, 0];
    expect(expectation('pseudoInverse', summed)).toBeCloseTo(policyValue(summed), 12);
    expect(Math.abs(expectation('independentIps', summed) - policyValue(summed))).toBeGreaterThan(0.02);
  });
});

test('with the true model every round of cascade-DR gives the value, without variance', () => {
  const still = (items: readonly number[]): number => {
    const rewards = WORLDS.cascade(items);
    if (items.length === SLOTS) return rewards[items.length - 1];
    let later = 0;
    for (let item = 0; item < ITEMS; item++) {
      const chance = targetConditional(items, item);
      if (chance > 0) later += chance * still([...items, item]);
    }
    return rewards[items.length - 1] + later;
  };
  const log = { ...columns(SLATES, WORLDS.cascade), model: modelOf(SLATES, still) };
  for (const value of SLATE_TERMS.cascadeDr(log, 1).terms.numerator) {
    expect(value).toBeCloseTo(policyValue(WORLDS.cascade), 12);
  }
});

describe('the weights of the pseudo-inverse', () => {
  test('for uniform slates have the closed form of the general one', () => {
    const general = pseudoInverse(
      pairsOf(() => 1 / SLATES.length),
      SLOTS,
      ITEMS,
    ).weigh(TARGET_MARGINALS);
    const closed = uniformPseudoInverse(SLOTS, ITEMS).weigh(TARGET_MARGINALS);
    for (const slate of SLATES) expect(closed(slate)).toBeCloseTo(general(slate), 10);
  });

  test('for uniform orders of all items too', () => {
    const size = 9;
    const pairs = new Float64Array(size * size);
    for (const slate of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      slate.forEach((a, l) => {
        slate.forEach((b, m) => {
          pairs[(l * 3 + a) * size + m * 3 + b] += 1 / 6;
        });
      });
    }
    const target = Float64Array.of(0.5, 0.3, 0.2, 0.3, 0.4, 0.3, 0.2, 0.3, 0.5);
    const general = pseudoInverse(pairs, 3, 3).weigh(target);
    const closed = uniformPseudoInverse(3, 3).weigh(target);
    for (const slate of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ])
      expect(closed(slate)).toBeCloseTo(general(slate), 10);
  });

  test('are 1 on average, and 1 everywhere where the target is the logging policy', () => {
    const mean = SLATES.reduce((sum, slate) => sum + loggingChance(slate) * weigh(slate), 0);
    expect(mean).toBeCloseTo(1, 12);
    const marginals = new Float64Array(SLOTS * ITEMS);
    for (const slate of SLATES) {
      slate.forEach((item, slot) => {
        marginals[slot * ITEMS + item] += loggingChance(slate);
      });
    }
    const own = pseudoInverse(pairsOf(loggingChance), SLOTS, ITEMS).weigh(marginals);
    for (const slate of SLATES) expect(own(slate)).toBeCloseTo(1, 10);
  });
});

describe('on drawn slates with rewards of 0 or 1', () => {
  const bernoulli = (rewards: Rewards, random: RandomStream): Rewards => {
    return (slate) => rewards(slate).map((mean) => (random.uniform() < mean ? 1 : 0));
  };
  const drawn = (world: keyof typeof WORLDS, rounds: number, seed: number): LoggedSlates => {
    const random = new RandomStream(seed, `slates ${world}`);
    const slates = drawSlates(rounds, random);
    const log = columns(slates, bernoulli(WORLDS[world], random));
    const actions = slates.flat();
    const model = crossFitCascade({
      slots: SLOTS,
      rewards: log.rewards,
      actions,
      // One indicator per item, and which items have been shown before.
      features: (slot) => ({
        dimension: 2 * ITEMS,
        write(round, action, into) {
          into.fill(0);
          into[action] = 1;
          for (let before = 0; before < slot; before++) into[ITEMS + slates[round][before]] = 1;
        },
      }),
      expect(round, slot, q) {
        let sum = 0;
        for (let item = 0; item < ITEMS; item++) {
          const chance = targetConditional(slates[round].slice(0, slot), item);
          if (chance > 0) sum += chance * q(item);
        }
        return sum;
      },
    });
    return { ...log, model, pseudoInverseWeights: Float64Array.from(slates, weigh) };
  };

  test.each(['independent', 'cascade'] as const)(
    'the estimates lie within their bounds of the value: %s',
    (world) => {
      const log = drawn(world, 4000, 1);
      const names: SlateEstimator[] =
        world === 'independent'
          ? [
              'standardIps',
              'snStandardIps',
              'independentIps',
              'snIndependentIps',
              'rewardInteractionIps',
              'cascadeDr',
              'pseudoInverse',
              'snPseudoInverse',
            ]
          : ['standardIps', 'rewardInteractionIps', 'snRewardInteractionIps', 'cascadeDr'];
      for (const name of names) {
        const { value, low, high } = slateEstimator(name, { level: 0.999 }).estimate(log);
        const truth = policyValue(WORLDS[world]);
        expect(low).toBeLessThan(truth);
        expect(high).toBeGreaterThan(truth);
        expect(high - low).toBeLessThan(0.5);
        expect(value).toBeGreaterThan(low);
      }
    },
  );

  test('bounds of 95 % cover the value in about 95 of 100 logs', () => {
    const truth = policyValue(WORLDS.independent);
    const covered = { standardIps: 0, snIndependentIps: 0, snPseudoInverse: 0 };
    const logs = 100;
    for (let seed = 0; seed < logs; seed++) {
      const random = new RandomStream(seed, 'coverage of slates');
      const slates = drawSlates(300, random);
      const log = {
        ...columns(slates, bernoulli(WORLDS.independent, random)),
        pseudoInverseWeights: Float64Array.from(slates, weigh),
      };
      for (const name of Object.keys(covered) as (keyof typeof covered)[]) {
        const { low, high } = slateEstimator(name, { resamples: 150 }).estimate(log);
        if (low <= truth && truth <= high) covered[name]++;
      }
    }
    // Four standard errors of .95 below, and a little for the skewness of weights.
    for (const count of Object.values(covered)) expect(count / logs).toBeGreaterThan(0.95 - 4 * 0.022 - 0.01);
  });

  test('the less an estimator has to weigh the surer it is; the model of cascade-DR helps', () => {
    const log = drawn('cascade', 3000, 2);
    const width = (name: SlateEstimator) => {
      const { low, high } = slateEstimator(name).estimate(log);
      return high - low;
    };
    expect(width('independentIps')).toBeLessThan(width('rewardInteractionIps'));
    expect(width('rewardInteractionIps')).toBeLessThan(width('standardIps'));
    expect(width('cascadeDr')).toBeLessThan(0.95 * width('rewardInteractionIps'));
  });
});
