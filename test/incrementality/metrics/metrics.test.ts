import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SluiceError } from '../../../src/errors.ts';
import { auuc, auucOf, qini, qiniOf } from '../../../src/incrementality/metrics/coefficient.ts';
import type { UpliftConvention } from '../../../src/incrementality/metrics/curve.ts';
import { judgeRankings } from '../../../src/incrementality/metrics/judge-rankings.ts';
import { rankRows, type ScoredRows } from '../../../src/incrementality/metrics/ranked-rows.ts';
import { rankingAreas } from '../../../src/incrementality/metrics/ranking-areas.ts';
import { rankAverageTreatmentEffect } from '../../../src/incrementality/metrics/rate.ts';
import { ateError, sqrtPehe } from '../../../src/incrementality/metrics/truth.ts';
import { upliftAtK, upliftAtKOf } from '../../../src/incrementality/metrics/uplift-at-k.ts';
import { upliftCalibration } from '../../../src/incrementality/metrics/uplift-calibration.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const CONVENTIONS: readonly UpliftConvention[] = ['scikit-uplift', 'causalml', 'per-row'];

/** A trial in which the treatment helps by `slope` x of the row. */
function trial(n: number, slope: number, seed: number) {
  const random = new RandomStream(seed, 'trial');
  const x = Float64Array.from({ length: n }, () => random.uniform());
  const treatment = Uint8Array.from({ length: n }, () => random.below(2));
  const outcomes = Float64Array.from(x, (value, i) =>
    random.uniform() < 0.2 + treatment[i] * slope * value ? 1 : 0,
  );
  return { x, treatment, outcomes };
}

const someRows = fc
  .array(
    fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })),
    {
      minLength: 4,
      maxLength: 40,
    },
  )
  .map((rows) => ({
    uplift: rows.map(([uplift]) => uplift),
    treatment: rows.map(([, treated]) => treated),
    outcomes: rows.map(([, , outcome]) => outcome),
  }))
  .filter(({ treatment }) => treatment.includes(0) && treatment.includes(1));

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as SluiceError).code;
  }
  return 'none';
};

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) < 1e-11 || (!Number.isFinite(a) && !Number.isFinite(b));

