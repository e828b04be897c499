import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { PROPENSITY_FUNCTIONS } from '../../../src/decisions/propensity-functions.ts';
import { PlackettLuce } from '../../../src/decisions/slates/plackett-luce.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { claimed, frequencies, poolOf, slates } from '../slates-of.ts';

const kernels = await decisionKernels('reference');
const SCORES = [0.5, 0.1, 0.35, 0.3, 0.05];

/** P(slate), straight from the definition. */
function joint(scores: number[], temperature: number, floor: number, slate: Uint32Array): number {
  const left = new Set(scores.keys());
  let probability = 1;
  for (const pick of slate) {
    let sum = 0;
    for (const i of left) sum += Math.exp((scores[i] - scores[0]) / temperature);
    probability *=
      ((1 - floor) * Math.exp((scores[pick] - scores[0]) / temperature)) / sum + floor / left.size;
    left.delete(pick);
  }
  return probability;
}

/** P(item at place) by adding up all slates. */
function marginals(temperature: number, floor: number, size: number): Float64Array {
  const table = new Float64Array(SCORES.length * size);
  const rounded = Array.from(Float32Array.from(SCORES));
  for (const slate of slates(SCORES.length, size)) {
    const probability = joint(rounded, temperature, floor, slate);
    slate.forEach((pick, place) => {
      table[pick * size + place] += probability;
    });
  }
  return table;
}

describe.each([0, 0.2])('Plackett-Luce slates with a floor of %d', (floor) => {
  const policy = new PlackettLuce({ kernels, temperature: 0.15, floor });
  const pool = poolOf(SCORES);

  test('have conditional propensities whose product is the probability of the slate, and add up to one', () => {
    let sum = 0;
    for (const slate of slates(5, 3)) {
      const product = policy.conditional(pool, slate).reduce((all, p) => all * p, 1);
      expect(product).toBeCloseTo(joint(Array.from(pool.scores), 0.15, floor, slate), 12);
      sum += product;
    }
    expect(sum).toBeCloseTo(1, 10);
  });

  test('are drawn as often as that product says, and carry it', () => {
    const rounds = 30_000;
    const seen = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const { picks, conditional, propensities, deferred, estimate } = policy.choose(
        pool,
        3,
        new RandomStream(3, round),
      );
      seen.set(picks.join(), (seen.get(picks.join()) ?? 0) + 1);
      if (round >= 100) continue;
      expect(propensities).toBeNull();
      expect(deferred?.use).toBe('plackett-luce');
      if (deferred && round < 3) {
        const elsewhere = PROPENSITY_FUNCTIONS['plackett-luce'](deferred.with, new RandomStream(1), 5);
        expect(elsewhere).toEqual(estimate(new RandomStream(1), 5));
      }
      policy.conditional(pool, picks).forEach((p, k) => {
        expect(conditional?.[k]).toBeCloseTo(p, 12);
      });
    }
    for (const slate of slates(5, 3)) {
      const p = joint(Array.from(pool.scores), 0.15, floor, slate);
      const error = Math.sqrt((p * (1 - p)) / rounds);
      expect(Math.abs((seen.get(slate.join()) ?? 0) / rounds - p)).toBeLessThan(5 * error + 1e-4);
    }
  });

  test('have marginal propensities that equal the sum over all slates: the first exactly, others by draws', () => {
    const truth = marginals(0.15, floor, 4);
    const estimates = claimed(policy, pool, 4, 4000);
    estimates.forEach((estimate, cell) => {
      if (cell % 4 === 0) expect(estimate).toBeCloseTo(truth[cell], 12);
      else expect(Math.abs(estimate - truth[cell])).toBeLessThan(0.02 * truth[cell] + 0.004);
    });
    const shown = frequencies((random) => policy.choose(pool, 4, random), 5, 4, 20_000);
    shown.forEach((frequency, cell) => {
      const error = Math.sqrt((truth[cell] * (1 - truth[cell])) / 20_000);
      expect(Math.abs(frequency - truth[cell])).toBeLessThan(5 * error);
    });
  });

  test('have estimates without bias from a single draw each', () => {
    const truth = marginals(0.15, floor, 3);
    const slate = Uint32Array.of(1, 0, 2);
    const mean = new Float64Array(3);
    for (let round = 0; round < 4000; round++) {
      policy.propensity(pool, slate, new RandomStream(8, round), 1).forEach((p, k) => {
        expect(p).toBeGreaterThan(0);
        mean[k] += p / 4000;
      });
    }
    mean.forEach((p, k) => {
      expect(Math.abs(p - truth[slate[k] * 3 + k])).toBeLessThan(0.006);
    });
  });
});

describe('Plackett-Luce', () => {
  test('keeps tiny shares where one item has almost all the weight, and shares of those far below', () => {
    const policy = new PlackettLuce({ kernels, temperature: 0.001 });
    const pool = poolOf([1, 0.001, 0, 0.0005]);
    // exp(-999) is no normal number; after the first place it no longer counts.
    const [first, second, third, last] = policy.conditional(pool, Uint32Array.of(0, 1, 2, 3));
    expect(first).toBe(1);
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-1) + Math.exp(-0.5)), 6);
    expect(third).toBeCloseTo(Math.exp(-0.5) / (1 + Math.exp(-0.5)), 6);
    expect(last).toBe(1);
  });

  test('ranks by the score of the wrapped policy, which learns, and restores with it', () => {
    const make = () =>
      new PlackettLuce({
        kernels,
        temperature: 0.02,
        policy: new EpsilonGreedy({ arms: 5, epsilon: 0.5, priorStrength: 1 }),
      });
    const policy = make();
    const pool = poolOf([0.2, 0.2, 0.2, 0.2, 0.2]);
    const rewards = Float64Array.of(1, 1, 1, 1);
    policy.update({ rows: new Uint32Array(4).fill(3), scores: new Float32Array(4).fill(0.2), rewards });
    const shown = frequencies((random) => policy.choose(pool, 1, random), 5, 1, 200);
    expect(shown[3]).toBeGreaterThan(0.95);
    const restored = make();
    restored.restore(policy.snapshot());
    for (let round = 0; round < 50; round++) {
      const random = () => new RandomStream(2, round);
      expect(restored.choose(pool, 4, random())).toMatchObject({
        picks: policy.choose(pool, 4, random()).picks,
        conditional: policy.choose(pool, 4, random()).conditional,
      });
    }
  });

  test('chooses distinct entries, as many as there are, from any pool', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 30 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(0, 0.5),
        fc.integer(),
        (scores, size, floor, seed) => {
          const policy = new PlackettLuce({ kernels, temperature: 0.3, floor });
          const { picks, conditional } = policy.choose(poolOf(scores), size, new RandomStream(seed));
          expect(picks.length).toBe(Math.min(size, scores.length));
          expect(new Set(picks).size).toBe(picks.length);
          for (const p of conditional ?? []) expect(p > 0 && p <= 1 + 1e-12).toBe(true);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('settings outside their range, and scores that are no numbers, are refused', () => {
    for (const bad of [{ temperature: 0 }, { temperature: Number.NaN }, { temperature: 1, floor: 1 }]) {
      expect(() => new PlackettLuce({ kernels, ...bad })).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
    const policy = new PlackettLuce({ kernels, temperature: 1 });
    for (const score of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => policy.choose(poolOf([0.5, score]), 1, new RandomStream(1))).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
      );
    }
  });
});
