import { expect, test } from 'vitest';
import { fitUplift } from '../../../src/incrementality/learners/fit-uplift.ts';
import { upliftIntervals } from '../../../src/incrementality/learners/uplift-intervals.ts';
import { simulateTrial } from '../trial.ts';

test.each(['s', 't', 'x', 'r', 'dr'] as const)(
  'intervals of %s cover the true effects of 88 to 99 in 100 rows',
  (learner) => {
    let covered = 0;
    let rows = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { data, truth } = simulateTrial(seed, {
        n: 400,
        dimension: 4,
        effect: (x) => 1 + x[0] - 0.5 * x[1],
        propensity: (x) => 1 / (1 + Math.exp(-0.5 * x[0])),
      });
      const fitted = fitUplift(learner, 'ridge', data, { folds: 2 });
      const { effects, low, high } = upliftIntervals(fitted, data, { folds: 2, resamples: 30 });
      expect(effects).toEqual(fitted.inSample);
      covered += truth.filter((effect, i) => low[i] <= effect && effect <= high[i]).length;
      rows += truth.length;
    }
    expect(covered / rows).toBeGreaterThan(0.88);
    expect(covered / rows).toBeLessThan(0.99);
  },
);

test('standard errors are those of least squares where there is no penalty to speak of', () => {
  const { data } = simulateTrial(3, { n: 2000, dimension: 1, effect: (x) => 5 * x[0] });
  const { standardErrors } = upliftIntervals(
    fitUplift('t', 'ridge', data),
    data,
    { resamples: 400 },
    Float64Array.of(0, 2),
  );
  // Two arms of 1000 rows with noise 1: at x the variance of each arm is (1 + x^2) / 1000.
  expect(standardErrors[0] / Math.sqrt(2 / 1000)).toBeGreaterThan(0.85);
  expect(standardErrors[0] / Math.sqrt(2 / 1000)).toBeLessThan(1.15);
  expect(standardErrors[1] / Math.sqrt(10 / 1000)).toBeGreaterThan(0.85);
  expect(standardErrors[1] / Math.sqrt(10 / 1000)).toBeLessThan(1.15);
});

test('too few halves are refused', () => {
  const { data } = simulateTrial(3, { n: 100, dimension: 1, effect: () => 1 });
  expect(() => upliftIntervals(fitUplift('t', 'ridge', data), data, { resamples: 2 })).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
  );
});
