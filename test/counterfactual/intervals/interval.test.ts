import { describe, expect, test } from 'vitest';
import { intervals } from '../../../src/counterfactual/intervals/interval.ts';
import { influence } from '../../../src/counterfactual/intervals/round-terms.ts';
import { bootstrap } from '../../../src/numerics/bootstrap.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(3, 'rounds');
const values = Float64Array.from({ length: 500 }, () => random.normal() + 2);
const weights = Float64Array.from({ length: 500 }, () => 0.5 + random.uniform());

describe('the bootstrap', () => {
  test('of a mean is as wide as the normal interval, and as that of the plain bootstrap', () => {
    const [{ value, low, high }] = intervals([{ numerator: values, range: 1 }]);
    const mean = values.reduce((sum, one) => sum + one, 0) / 500;
    const error = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 500 / 500);
    expect(value).toBeCloseTo(mean, 12);
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.1);
    const plain = bootstrap(values);
    expect(Math.abs(low - plain.low)).toBeLessThan(0.2 * error);
    expect(Math.abs(high - plain.high)).toBeLessThan(0.2 * error);
  });

  test('of a ratio resamples both sides: constant rewards have no width', () => {
    const numerator = weights.map((weight) => 3 * weight);
    const [{ value, low, high }] = intervals([{ numerator, denominator: weights, range: 1 }]);
    for (const bound of [value, low, high]) expect(bound).toBeCloseTo(3, 12);
  });

  test('gives the same for the same seed, whatever else is asked beside', () => {
    const terms = { numerator: values, range: 1 };
    const [, beside] = intervals([{ numerator: weights, range: 1 }, terms], { seed: 5 });
    expect(beside).toEqual(intervals([terms], { seed: 5 })[0]);
    expect(intervals([terms], { seed: 6 })[0]).not.toEqual(beside);
  });

  test('of more rounds than 20,000 resamples blocks, and is as wide', () => {
    const many = Float64Array.from(
      { length: 50_001 },
      () => (random.uniform() < 0.4 ? 2 : 0) + random.uniform(),
    );
    const doubled = many.map((value) => 2 * value);
    const ones = new Float64Array(many.length).fill(1);
    const [mean, ratio, constant] = intervals(
      [
        { numerator: many, range: 3 },
        { numerator: doubled, denominator: many.map((value) => value + 1), range: 3 },
        { numerator: ones, range: 1 },
      ],
      { resamples: 400 },
    );
    const average = many.reduce((sum, one) => sum + one, 0) / many.length;
    const error = Math.sqrt(many.reduce((sum, one) => sum + (one - average) ** 2, 0)) / many.length;
    expect(mean.value).toBeCloseTo(average, 12);
    expect(ratio.value).toBeCloseTo((2 * average) / (average + 1), 12);
    expect(constant).toEqual({ value: 1, low: 1, high: 1 });
    expect((mean.high - mean.low) / (2 * 1.96 * error)).toBeLessThan(1.1);
    expect((mean.high - mean.low) / (2 * 1.96 * error)).toBeGreaterThan(0.9);
    expect(ratio.low).toBeLessThan(ratio.value);
    expect(ratio.high).toBeGreaterThan(ratio.value);
  });

  test('of no estimators is none', () => {
    expect(intervals([])).toEqual([]);
  });
});

test('empirical Bernstein is the formula of Maurer and Pontil', () => {
  const sample = Float64Array.of(0, 1, 0.5, 0.25, 1);
  const [{ value, low, high }] = intervals([{ numerator: sample, range: 1 }], {
    interval: 'empirical-bernstein',
    level: 0.9,
  });
  // Variance over pairs, as the paper writes it; log(2 / d) with d = .05 for each side.
  let pairs = 0;
  for (const a of sample) for (const b of sample) pairs += (a - b) ** 2 / 2;
  const variance = pairs / (5 * 4);
  const log = Math.log(2 / 0.05);
  const width = Math.sqrt((2 * variance * log) / 5) + (7 * log) / (3 * 4);
  expect(value).toBeCloseTo(0.55, 12);
  expect(low).toBeCloseTo(0.55 - width, 12);
  expect(high).toBeCloseTo(0.55 + width, 12);
  expect(() =>
    intervals([{ numerator: Float64Array.of(1), range: 1 }], { interval: 'empirical-bernstein' }),
  ).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
});

test('the influence of a round is what leaving it out changes, to first order', () => {
  const terms = {
    offset: values,
    numerator: values.map((v, i) => v * weights[i]),
    denominator: weights,
    range: 1,
  };
  const without = (i: number) => ({
    offset: values.filter((_, j) => j !== i),
    numerator: terms.numerator.filter((_, j) => j !== i),
    denominator: weights.filter((_, j) => j !== i),
    range: 1,
  });
  const [{ value }] = intervals([terms], { resamples: 1 });
  const influences = influence(terms);
  expect(influences.reduce((sum, one) => sum + one, 0) / 500).toBeCloseTo(value, 10);
  for (const i of [0, 7, 499]) {
    const [left] = intervals([without(i)], { resamples: 1 });
    expect(influences[i] - value).toBeCloseTo(499 * (value - left.value), 1);
  }
});

test('terms of different rounds, or of none, are refused', () => {
  const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  const short = { numerator: new Float64Array(3), range: 1 };
  expect(() => intervals([{ numerator: values, range: 1 }, short])).toThrow(invalid);
  expect(() => intervals([{ numerator: new Float64Array(0), range: 1 }])).toThrow(invalid);
});
