import { describe, expect, test } from 'vitest';
import { fitGainToLog, GainModel, ROUTE_FEATURES, routeFeatures } from '../../src/index.ts';
import { REQUEST_KINDS, type RequestKind } from '../../src/simulation/request-queries.ts';
import { createRequestWorld } from '../../src/simulation/request-world.ts';
import { logChoices, simulateRouting } from '../../src/simulation/simulate-routing.ts';

const world = createRequestWorld({ titles: 400, seed: 3 });
const requests = [...world.requests(3000, 1)];
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((x) => (x - mean(values)) ** 2));

describe('the world of requests', () => {
  test('is the same for the same options and seed', () => {
    const again = [...createRequestWorld({ titles: 400, seed: 3 }).requests(20, 1)];
    expect(again).toEqual(requests.slice(0, 20));
    expect([...world.requests(20, 2)]).not.toEqual(again);
  });

  test('has the five kinds in their shares', () => {
    for (const [kind, share] of Object.entries(REQUEST_KINDS)) {
      const found = requests.filter((request) => request.kind === kind).length / requests.length;
      expect(Math.abs(found - share)).toBeLessThan(0.03);
    }
  });

  test('leaves half of the variance of the gain to what nothing seen determines', () => {
    const hidden = requests.map(({ gain, determinedGain }) => gain - determinedGain);
    const determined = requests.map(({ determinedGain }) => determinedGain);
    expect(Math.abs(variance(hidden) / variance(requests.map(({ gain }) => gain)) - 0.5)).toBeLessThan(0.04);
    const together = mean(hidden.map((x, i) => (x - mean(hidden)) * (determined[i] - mean(determined))));
    expect(Math.abs(together / Math.sqrt(variance(hidden) * variance(determined)))).toBeLessThan(0.05);
  });

  test('gains most where least was understood, and harms some', () => {
    const gainOf = (kind: RequestKind) =>
      mean(requests.filter((r) => r.kind === kind).map(({ gain }) => gain));
    expect(gainOf('vague')).toBeGreaterThan(gainOf('similar-with-twist'));
    expect(gainOf('similar-with-twist')).toBeGreaterThan(gainOf('attribute'));
    expect(requests.filter(({ gain }) => gain < 0).length / requests.length).toBeGreaterThan(0.15);
  });

  test('keeps qualities, gains and costs in their ranges, and features that are seen beforehand', () => {
    for (const { input, fastQuality, determinedGain, gain, cost, expectedCost } of requests) {
      expect(fastQuality).toBeGreaterThanOrEqual(0);
      expect(fastQuality).toBeLessThanOrEqual(1 + 1e-9);
      expect(fastQuality + determinedGain).toBeGreaterThanOrEqual(-1e-9);
      expect(fastQuality + determinedGain).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.abs(gain)).toBeLessThanOrEqual(1);
      expect(Number.isInteger(cost) && cost > 0 && Number.isInteger(expectedCost)).toBe(true);
      expect(routeFeatures(input)).toHaveLength(ROUTE_FEATURES.length);
    }
    const cost = mean(requests.map((request) => request.cost));
    expect(Math.abs(cost / mean(requests.map(({ expectedCost }) => expectedCost)) - 1)).toBeLessThan(0.02);
  });

  test('refuses options out of range', () => {
    for (const options of [{ titles: 99 }, { titles: 1e6 }, { seed: 0.5 }]) {
      expect(() => createRequestWorld(options)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
    expect(() => [...world.requests(-1, 1)]).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('a router in the world of requests', () => {
  const report = simulateRouting({ labels: 2000, requests: 5000, logged: 5000, resamples: 200 });
  const { router, fromLog, length, random, oracle, determined } = report.routers;

  test('recovers .70 of the area, above length, half of the gain for a quarter of the spend', () => {
    expect(router.apgr.mean).toBeGreaterThanOrEqual(0.7);
    expect(report.aboveLength.low).toBeGreaterThan(0);
    expect(router.cpt50).toBeLessThanOrEqual(0.25);
    expect(router.cpt80).toBeLessThanOrEqual(0.55);
  });

  test('stays below who knows more, and chance at a half', () => {
    expect(router.apgr.mean).toBeLessThan(determined.apgr.mean);
    expect(determined.apgr.mean).toBeLessThan(oracle.apgr.mean);
    expect(length.apgr.mean).toBeLessThan(router.apgr.mean);
    expect(random.apgr.low).toBeLessThan(0.52);
    expect(random.apgr.high).toBeGreaterThan(0.48);
  });

  test('is calibrated by 2000 labels', () => {
    // 5000 scored requests alone leave .012 to chance.
    expect(report.ece).toBeLessThanOrEqual(0.03);
  });

  test('learns as well from choices of which one outcome is known each', () => {
    expect(fromLog.apgr.mean).toBeGreaterThan(router.apgr.mean - 0.03);
  });

  test('tells the true mean gain from a log in which it bought what gains most', () => {
    const first = fitGainToLog(logChoices(world, GainModel.prior(), 2000, 5));
    const taught = fitGainToLog(logChoices(world, first, 3000, 6));
    const told = requests.map(({ input }) => taught.predict(routeFeatures(input), input.text).mean);
    expect(Math.abs(mean(told) - mean(requests.map(({ gain }) => gain)))).toBeLessThan(0.03);
  });
});
