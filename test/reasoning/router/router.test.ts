import { describe, expect, test } from 'vitest';
import { ROUTE_FEATURES } from '../../../src/reasoning/router/features.ts';
import { GainModel } from '../../../src/reasoning/router/gain-model.ts';
import { ROUTE_REASONS } from '../../../src/reasoning/router/route-reason.ts';
import { type RouteRequest, Router, refuseRoute } from '../../../src/reasoning/router/router.ts';

const features = new Float64Array(ROUTE_FEATURES.length);
const constant = (mean: number, low: number): GainModel =>
  new GainModel({
    intercept: 0,
    weights: new Float64Array(ROUTE_FEATURES.length),
    text: null,
    curve: { scores: [0], means: [mean], lows: [low], highs: [1] },
    outcomes: 100,
  });
const request = (given: Partial<RouteRequest> = {}): RouteRequest => ({
  ...{ purpose: 'rerank', decisionId: 'd', seed: 1, text: '', simple: false, affordable: true },
  ...{ value: 1000, expectedCost: 100, lambda: 1, latencyMs: 500, timeLeftMs: 600, breakerOpen: false },
  ...given,
});
const greedy = new Router({ rerank: constant(0.5, 0.2), plan: constant(0.5, 0.2), exploration: 0 });

describe('the rule', () => {
  test('buys iff value x lower gain > lambda x cost', () => {
    expect(greedy.decide(request(), features)).toMatchObject({ buy: true, reason: 'gain-above-price' });
    expect(greedy.decide(request({ expectedCost: 199 }), features).buy).toBe(true);
    expect(greedy.decide(request({ expectedCost: 201 }), features)).toMatchObject({
      ...{ buy: false, reason: 'gain-below-price', propensity: 1 },
    });
    expect(greedy.decide(request({ lambda: 2.1 }), features).buy).toBe(false);
    expect(greedy.decide(request({ value: 499 }), features).buy).toBe(false);
  });

  test('goes by the lower bound, not the mean', () => {
    const unsure = new Router({ rerank: constant(0.9, -0.1), exploration: 0 });
    expect(unsure.decide(request({ expectedCost: 0 }), features).buy).toBe(false);
  });

  test.each([
    [{ expectedCost: null }, 'price-unknown'],
    [{ breakerOpen: true }, 'breaker-open'],
    [{ timeLeftMs: 499 }, 'deadline'],
    [{ timeLeftMs: -3 }, 'deadline'],
    [{ affordable: false }, 'budget'],
    [{ purpose: 'plan', simple: true }, 'simple-plan'],
  ] as const)('%o is a gate that chance does not open', (given, reason) => {
    const curious = new Router({ rerank: constant(0.5, 0.2), exploration: 1 });
    for (let i = 0; i < 50; i++) {
      const decision = curious.decide(request({ ...given, decisionId: `d${i}` }), features);
      expect(decision).toMatchObject({ buy: false, reason, propensity: 1, explored: false });
    }
  });

  test('does not ask whether a plan is simple when the slate is reordered', () => {
    expect(greedy.decide(request({ simple: true }), features).buy).toBe(true);
  });

  test('holds a model for each purpose', () => {
    const router = new Router({ plan: constant(0.5, 0.4), rerank: constant(0.5, 0.01), exploration: 0 });
    expect(router.decide(request({ purpose: 'plan' }), features).buy).toBe(true);
    expect(router.decide(request({ purpose: 'rerank' }), features).buy).toBe(false);
  });

  test('before there are outcomes buys by exploration only', () => {
    const router = new Router({ exploration: 0.1 });
    const decisions = Array.from({ length: 500 }, (_, i) =>
      router.decide(request({ decisionId: `${i}`, expectedCost: 0, value: 1e9 }), features),
    );
    expect(decisions[0]).toMatchObject({ gain: { mean: 0, low: -1, high: 1 }, version: 'prior' });
    const bought = decisions.filter(({ buy }) => buy);
    expect(bought.length).toBeGreaterThan(5);
    expect(bought.every(({ reason, explored }) => reason === 'explored' && explored)).toBe(true);
  });
});

describe('chance', () => {
  const router = new Router({ rerank: constant(0.5, 0.2), exploration: 0.2 });
  const decisions = Array.from({ length: 4000 }, (_, i) =>
    router.decide(request({ decisionId: `${i}`, expectedCost: i % 2 ? 100 : 300 }), features),
  );

  test('decides the share asked for, and tells the propensity of each choice', () => {
    const explored = decisions.filter((decision) => decision.explored);
    expect(Math.abs(explored.length / 4000 - 0.2)).toBeLessThan(0.02);
    for (const { buy, cost, propensity } of decisions) {
      expect(propensity).toBeCloseTo(buy === (cost === 100) ? 0.9 : 0.1, 12);
    }
    const against = decisions.filter(({ buy, cost }) => buy !== (cost === 100));
    expect(Math.abs(against.length / 4000 - 0.1)).toBeLessThan(0.015);
  });

  test('makes inverse propensity weights of mean one for each choice', () => {
    for (const buy of [true, false]) {
      const total = decisions.reduce((sum, d) => sum + (d.buy === buy ? 1 / d.propensity : 0), 0);
      expect(Math.abs(total / 4000 - 1)).toBeLessThan(0.1);
    }
  });

  test('falls the same way for the same decision, seed and purpose', () => {
    for (let i = 0; i < 200; i++) {
      const again = router.decide(request({ decisionId: `${i}`, expectedCost: i % 2 ? 100 : 300 }), features);
      expect(again).toEqual(decisions[i]);
    }
    const other = decisions.filter((decision, i) => {
      const cost = i % 2 ? 100 : 300;
      return (
        decision.buy !==
        router.decide(request({ seed: 2, decisionId: `${i}`, expectedCost: cost }), features).buy
      );
    });
    expect(other.length).toBeGreaterThan(100);
  });
});

describe('a decision', () => {
  test('names a reason of the closed list and says what it weighed', () => {
    const decision = greedy.decide(request({ lambda: 1.5 }), features);
    expect(ROUTE_REASONS[decision.reason]).toBeTypeOf('string');
    expect(decision).toMatchObject({
      ...{ gain: { mean: 0.5, low: 0.2, high: 1 }, cost: 100, lambda: 1.5, purpose: 'rerank' },
      ...{ explored: false, version: constant(0.5, 0.2).version },
    });
  });

  test('that could not be carried out buys nothing and teaches nothing of chance', () => {
    const refused = refuseRoute(greedy.decide(request(), features), 'budget');
    expect(refused).toMatchObject({ buy: false, reason: 'budget', propensity: 1, explored: false });
  });

  test.each([
    { value: -1 },
    { value: Number.NaN },
    { expectedCost: -5 },
    { expectedCost: Number.NaN },
    { lambda: Number.POSITIVE_INFINITY },
    { lambda: -1 },
    { latencyMs: Number.NaN },
    { timeLeftMs: Number.NaN },
    { seed: Number.NaN },
    { purpose: 'explain' as 'plan' },
  ])('is refused for %o', (given) => {
    expect(() => greedy.decide(request(given), features)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test('is refused for features of another length, and a router for a share above 1', () => {
    expect(() => greedy.decide(request(), new Float64Array(3))).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_DIMENSION_MISMATCH' }),
    );
    expect(() => new Router({ exploration: 1.1 })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
