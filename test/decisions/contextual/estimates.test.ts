import { describe, expect, test } from 'vitest';
import { estimateChances } from '../../../src/decisions/contextual/estimate-chances.ts';
import { LinTs } from '../../../src/decisions/contextual/lin-ts.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { PROPENSITY_FUNCTIONS } from '../../../src/decisions/propensity-functions.ts';
import type { PropensityTask } from '../../../src/funnel/policy.ts';
import { normalCdf } from '../../../src/numerics/normal.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { contextOf, D, models, normals, policies, poolOf, reference, teach } from './settings.ts';

const thompson = Object.keys(models).flatMap((model) =>
  ['LinTS', 'logistic Thompson'].map((policy) => [policy, model] as const),
);

describe.each(thompson)('%s of a %s model', (policyName, modelName) => {
  test('estimates from the posterior as it was at the choice, whatever was learned since', () => {
    const make = () => teach(policies[policyName](models[modelName]()), 20);
    const [learns, stays] = [make(), make()];
    const pool = poolOf(7);
    const choices = [learns, stays].map((policy) => policy.choose(pool, 3, new RandomStream(1, 'd')));
    const context = pool.context as Float32Array;
    teach(learns, 30, 7, 100);
    context.fill(9);
    const [after, before] = choices.map((choice) => choice.estimate(new RandomStream(1, 'p'), 16));
    expect(after).toEqual(before);
    // And again after a restore, which is another way to move on.
    learns.restore(stays.snapshot());
    expect(choices[0].estimate(new RandomStream(1, 'p'), 16)).toEqual(before);
  });

  test('refuses to estimate from no draws', () => {
    const choice = policies[policyName](models[modelName]()).choose(poolOf(7), 3, new RandomStream(1, 'd'));
    for (const draws of [0, 1.5, Number.NaN]) {
      expect(() => choice.estimate(new RandomStream(1), draws)).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });

  test('says the same on another thread, from plain data', () => {
    const policy = teach(policies[policyName](models[modelName]()), 20);
    const choice = policy.choose(poolOf(7), 3, new RandomStream(1, 'd'));
    teach(policy, 5, 7, 50);
    const task = choice.deferred as PropensityTask;
    const given = structuredClone(task.with);
    const [here, there] = [new RandomStream(1, 'p'), new RandomStream(1, 'p')];
    for (let part = 0; part < 3; part++) {
      expect(PROPENSITY_FUNCTIONS[task.use](given, there, 4)).toEqual(choice.estimate(here, 4));
    }
  });
});

describe('conditional Monte Carlo', () => {
  test('of two arms is exact with one draw: Phi of the gap over the deviation of the difference', () => {
    const vectors = Float32Array.of(1, 0.5, -0.3, 0.8);
    const model = new SharedModel({ kernels: reference, dimension: 2, vectors });
    const policy = new LinTs({ model, deviation: 0.7, floor: 0 });
    policy.update({
      rows: Uint32Array.of(0, 1),
      scores: new Float32Array(2),
      rewards: Float64Array.of(1, 0.4),
    });
    const difference = Float32Array.of(1.3, -0.3);
    const { mean, width } = model.predict(0, difference);
    const pool = poolOf(2);
    const [p] = policy.propensity(pool, Uint32Array.of(0), new RandomStream(1), 1);
    expect(p).toBeCloseTo(normalCdf(mean / (0.7 * width)), 5);
    const [q] = policy.propensity(pool, Uint32Array.of(1), new RandomStream(1), 1);
    expect(p + q).toBeCloseTo(1, 5);
  });

  test.each(Object.keys(models))(
    'of a %s model has the mean of plain counting and far less noise',
    (name) => {
      const model = models[name]({ count: 12 });
      teach(policies['LinTS'](model), 40, 12);
      const belief = model.belief(model.inputs(poolOf(12)));
      const picks = belief.sample(0.6, new RandomStream(2), 4);
      const rounds = 4000;
      const random = new RandomStream(3);
      const counted = { atPlace: new Float64Array(4), outside: new Float64Array(4) };
      for (let i = 0; i < rounds; i++) {
        const slate = belief.sample(0.6, random, 4);
        picks.forEach((pick, place) => {
          if (slate[place] === pick) counted.atPlace[place] += 1 / rounds;
          if (!slate.includes(pick)) counted.outside[place] += 1 / rounds;
        });
      }
      const estimates = Array.from({ length: 40 }, (_, i) =>
        estimateChances(belief.hold(), 0.6, picks)(new RandomStream(4, i), 25),
      );
      for (const kind of ['atPlace', 'outside'] as const) {
        for (let place = 0; place < 4; place++) {
          const values = estimates.map((estimate) => estimate[kind][place]);
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
          const p = counted[kind][place];
          expect(Math.abs(mean - p)).toBeLessThan(
            4 * Math.sqrt((p * (1 - p)) / rounds) + 4 * Math.sqrt(variance / values.length) + 1e-6,
          );
          expect(variance).toBeLessThan((p * (1 - p)) / 25 + 1e-6);
        }
      }
    },
  );

  test('gives an arm that is hardly ever shown its small probability, not 0', () => {
    const model = new SharedModel({ kernels: reference, dimension: 1, vectors: Float32Array.of(1, -1) });
    const policy = new LinTs({ model, deviation: 1, floor: 0 });
    for (let t = 0; t < 20; t++) {
      policy.update({ rows: Uint32Array.of(0), scores: Float32Array.of(0), rewards: Float64Array.of(1) });
    }
    // theta ~ N(20 / 21, 1 / 21): the second arm wins where theta is negative.
    const exact = normalCdf(-20 / 21 / Math.sqrt(1 / 21));
    const [p] = policy.propensity(poolOf(2), Uint32Array.of(1), new RandomStream(1), 4);
    expect(p / exact).toBeCloseTo(1, 4);
    expect(exact).toBeLessThan(1e-5);
  });

  test('tells arms of equal vectors apart as ranking does, by index', () => {
    const one = normals(new RandomStream(1), D);
    const vectors = Float32Array.of(...one, ...one, ...one);
    const model = new SharedModel({ kernels: reference, dimension: D, vectors });
    const policy = new LinTs({ model, floor: 0.3 });
    const chance = (pick: number) =>
      policy.propensity(poolOf(3), Uint32Array.of(pick), new RandomStream(1), 8)[0];
    expect(chance(0)).toBeCloseTo(0.7, 12);
    expect(chance(1)).toBeCloseTo(0.15, 12);
    expect(chance(2)).toBeCloseTo(0.15, 12);
  });

  test('keeps every propensity at the floor or above', () => {
    const policy = policies['LinTS'](models['shared under a context']({ count: 50 }), 0.2);
    teach(policy, 100, 50);
    for (let i = 0; i < 20; i++) {
      const choice = policy.choose(poolOf(50, contextOf(i)), 1, new RandomStream(3, `d${i}`));
      expect(choice.estimate(new RandomStream(3, `p${i}`), 2)[0]).toBeGreaterThan((0.2 / 49) * 0.99);
    }
  });
});