describe('a resample', () => {
  test('has the metrics of the rows that it repeats', () => {
    fc.assert(
      fc.property(someRows, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (rows, stream) => {
        const counts = Uint8Array.from(rows.uplift, () => stream.next().value);
        const repeated = (column: readonly number[]) =>
          column.flatMap((value, i) => new Array<number>(counts[i]).fill(value));
        const copies: ScoredRows = {
          uplift: repeated(rows.uplift),
          treatment: repeated(rows.treatment),
          outcomes: repeated(rows.outcomes),
        };
        fc.pre(new Set(Array.from(copies.treatment)).size === 2);
        for (const convention of CONVENTIONS) {
          expect(
            near(
              qiniOf(rankingAreas(rankRows(rows), counts), convention),
              qiniOf(rankingAreas(rankRows(copies)), convention),
            ),
          ).toBe(true);
          expect(
            near(
              auucOf(rankingAreas(rankRows(rows), counts), convention),
              auucOf(rankingAreas(rankRows(copies)), convention),
            ),
          ).toBe(true);
        }
        for (const strategy of ['overall', 'by-group'] as const) {
          const of = (one: ScoredRows, times?: Uint8Array) =>
            upliftAtKOf(rankRows(one, 'last-row-first'), 0.4, strategy, times);
          expect(near(of(rows, counts), of(copies))).toBe(true);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('the Qini coefficient', () => {
  test('does not change when predictions are stretched', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const stretched = { ...rows, uplift: rows.uplift.map((uplift) => 5 * uplift ** 3 + 1) };
        for (const convention of CONVENTIONS) {
          expect(qiniOf(rankingAreas(rankRows(stretched)), convention)).toBe(
            qiniOf(rankingAreas(rankRows(rows)), convention),
          );
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('is above 0 for the true ranking, below for its reverse and near 0 for a random one', () => {
    const { x, treatment, outcomes } = trial(20_000, 0.3, 1);
    const random = new RandomStream(9, 'order');
    const by = (uplift: Float64Array) => qini({ uplift, treatment, outcomes }, 'scikit-uplift');
    const good = by(x);
    expect(good).toBeGreaterThan(0.05);
    expect(by(x.map((value) => -value))).toBeCloseTo(-good, 3);
    expect(Math.abs(by(x.map(() => random.uniform())))).toBeLessThan(0.02);
  });

  test('is refused with a reason', () => {
    const rows = { uplift: [1, 2, 3, 4], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 1] };
    const refusals: [Partial<Record<keyof ScoredRows, number[]>>, UpliftConvention, string][] = [
      [{ treatment: [1, 1, 1, 1] }, 'causalml', 'ERR_SLUICE_NO_EFFECT'],
      [{ treatment: [0, 0, 0, 0] }, 'causalml', 'ERR_SLUICE_NO_EFFECT'],
      [{ treatment: [0, 1, 2, 0] }, 'causalml', 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ treatment: [0, 1] }, 'causalml', 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ outcomes: [0, 1] }, 'causalml', 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ outcomes: [0, 0.5, 1, 1] }, 'scikit-uplift', 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ outcomes: [0, 0, 0, 0] }, 'scikit-uplift', 'ERR_SLUICE_NO_EFFECT'],
      [{ outcomes: [0, 0, 0, 0] }, 'causalml', 'ERR_SLUICE_NO_EFFECT'],
      [{ uplift: [1, Number.NaN, 3, 4] }, 'causalml', 'ERR_SLUICE_NON_FINITE'],
      [{ outcomes: [1, Number.POSITIVE_INFINITY, 3, 4] }, 'causalml', 'ERR_SLUICE_NON_FINITE'],
    ];
    for (const [change, convention, code] of refusals) {
      expect(codeOf(() => qini({ ...rows, ...change }, convention))).toBe(code);
      expect(codeOf(() => auuc({ ...rows, ...change }, convention))).toBe(code);
    }
    expect(codeOf(() => upliftAtK(rows, 0, 'overall'))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(codeOf(() => upliftAtK(rows, 3, 'by-group'))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(codeOf(() => upliftCalibration(rows, 4))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });
});

describe('RATE', () => {
  test('equals its closed form: the weight of rank i is the harmonic tail from i, less 1', () => {
    const random = new RandomStream(3, 'scores');
    const n = 30;
    const scores = Float64Array.from({ length: n }, () => random.normal());
    const priorities = Float64Array.from({ length: n }, (_, i) => -i);
    let autoc = 0;
    let weighted = 0;
    for (let i = 1; i <= n; i++) {
      let tail = 0;
      for (let j = i; j <= n; j++) tail += 1 / j;
      autoc += (scores[i - 1] * (tail - 1)) / n;
      weighted += (scores[i - 1] * ((n - i + 1) / n - (n + 1) / (2 * n))) / n;
    }
    expect(rankAverageTreatmentEffect({ priorities, scores }).estimate).toBeCloseTo(autoc, 12);
    expect(rankAverageTreatmentEffect({ priorities, scores, weighting: 'qini' }).estimate).toBeCloseTo(
      weighted,
      12,
    );
  });

  test('is 0, and surely not otherwise, where all priorities tie', () => {
    const { estimate, p } = rankAverageTreatmentEffect({
      priorities: new Float64Array(50),
      scores: trial(50, 0.3, 1).outcomes,
    });
    expect([estimate, p]).toEqual([0, 1]);
  });

  test('its standard error is the spread over trials, and its interval covers', () => {
    const truth = new Float64Array(60);
    let errors = 0;
    let covered = 0;
    // E(effect | U, top q) with effect .6 U is .6 (1 - q / 2); less the mean .3, averaged over q: .15.
    for (let seed = 0; seed < truth.length; seed++) {
      const { x, treatment, outcomes } = trial(1500, 0.6, 100 + seed);
      const scores = outcomes.map((outcome, i) => (treatment[i] === 1 ? 2 : -2) * outcome);
      const { estimate, standardError, low, high } = rankAverageTreatmentEffect({
        priorities: x,
        scores,
        resamples: 100,
        seed,
      });
      truth[seed] = estimate;
      errors += standardError / truth.length;
      if (low <= 0.15 && high >= 0.15) covered++;
    }
    const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
    const spread = Math.sqrt(truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (truth.length - 1));
    expect(mean).toBeCloseTo(0.15, 1);
    expect(errors / spread).toBeGreaterThan(0.75);
    expect(errors / spread).toBeLessThan(1.35);
    expect(covered).toBeGreaterThanOrEqual(52);
  });

  test('is refused for too few rows and what is not a number', () => {
    expect(codeOf(() => rankAverageTreatmentEffect({ priorities: [1, 2], scores: [1, 2] }))).toBe(
      'ERR_SLUICE_INVALID_ARGUMENT',
    );
    expect(codeOf(() => rankAverageTreatmentEffect({ priorities: [1, 2, 3, 4], scores: [1, 2] }))).toBe(
      'ERR_SLUICE_INVALID_ARGUMENT',
    );
    const scores = [1, 2, 3, Number.NaN];
    expect(codeOf(() => rankAverageTreatmentEffect({ priorities: [1, 2, 3, 4], scores }))).toBe(
      'ERR_SLUICE_NON_FINITE',
    );
  });
});

describe('against the truth', () => {
  test('errors of effects and of their mean are those of the definition', () => {
    expect(sqrtPehe([1, 2, 4], [1, 0, 0])).toBeCloseTo(Math.sqrt(20 / 3), 12);
    expect(ateError([1, 2, 4], [1, 0, 0])).toBe(2);
    expect(codeOf(() => sqrtPehe([], []))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(codeOf(() => ateError([1], [1, 2]))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });
});

describe('calibration by bins', () => {
  test('true uplifts are observed as predicted, and doubled ones are not', () => {
    const { x, treatment, outcomes } = trial(40_000, 0.4, 5);
    const truth = x.map((value) => 0.4 * value);
    const right = upliftCalibration({ uplift: truth, treatment, outcomes });
    expect(right.error).toBeLessThan(0.02);
    expect(
      right.bins.filter(
        ({ observed, predicted }) => observed && observed.low <= predicted && predicted <= observed.high,
      ).length,
    ).toBeGreaterThanOrEqual(8);
    expect(
      upliftCalibration({ uplift: truth.map((one) => 2 * one), treatment, outcomes }).error,
    ).toBeGreaterThan(0.15);
  });
});

describe('judged rankings', () => {
  const { x, treatment, outcomes } = trial(4000, 0.4, 7);
  const reverse = x.map((value) => -value);
  const judged = judgeRankings({ rankings: [x, reverse], treatment, outcomes, resamples: 200 });

  test('have the values on all rows within intervals that tell good from bad', () => {
    const rows = { uplift: x, treatment, outcomes };
    expect(judged[0]).toMatchObject({
      convention: 'scikit-uplift',
      qini: { mean: qini(rows, 'scikit-uplift') },
      auuc: { mean: auuc(rows, 'scikit-uplift') },
      causalml: { qini: { mean: qini(rows, 'causalml') }, auuc: { mean: auuc(rows, 'causalml') } },
      upliftAtK: { mean: upliftAtK(rows, 0.3, 'overall') },
    });
    expect(judged[0].qini.low).toBeGreaterThan(0);
    expect(judged[1].qini.high).toBeLessThan(0);
    // Uplift among the first 30 %: .4 x .85.
    expect(judged[0].upliftAtK.low).toBeLessThan(0.34);
    expect(judged[0].upliftAtK.high).toBeGreaterThan(0.34);
  });

  test('are the same for the same seed, and are in units of the outcome where it is not binary', () => {
    const again = judgeRankings({ rankings: [x], treatment, outcomes, resamples: 200 });
    expect(again[0]).toEqual(judged[0]);
    const doubled = outcomes.map((outcome) => 2 * outcome);
    const [amounts] = judgeRankings({ rankings: [x], treatment, outcomes: doubled, resamples: 20 });
    expect(amounts.convention).toBe('per-row');
    expect(amounts.qini.mean).toBeCloseTo(2 * qini({ uplift: x, treatment, outcomes }, 'per-row'), 12);
  });
});
