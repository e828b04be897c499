import { describe, expect, test } from 'vitest';
import { IndexPolicy, type IndexPolicyOptions } from '../../../src/decisions/context-free/index-policy.ts';
import type { Pool } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const ARMS = 5;
const pool: Pool = { rows: Uint32Array.of(0, 1, 2, 3, 4), scores: new Float32Array(ARMS).fill(0.5) };

const kl = (p: number, q: number): number =>
  (p > 0 ? p * Math.log(p / q) : 0) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0);

/** The largest q with n kl(p, q) <= level, by bisection. */
function upper(p: number, n: number, level: number): number {
  let [low, high] = [p, 1];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (n * kl(p, middle) <= level) low = middle;
    else high = middle;
  }
  return low;
}

interface Seen {
  readonly n: number;
  readonly mean: number;
}

/** The index of an arm, straight from each paper. */
const INDEXES: [
  string,
  Partial<IndexPolicyOptions>,
  (arm: Seen, all: readonly Seen[], t: number) => number,
][] = [
  ['ucb', {}, ({ n, mean }, _, t) => mean + Math.sqrt((2 * Math.log(t)) / n)],
  ['ucb', { exploration: 0.5 }, ({ n, mean }, _, t) => mean + Math.sqrt((0.5 * Math.log(t)) / n)],
  ['kl-ucb', {}, ({ n, mean }, _, t) => upper(mean, n, Math.log(t))],
  [
    'kl-ucb-plus-plus',
    { horizon: 300 },
    ({ n, mean }) => {
      const h = 300 / (ARMS * n);
      const plus = (x: number) => Math.max(Math.log(x), 0);
      return upper(mean, n, plus(h * (1 + plus(h) ** 2)));
    },
  ],
  ['imed', {}, ({ n, mean }, all) => -(n * kl(mean, Math.max(...all.map((arm) => arm.mean))) + Math.log(n))],
];

/** One outcome. */
const outcome = (arm: number, reward: number) => ({
  rows: Uint32Array.of(arm),
  scores: Float32Array.of(0.5),
  rewards: Float64Array.of(reward),
});

describe.each(INDEXES)('%s %j', (index, settings, indexOf) => {
  test('chooses the slate of highest indexes, computed from the paper', () => {
    const policy = new IndexPolicy({ arms: ARMS, index, floor: 0, ...settings } as IndexPolicyOptions);
    const random = new RandomStream(5, index);
    const rewards: number[][] = Array.from({ length: ARMS }, () => []);
    for (let t = 1; t <= 400; t++) {
      const { picks } = policy.choose(pool, 3, random);
      const tried = rewards.every((list) => list.length > 0);
      if (tried) {
        const seen = rewards.map((list) => ({
          n: list.length,
          mean: list.reduce((sum, one) => sum + one, 0) / list.length,
        }));
        const indexes = seen.map((arm) => indexOf(arm, seen, t - 1));
        const order = [0, 1, 2, 3, 4].sort((a, b) => indexes[b] - indexes[a] || a - b);
        expect(picks).toHaveLength(3);
        for (let k = 0; k < 3; k++) expect(indexes[picks[k]]).toBeCloseTo(indexes[order[k]], 9);
      }
      // Also rewards between 0 and 1, and arms that the policy would not have tried.
      const arm = t % 7 === 0 ? random.below(ARMS) : picks[0];
      const reward = random.uniform() < 0.3 ? random.uniform() : Number(random.uniform() < 0.2 * arm);
      rewards[arm].push(reward);
      policy.update(outcome(arm, reward));
    }
  });
});

describe('an index policy', () => {
  test('tries every arm once before any twice, those of higher score first', () => {
    const scores = Float32Array.of(0.2, 0.9, 0.4, 0.9, 0.1);
    const policy = new IndexPolicy({ arms: ARMS, index: 'imed', floor: 0 });
    const order: number[] = [];
    for (let t = 0; t < ARMS; t++) {
      const [arm] = policy.choose({ ...pool, scores }, 1, new RandomStream(1)).picks;
      order.push(arm);
      policy.update(outcome(arm, 1));
    }
    expect(order).toEqual([1, 3, 2, 0, 4]);
  });

  test('tries an arm that appears in the pool later', () => {
    const policy = new IndexPolicy({ arms: ARMS, index: 'kl-ucb', floor: 0 });
    for (let t = 0; t < 100; t++) policy.update(outcome(t % 2, 1));
    const later = { rows: Uint32Array.of(0, 1, 4), scores: Float32Array.of(0.5, 0.5, 0.01) };
    expect(policy.choose(later, 1, new RandomStream(1)).picks[0]).toBe(2);
  });

  test('without a floor is certain, and with one has propensities in closed form for any slate', () => {
    const certain = new IndexPolicy({ arms: ARMS, index: 'ucb', floor: 0 });
    expect(certain.choose(pool, 2, new RandomStream(1)).propensities).toEqual(Float64Array.of(1, 1));
    const floored = new IndexPolicy({ arms: ARMS, index: 'ucb', floor: 0.3 });
    expect(floored.propensity(pool, Uint32Array.of(0, 1))).toEqual(Float64Array.of(0.7, 0.7));
    // Arms 0 and 1 are the base slate; each of the three others has a third of the floor.
    const [swapped, outside] = floored.propensity(pool, Uint32Array.of(1, 4));
    expect(swapped).toBe(0);
    expect(outside).toBeCloseTo(0.1, 12);
  });

  test.each<[string, object]>([
    ['an index that there is not', { index: 'ucb2' }],
    ['kl-UCB++ without a horizon', { index: 'kl-ucb-plus-plus' }],
    ['a horizon of part of a round', { index: 'kl-ucb-plus-plus', horizon: 0.5 }],
    ['a horizon for an index that has none', { index: 'imed', horizon: 10 }],
    ['exploration for an index that has none', { index: 'imed', exploration: 1 }],
    ['negative exploration', { index: 'ucb', exploration: -1 }],
    ['an empty window', { index: 'ucb', window: 0 }],
    ['a window that is no number', { index: 'ucb', window: Number.NaN }],
    ['a risk of 0', { index: 'ucb', changeRisk: 0 }],
    ['a window and a test for change', { index: 'ucb', window: 10, changeRisk: 0.1 }],
    ['a floor of 1', { index: 'ucb', floor: 1 }],
    ['a fraction of an arm', { index: 'ucb', arms: 1.5 }],
  ])('refuses %s', (_, options) => {
    expect(() => new IndexPolicy({ arms: 3, ...options } as IndexPolicyOptions)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test('is named by index and settings, whatever their order', () => {
    const a = new IndexPolicy({ arms: 3, index: 'ucb', exploration: 0.6, window: 9, floor: 0 });
    const b = new IndexPolicy({ floor: 0, window: 9, exploration: 0.6, index: 'ucb', arms: 3 });
    expect(a.name).toBe('ucb@1 {"exploration":0.6,"window":9,"floor":0}');
    expect(b.name).toBe(a.name);
  });
});
