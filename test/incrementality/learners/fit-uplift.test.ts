import { describe, expect, test } from 'vitest';
import type { BaseName } from '../../../src/incrementality/bases/regression.ts';
import { fitRidge } from '../../../src/incrementality/bases/ridge.ts';
import { fitUplift } from '../../../src/incrementality/learners/fit-uplift.ts';
import type { LearnerName } from '../../../src/incrementality/learners/learner.ts';
import type { UpliftData } from '../../../src/incrementality/learners/uplift-data.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { describeOnPublicData } from '../../offline/public-data.ts';
import { ateError, readIhdp, rootPehe } from '../ihdp.ts';
import { simulateTrial } from '../trial.ts';

const LEARNERS: LearnerName[] = ['s', 't', 'x', 'r', 'dr'];
const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
const linear = { n: 800, dimension: 3, effect: (x: Float64Array) => 1 + x[0] - x[2] };
const { data } = simulateTrial(1, linear);

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('the T-learner', () => {
  test('is the difference of two ridge regressions', () => {
    const arm = (wanted: number) => {
      const rows = [...data.treatment.keys()].filter((i) => data.treatment[i] === wanted);
      return fitRidge({
        features: Float64Array.from(rows.flatMap((i) => [...data.features.subarray(3 * i, 3 * i + 3)])),
        dimension: 3,
        targets: Float64Array.from(rows, (i) => data.outcomes[i]),
      }).predict(data.features);
    };
    const without = arm(0);
    const expected = arm(1).map((y, i) => y - without[i]);
    expect(largestDifference(fitUplift('t', 'ridge', data).inSample, expected)).toBeLessThan(1e-12);
  });
});

describe.each(LEARNERS)('the learner %s over ridge', (learner) => {
  const fitted = fitUplift(learner, 'ridge', data);

  test('says the opposite when treated rows and controls change places', () => {
    const swapped = { ...data, treatment: data.treatment.map((one) => 1 - one) };
    const { inSample, outOfFold } = fitUplift(learner, 'ridge', swapped);
    expect(
      largestDifference(
        inSample,
        fitted.inSample.map((effect) => -effect),
      ),
    ).toBeLessThan(1e-9);
    expect(
      largestDifference(
        outOfFold,
        fitted.outOfFold.map((effect) => -effect),
      ),
    ).toBeLessThan(1e-9);
  });

  test('does not mind the units of features, and scales with those of the outcome', () => {
    const features = data.features.map((x, i) => (i % 3 === 1 ? 1000 * x + 5 : x));
    const outcomes = data.outcomes.map((y) => 10 * y + 3);
    const { outOfFold } = fitUplift(learner, 'ridge', { ...data, features, outcomes });
    expect(
      largestDifference(
        outOfFold,
        fitted.outOfFold.map((effect) => 10 * effect),
      ),
    ).toBeLessThan(1e-6);
  });

  test('finds linear effects, also of rows that it has not seen, where treatment is no lottery', () => {
    const propensity = (x: Float64Array) => 1 / (1 + Math.exp(-0.7 * x[0]));
    const { data: chosen, truth } = simulateTrial(2, { ...linear, n: 2000, propensity });
    const { inSample, outOfFold, model } = fitUplift(learner, 'ridge', chosen);
    expect(rootPehe(inSample, truth)).toBeLessThan(0.15);
    expect(rootPehe(outOfFold, truth)).toBeLessThan(0.17);
    const [effect] = model.predict(Float64Array.of(1, 0, -1));
    expect(Math.abs(effect - 3)).toBeLessThan(0.3);
  });

  test('predicts a row that it has not seen by models of the other folds alone', () => {
    const outcomes = data.outcomes.with(5, data.outcomes[5] + 100);
    const changed = fitUplift(learner, 'ridge', { ...data, outcomes });
    expect(changed.outOfFold[5]).toBe(fitted.outOfFold[5]);
    expect(changed.inSample[5]).not.toBe(fitted.inSample[5]);
  });
});

