import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_PLAN, type QueryPlan } from '../../../src/reasoning/plan.ts';
import {
  ROUTE_FEATURES,
  type RouteFeature,
  type RouteFeatureInput,
  routeFeatures,
} from '../../../src/reasoning/router/features.ts';
import { agreement, scoreShape } from '../../../src/reasoning/router/score-shape.ts';

const none = { rows: [], scores: [] };
const input = (given: Partial<RouteFeatureInput> = {}, plan: Partial<QueryPlan> = {}): RouteFeatureInput => ({
  text: 'a slow film of the 90s',
  plan: { ...EMPTY_PLAN, ...plan },
  ...{ anchorsNamed: 0, contradiction: false, textLeg: none, vectorLeg: none },
  ...{ candidates: 100, satisfying: 100, userEvents: 0, reformulations: 0 },
  ...given,
});
const one = (name: RouteFeature, given?: Partial<RouteFeatureInput>, plan?: Partial<QueryPlan>): number =>
  routeFeatures(input(given, plan))[ROUTE_FEATURES.indexOf(name)];

describe('the features of a request', () => {
  test('are finite, in [0, 1] and one for each name, whatever comes in', () => {
    const words = fc.array(fc.string(), { maxLength: 30 });
    const leg = fc.record({
      rows: fc.array(fc.nat(40), { maxLength: 20 }),
      scores: fc.array(fc.oneof(fc.float(), fc.double()), { maxLength: 20 }),
    });
    const plan = fc.record({
      year: fc.constantFrom<QueryPlan['year'][]>(null, [1990, null]),
      ...{ genreAny: words, genreNot: words, similarTo: words, exclude: words, title: words },
      ...{ moods: words, residual: words, complex: fc.boolean() },
    });
    fc.assert(
      fc.property(
        fc.string(),
        plan,
        leg,
        leg,
        fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
        (...args) => {
          const [
            text,
            parts,
            textLeg,
            vectorLeg,
            [anchorsNamed, candidates, satisfying, userEvents, reworded],
          ] = args;
          const counts = { anchorsNamed, candidates, satisfying, userEvents, reformulations: reworded };
          const features = routeFeatures(input({ text, textLeg, vectorLeg, ...counts }, parts));
          expect(features).toHaveLength(ROUTE_FEATURES.length);
          expect(features.every((x) => x >= 0 && x <= 1)).toBe(true);
        },
      ),
    );
  });

  test('tell what was understood from what was not', () => {
    expect(one('residual-share', {}, { residual: ['slow', 'film', 'of'] })).toBe(0.5);
    expect(one('mood-share', {}, { moods: ['slow'] })).toBeCloseTo(1 / 6, 12);
    expect(one('constraints', {}, { year: [1990, 1999], genreAny: ['Drama'], available: true })).toBe(0.5);
    expect(one('complex', {}, { complex: true })).toBe(1);
    expect(one('look-up', {}, { title: ['17'] })).toBe(1);
  });

  test('take an anchor that is left out of its own answer for no negation', () => {
    expect(one('negation', {}, { similarTo: ['1'], exclude: ['1'] })).toBe(0);
    expect(one('negation', {}, { similarTo: ['1'], exclude: ['1', '2'] })).toBe(1);
    expect(one('negation', {}, { genreNot: ['Horror'] })).toBe(1);
  });

  test('know the anchors that the catalogue does not have', () => {
    expect(one('anchors-resolved', { anchorsNamed: 2 }, { similarTo: ['1'] })).toBe(0.5);
    expect(one('anchors-resolved', { anchorsNamed: 0 })).toBe(0);
  });

  test('measure agreement over the first dozen of both searches', () => {
    const rows = (from: number) => Array.from({ length: 20 }, (_, i) => from + i);
    const legs = (from: number) => ({
      textLeg: { rows: rows(0), scores: rows(0).reverse() },
      vectorLeg: { rows: rows(from), scores: rows(0).reverse() },
    });
    expect(one('agreement', legs(0))).toBe(1);
    expect(one('agreement', legs(6))).toBeCloseTo(6 / 18, 12);
    expect(one('agreement', legs(12))).toBe(0);
    expect(agreement([], [])).toBe(0);
  });

  test.each(['candidates', 'satisfying', 'userEvents', 'reformulations', 'anchorsNamed'] as const)(
    'refuse %s below 0 or not a number',
    (name) => {
      for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => routeFeatures(input({ [name]: value }))).toThrow(
          expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
        );
      }
    },
  );
});

describe('the shape of scores', () => {
  test('is a full gap for one winner and an even spread for equal ones', () => {
    expect(scoreShape([9, 1, 1, 1]).gap).toBe(1);
    expect(scoreShape([1, 1, 1])).toEqual({ gap: 0, entropy: 1 });
    expect(scoreShape([5])).toEqual({ gap: 0, entropy: 0 });
  });

  test('does not depend on the scale of the scores', () => {
    const scores = [0.9, 0.7, 0.65, 0.3, 0.1];
    const other = scoreShape(scores.map((score) => 100 * score - 3));
    expect(other.gap).toBeCloseTo(scoreShape(scores).gap, 10);
    expect(other.entropy).toBeCloseTo(scoreShape(scores).entropy, 10);
  });

  test('has the entropy of a softmax computed directly', () => {
    const scores = [3, 2, 2, 1];
    const z = scores.map((score) => (score - 2) / Math.SQRT1_2);
    const total = z.reduce((sum, x) => sum + Math.exp(x), 0);
    const entropy = -z.reduce((sum, x) => sum + (Math.exp(x) / total) * Math.log(Math.exp(x) / total), 0);
    expect(scoreShape(scores).entropy).toBeCloseTo(entropy / Math.log(4), 12);
  });
});
