import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/numerics/random.ts';
import { expectedCalibrationError } from '../../../src/reasoning/router/evaluation/calibration-error.ts';
import { apgr, qualityCostCurve } from '../../../src/reasoning/router/evaluation/quality-cost.ts';
import { ROUTE_FEATURES } from '../../../src/reasoning/router/features.ts';
import { fitGain, fitGainToLog, type KnownGain } from '../../../src/reasoning/router/fit-gain.ts';
import type { GainModel } from '../../../src/reasoning/router/gain-model.ts';
import { type MadeOutcome, madeOutcomes } from './made-outcomes.ts';

const others = madeOutcomes(10_000, 99);

/** Root mean square distance from the true expected gain. */
function errorOf(model: GainModel, outcomes: readonly MadeOutcome[] = others): number {
  const squares = outcomes.map(
    ({ features, text, expected }) => (model.predict(features, text).mean - expected) ** 2,
  );
  return Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length);
}

function areaOf(model: GainModel): number {
  const scores = others.map(({ features, text }) => model.predict(features, text).mean);
  const gains = others.map(({ expected }) => expected);
  return apgr(qualityCostCurve({ gains, costs: gains.map(() => 1) }, scores));
}

/** The gain deviates by .19 around its mean of .22: what telling nobody anything leaves. */
const IGNORANT = 0.19;

