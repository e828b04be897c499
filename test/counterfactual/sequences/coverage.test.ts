import { describe, expect, test } from 'vitest';
import { intervals } from '../../../src/counterfactual/intervals/interval.ts';
import { MeanSequence } from '../../../src/counterfactual/sequences/mean-sequence.ts';
import type { ConfidenceSequence } from '../../../src/counterfactual/sequences/sequence.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { allowed, miscoverage } from './miscoverage.ts';
import { DIFFERENCES, MEANS, OFF_POLICY } from './streams.ts';

// SLUICE_HORIZON=10000 npx vitest run test/counterfactual/sequences looks longer.
const horizon = Number(process.env['SLUICE_HORIZON'] ?? 2000);

/** What a size fixed beforehand would give. */
const fixedSize = (values: ArrayLike<number>) =>
  intervals([{ numerator: Float64Array.from(values), range: 1 }], { interval: 'empirical-bernstein' })[0];

describe('looked at after every observation, the bounds ever exclude the truth in at most .05 of 1000 streams', () => {
  test.each(MEANS.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
    expect(miscoverage(kind, 1000, horizon)).toBeLessThanOrEqual(allowed(1000));
  });

  test.each(DIFFERENCES.map((kind) => [kind.name, kind] as const))('two arms, %s', (_, kind) => {
    expect(miscoverage(kind, 1000, horizon)).toBeLessThanOrEqual(allowed(1000));
  });

  test.each(OFF_POLICY.map((kind) => [kind.name, kind] as const))('off-policy, %s', (_, kind) => {
    expect(miscoverage(kind, 1000, horizon / 2)).toBeLessThanOrEqual(allowed(1000));
  });

  test('which an interval for one size does not do: 1.96 standard errors, looked at every time', () => {
    const kind = {
      name: 'a fixed-size interval',
      start(random: RandomStream) {
        let sum = 0;
        let count = 0;
        const sequence = {
          excludes: (value: number) =>
            count > 30 && Math.abs(sum / count - value) > (1.96 * 0.5) / Math.sqrt(count),
        } as ConfidenceSequence;
        const next = () => {
          sum += random.uniform() < 0.5 ? 1 : 0;
          count++;
          return 0.5;
        };
        return { sequence, next };
      },
    };
    expect(miscoverage(kind, 200, 2000)).toBeGreaterThan(0.25);
  });
});

test('the bounds are not idle: some streams do cross, and a wrong value is excluded', () => {
  expect(miscoverage(MEANS[0], 1000, 2000)).toBeGreaterThan(0.002);
  const wrong = {
    name: 'wrong',
    start(random: RandomStream) {
      const { sequence, next } = MEANS[0].start(random);
      return { sequence, next: (t: number) => next(t) + 0.08 };
    },
  };
  expect(miscoverage(wrong, 100, 3000)).toBe(1);
});

test('the fixed-size interval holds the mean in 95 of 100 samples, also of rare and of skewed values', () => {
  const draws: [number, (random: RandomStream) => number][] = [
    [0.5, (random) => (random.uniform() < 0.5 ? 1 : 0)],
    [0.01, (random) => (random.uniform() < 0.01 ? 1 : 0)],
    [0.1, (random) => random.uniform() ** 9],
  ];
  for (const [truth, draw] of draws) {
    let missed = 0;
    for (let sample = 0; sample < 1000; sample++) {
      const random = new RandomStream(sample, 'fixed size');
      const { low, high } = fixedSize(Array.from({ length: 200 }, () => draw(random)));
      if (truth < low || truth > high) missed++;
    }
    expect(missed / 1000).toBeLessThanOrEqual(allowed(1000));
  }
});

describe('the width', () => {
  const widths = (p: number, sizes: readonly number[]) => {
    const random = new RandomStream(1, `width ${p}`);
    const sequence = new MeanSequence();
    const values: number[] = [];
    return sizes.map((size) => {
      while (values.length < size) {
        values.push(random.uniform() < p ? 1 : 0);
        sequence.add(values[values.length - 1]);
      }
      const anytime = sequence.interval();
      const fixed = fixedSize(values);
      return [anytime.high - anytime.low, fixed.high - fixed.low];
    });
  };

  test.each([0.5, 0.05])(
    'shrinks like 1 / sqrt n up to a logarithm, near the fixed-size interval: Bernoulli %f',
    (p) => {
      const [a, b, c] = widths(p, [1000, 10_000, 100_000]);
      expect(b[0] / a[0]).toBeLessThan(0.37);
      expect(c[0] / b[0]).toBeLessThan(0.37);
      for (const [anytime, fixed] of [a, b, c]) expect(anytime / fixed).toBeLessThan(1.3);
    },
  );

  test('is below .02 at a mean of .003 after 1000 observations', () => {
    expect(widths(0.003, [1000])[0][0]).toBeLessThan(0.02);
  });
});
