import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/numerics/random.ts';
import { boundedMerge } from '../../../src/reasoning/rerankers/bounded-merge.ts';

const permutation = (n: number) =>
  fc
    .shuffledSubarray(
      Array.from({ length: n }, (_, i) => i),
      { minLength: n, maxLength: n },
    )
    .map((items) => Uint32Array.from(items));
const orders = fc.integer({ min: 0, max: 24 }).chain(permutation);
const two = (most: number) =>
  fc.integer({ min: 0, max: most }).chain((n) => fc.tuple(permutation(n), permutation(n)));
const ascending = (n: number) => Array.from({ length: n }, (_, i) => i);

/** How many places each item rose, by its prior place. */
const rises = (order: ArrayLike<number>) => Array.from(order, (item, place) => item - place);

/** Pairs that two orders have the other way round. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const placeOf = new Map(Array.from(b, (item, place) => [item, place]));
  let pairs = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = i + 1; j < a.length; j++) if (placeOf.get(a[i])! > placeOf.get(a[j])!) pairs++;
  return pairs;
}

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const item of items)
    for (const rest of permutations(items.filter((other) => other !== item))) yield [item, ...rest];
}

describe('a bounded merge', () => {
  test('is a permutation in which nothing rises above the bound', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 0, max: 30 }), (order, most) => {
        const merged = boundedMerge(order, most);
        expect([...merged].sort((a, b) => a - b)).toEqual(ascending(order.length));
        expect(Math.max(0, ...rises(merged))).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('is the order itself where that keeps the bound, and the prior order where nothing may rise', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 0, max: 12 }), (order, most) => {
        expect([...boundedMerge(order, 0)]).toEqual(ascending(order.length));
        const wanted = Math.max(0, ...rises(order));
        expect(boundedMerge(order, wanted)).toEqual(order);
        const merged = boundedMerge(order, most);
        expect(boundedMerge(merged, most)).toEqual(merged);
      }),
    );
  });

  test('is of all permutations within the bound the one nearest to the order, and no other is as near', () => {
    fc.assert(
      fc.property(two(6), fc.integer({ min: 0, max: 6 }), fc.boolean(), ([order, agreed], most, asked) => {
        const may = (item: number, place: number) =>
          item - place <= most || (asked && agreed.indexOf(item) <= place);
        const within = [...permutations(ascending(order.length))].filter((candidate) =>
          candidate.every((item, place) => may(item, place)),
        );
        const distances = within.map((candidate) => distance(candidate, order));
        const least = Math.min(...distances);
        const merged = boundedMerge(order, most, asked ? agreed : undefined);
        expect(within).toContainEqual([...merged]);
        expect(distance(merged, order)).toBe(least);
        expect(distances.filter((one) => one === least)).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  test('lets an item rise as high as the other opinion has it, and no higher', () => {
    fc.assert(
      fc.property(two(24), fc.integer({ min: 0, max: 12 }), ([order, agreed], most) => {
        const merged = boundedMerge(order, most, agreed);
        merged.forEach((item, place) => {
          expect(item - place <= most || agreed.indexOf(item) <= place).toBe(true);
        });
        expect(boundedMerge(order, 0, order)).toEqual(order);
      }),
    );
  });

  test('of four places keeps nine tenths of what a surer model gains, and more than all of one no surer', () => {
    // Twelve items of normal worth; prior order and model see it under noise. Gain in NDCG@12 over the prior order.
    const gain = (modelNoise: number, most: number) => {
      let sum = 0;
      for (let request = 0; request < 1500; request++) {
        const random = new RandomStream(request, `noise ${modelNoise}`);
        const items = Array.from({ length: 12 }, () => {
          const worth = random.normal();
          return { worth, prior: worth + random.normal(), model: worth + modelNoise * random.normal() };
        }).sort((a, b) => b.prior - a.prior);
        const value = (order: ArrayLike<number>) =>
          Array.from(order, (item, place) => Math.exp(items[item].worth) / Math.log2(place + 2)).reduce(
            (a, b) => a + b,
          );
        const places = ascending(12);
        const ideal = value([...places].sort((a, b) => items[b].worth - items[a].worth));
        const order = Uint32Array.from([...places].sort((a, b) => items[b].model - items[a].model));
        sum += (value(boundedMerge(order, most)) - value(places)) / ideal / 1500;
      }
      return sum;
    };
    expect(gain(0.5, 4) / gain(0.5, 12)).toBeGreaterThan(0.9);
    expect(gain(1, 4)).toBeGreaterThan(gain(1, 12) + 0.005);
  });

  test('refuses what is no order and no bound', () => {
    const refused = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    const order = Uint32Array.of(1, 0);
    for (const most of [-1, 0.5, Number.NaN, undefined as unknown as number])
      expect(() => boundedMerge(order, most)).toThrow(refused);
    for (const wrong of [Uint32Array.of(0, 0), Uint32Array.of(2, 0), [1, 0], null] as Uint32Array[]) {
      expect(() => boundedMerge(wrong, 1)).toThrow(refused);
      if (wrong !== null) expect(() => boundedMerge(order, 1, wrong)).toThrow(refused);
    }
    expect(() => boundedMerge(order, 1, Uint32Array.of(0))).toThrow(refused);
  });
});