test.each(['s', 't', 'x'] as const)('the learner %s does not mind the order of rows', (learner) => {
  const order = new RandomStream(1, 'order').shuffle(Uint32Array.from(data.treatment, (_, i) => i));
  const permuted: UpliftData = {
    features: Float64Array.from([...order].flatMap((i) => [...data.features.subarray(3 * i, 3 * i + 3)])),
    dimension: 3,
    treatment: Uint8Array.from(order, (i) => data.treatment[i]),
    outcomes: Float64Array.from(order, (i) => data.outcomes[i]),
  };
  const { inSample } = fitUplift(learner, 'ridge', data);
  const other = fitUplift(learner, 'ridge', permuted).inSample;
  expect(
    largestDifference(
      other,
      Float64Array.from(order, (i) => inSample[i]),
    ),
  ).toBeLessThan(1e-9);
});

test.each(LEARNERS)('the learner %s over trees finds an effect that is a step', (learner) => {
  const { data: steps, truth } = simulateTrial(3, {
    n: 1500,
    dimension: 2,
    effect: (x) => (x[0] > 0 ? 2 : 0),
  });
  const trees = rootPehe(fitUplift(learner, 'trees', steps, { folds: 2 }).outOfFold, truth);
  const ridge = rootPehe(fitUplift(learner, 'ridge', steps, { folds: 2 }).outOfFold, truth);
  expect(trees).toBeLessThan(0.9 * ridge);
});

test.each(LEARNERS)('the learner %s over logistic ridge finds effects on probabilities', (learner) => {
  const binary = { n: 6000, dimension: 2, binary: true, known: true };
  const { data: clicks, truth } = simulateTrial(4, { ...binary, effect: (x) => 0.2 * Math.tanh(x[0]) + 0.2 });
  const { inSample } = fitUplift(learner, 'logistic', clicks);
  expect(rootPehe(inSample, truth)).toBeLessThan(0.07);
  expect(ateError(inSample, truth)).toBeLessThan(0.03);
});

test('the same seed gives the same folds, another one others', () => {
  const held = (seed: number) => fitUplift('t', 'ridge', data, { seed }).outOfFold;
  expect(held(3)).toEqual(held(3));
  expect(held(4)).not.toEqual(held(3));
});

test('unknown learners and bases, folds out of range, and the logistic base of real outcomes are refused', () => {
  expect(() => fitUplift('z' as LearnerName, 'ridge', data)).toThrow(invalid);
  expect(() => fitUplift('t', 'forest' as BaseName, data)).toThrow(invalid);
  expect(() => fitUplift('t', 'ridge', data, { folds: 1 })).toThrow(invalid);
  expect(() => fitUplift('t', 'ridge', data, { folds: 2.5 })).toThrow(invalid);
  expect(() => fitUplift('t', 'logistic', data)).toThrow(invalid);
});

describeOnPublicData('on IHDP, in sample', () => {
  test.each([
    ['t', 0.72],
    ['x', 0.72],
    ['s', 0.74],
    ['r', 0.85],
    ['dr', 0.8],
  ] as const)('the learner %s over ridge reaches a root PEHE of %s', (learner, most) => {
    let mean = 0;
    for (let file = 1; file <= 5; file++) {
      const { data: trial, truth } = readIhdp(file);
      mean += rootPehe(fitUplift(learner, 'ridge', trial).inSample, truth) / 5;
    }
    expect(mean).toBeLessThan(most);
  });

  test('trees come near the figures of LightGBM of the same size: S .645, T .716', () => {
    for (const [learner, figure] of [
      ['s', 0.645],
      ['t', 0.716],
    ] as const) {
      let mean = 0;
      for (let file = 1; file <= 5; file++) {
        const { data: trial, truth } = readIhdp(file);
        mean += rootPehe(fitUplift(learner, 'trees', trial, { folds: 2 }).inSample, truth) / 5;
      }
      expect(mean).toBeLessThan(1.05 * figure);
    }
  });
});