describe('a gain model', () => {
  test('learns from features and from words, and more from more outcomes', () => {
    const few = errorOf(fitGain(madeOutcomes(300, 1, 0.35)));
    const many = errorOf(fitGain(madeOutcomes(3000, 1, 0.35)));
    const most = errorOf(fitGain(madeOutcomes(12_000, 1, 0.35)));
    expect(few).toBeLessThan(0.75 * IGNORANT);
    expect(many).toBeLessThan(0.35 * IGNORANT);
    expect(most).toBeLessThan(0.22 * IGNORANT);
  });

  test('orders requests nearly as the truth does', () => {
    const gains = others.map(({ expected }) => expected);
    const best = apgr(qualityCostCurve({ gains, costs: gains.map(() => 1) }, gains));
    expect(areaOf(fitGain(madeOutcomes(3000, 2, 0.35)))).toBeGreaterThan(best - 0.02);
  });

  test.each([60, 200, 900, 3000])('finds nothing where there is nothing to find, in %i outcomes', (n) => {
    const random = new RandomStream(n, 'labels');
    const shuffled = random.shuffle(madeOutcomes(n, 3).map(({ gain }) => gain));
    const model = fitGain(madeOutcomes(n, 3).map((outcome, i) => ({ ...outcome, gain: shuffled[i] })));
    const mean = shuffled.reduce((sum, gain) => sum + gain, 0) / n;
    const spread = others.reduce((sum, { features, text }) => {
      return sum + (model.predict(features, text).mean - mean) ** 2 / others.length;
    }, 0);
    // A model that swallowed the noise would spread by its deviation of .8.
    expect(Math.sqrt(spread)).toBeLessThan(3 / Math.sqrt(n));
  });

  test('tells the base rate, shrunk, where outcomes are few, with a bound that is wide', () => {
    const gain = fitGain(madeOutcomes(10, 1).map((outcome) => ({ ...outcome, gain: 1 }))).predict(
      new Float64Array(ROUTE_FEATURES.length),
      '',
    );
    expect(gain.mean).toBeCloseTo(10 / 12, 12);
    expect(gain.high - gain.low).toBeGreaterThan(0.2);
    const one = fitGain([{ ...others[0], gain: 1 }]).predict(others[0].features, '');
    expect(one.low).toBeLessThan(-0.3);
  });

  test('is calibrated: 2000 labels leave an error of at most .03 on 20,000', () => {
    const model = fitGain(madeOutcomes(2000, 4, 0.35));
    const scored = madeOutcomes(20_000, 5, 0.35);
    const means = scored.map(({ features, text }) => model.predict(features, text).mean);
    const gains = scored.map(({ gain }) => gain);
    expect(expectedCalibrationError(means, gains)).toBeLessThan(0.03);
  });

  test.each([400, 2000])(
    'states a lower bound that expected gains keep to, from %i labels',
    (n) => {
      // The bound is that of the mean gain at a score: requests of like scores are taken together.
      let kept = 0;
      let bins = 0;
      for (let seed = 1; seed <= 10; seed++) {
        const model = fitGain(madeOutcomes(n, 100 + seed));
        const scored = others
          .map(({ features, text, expected }) => ({ expected, ...model.predict(features, text) }))
          .sort((a, b) => a.mean - b.mean);
        for (let from = 0; from < scored.length; from += 1000, bins++) {
          const part = scored.slice(from, from + 1000);
          const mean = (of: (one: (typeof part)[number]) => number) =>
            part.reduce((s, x) => s + of(x), 0) / 1000;
          if (mean(({ low }) => low) <= mean(({ expected }) => expected)) kept++;
        }
      }
      expect(kept / bins).toBeGreaterThan(0.9);
    },
    20_000,
  );

  test('rises with the score, and so do its bounds', () => {
    for (const n of [100, 500, 2000]) {
      const model = fitGain(madeOutcomes(n, 6));
      const ranked = others
        .slice(0, 500)
        .map(({ features, text }) => ({
          score: model.score(features, text),
          ...model.predict(features, text),
        }))
        .sort((a, b) => a.score - b.score);
      ranked.forEach((gain, i) => {
        expect(gain.low).toBeLessThanOrEqual(gain.mean);
        expect(gain.mean).toBeLessThanOrEqual(gain.high);
        for (const side of ['low', 'mean', 'high'] as const) {
          if (i > 0) expect(gain[side]).toBeGreaterThanOrEqual(ranked[i - 1][side] - 1e-12);
        }
      });
    }
  });

  test('takes real gains as well as right and wrong', () => {
    const real = madeOutcomes(2000, 7).map((outcome) => ({ ...outcome, gain: outcome.expected }));
    expect(errorOf(fitGain(real))).toBeLessThan(0.15 * IGNORANT);
  });

  test('is the same for the same outcomes and seed', () => {
    const outcomes = madeOutcomes(400, 8);
    expect(fitGain(outcomes).version).toBe(fitGain(outcomes).version);
    expect(fitGain(outcomes, { seed: 2 }).version).not.toBe(fitGain(outcomes).version);
  });

  test.each<[string, readonly KnownGain[], string]>([
    ['no outcomes', [], 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a gain above 1', [{ ...others[0], gain: 1.5 }], 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a gain that is no number', [{ ...others[0], gain: Number.NaN }], 'ERR_SLUICE_INVALID_ARGUMENT'],
    [
      'features of another length',
      [{ ...others[0], features: new Float64Array(3) }],
      'ERR_SLUICE_DIMENSION_MISMATCH',
    ],
    [
      'features that are not finite',
      [{ ...others[0], features: new Float64Array(ROUTE_FEATURES.length).fill(Number.NaN) }],
      'ERR_SLUICE_NON_FINITE',
    ],
    ['a text that is none', [{ ...others[0], text: 7 as unknown as string }], 'ERR_SLUICE_INVALID_ARGUMENT'],
  ])('refuses %s', (_, outcomes, code) => {
    expect(() => fitGain(outcomes)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a gain model of logged choices', () => {
  /** Bought by a rule that errs, and against it by chance; quality depends on the request, too. */
  function logged(n: number, exploration: number, seed: number) {
    const random = new RandomStream(seed, 'log');
    return madeOutcomes(n, seed).map((outcome) => {
      const { features, text, expected } = outcome;
      const rule = features[1] > 0.5;
      const buy = random.uniform() < exploration ? random.uniform() < 0.5 : rule;
      const propensity = buy === rule ? 1 - exploration / 2 : exploration / 2;
      const quality =
        0.3 + 0.3 * features[1] + 0.2 * features[2] + (buy ? expected : 0) + 0.1 * random.normal();
      return { features, text, bought: buy, propensity, quality };
    });
  }

  test('finds the gain though the rule bought where quality was high anyway', () => {
    const log = logged(8000, 0.2, 1);
    const bought = log.filter((choice) => choice.bought);
    const mean = (part: typeof log) => part.reduce((sum, { quality }) => sum + quality, 0) / part.length;
    const naive = mean(bought) - mean(log.filter((choice) => !choice.bought));
    const truth = others.reduce((sum, { expected }) => sum + expected, 0) / others.length;
    // The naive difference is off by the 0.15 that the rule selects.
    expect(naive - truth).toBeGreaterThan(0.1);
    const model = fitGainToLog(log);
    expect(errorOf(model)).toBeLessThan(0.4 * IGNORANT);
    const told = others.reduce((sum, { features, text }) => sum + model.predict(features, text).mean, 0);
    expect(Math.abs(told / others.length - truth)).toBeLessThan(0.03);
  });

  test('is as sure as the choices that chance had a part in allow', () => {
    const width = (exploration: number) => {
      const { low, high } = fitGainToLog(logged(3000, exploration, 2)).predict(
        others[0].features,
        others[0].text,
      );
      return high - low;
    };
    expect(width(0.02)).toBeGreaterThan(2 * width(0.5));
  });

  test('leaves out choices that nothing was left of to chance', () => {
    const log = logged(2000, 0.3, 3);
    const sure = log.map((choice) => ({ ...choice, propensity: 1, quality: 1 - choice.quality }));
    expect(fitGainToLog([...log, ...sure]).version).toBe(fitGainToLog(log).version);
    expect(fitGainToLog([...log, ...sure]).outcomes).toBe(2000);
    expect(() => fitGainToLog(sure)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test('is unsure after a few choices', () => {
    const { low, high } = fitGainToLog(logged(20, 0.5, 4)).predict(others[0].features, '');
    expect(high - low).toBeGreaterThan(0.2);
    expect(low).toBeGreaterThanOrEqual(-1);
  });

  test.each([
    { propensity: 0 },
    { propensity: 1.1 },
    { propensity: Number.NaN },
    { quality: Number.POSITIVE_INFINITY },
  ])('refuses %o', (given) => {
    const log = logged(5, 0.5, 5);
    expect(() => fitGainToLog([...log, { ...log[0], ...given }])).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
