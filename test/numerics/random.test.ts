import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream, threefry } from '../../src/numerics/random.ts';

/** Mean and variance of n draws. */
function moments(n: number, draw: () => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = draw();
    sum += x;
    squares += x * x;
  }
  const mean = sum / n;
  return { mean, variance: squares / n - mean * mean };
}

/** Draws are fixed by their seeds; five standard errors of the mean leave room for the luck of that seed. */
const N = 100_000;

describe('threefry', () => {
  it.each([
    // From kat_vectors of Random123, threefry2x32 with 20 rounds: key, counter, answer.
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('of key %j and counter %j is the published answer', ([key0, key1], [counter0, counter1], answer) => {
    const out = new Uint32Array(2);
    threefry(key0, key1, counter0, counter1, out);
    expect([...out]).toEqual(answer);
  });
});

describe('a random stream', () => {
  it('depends on the seed, beyond 32 bits and below zero, and on the key, and on nothing else', () => {
    const firsts = [
      new RandomStream(1, 'a'),
      new RandomStream(2, 'a'),
      new RandomStream(1 + 2 ** 32, 'a'),
      new RandomStream(-1, 'a'),
      new RandomStream(1, 'b'),
      new RandomStream(1, 'ab'),
      new RandomStream(1, ''),
    ].map((stream) => stream.uint32());
    expect(new Set(firsts).size).toBe(firsts.length);
    const again = new RandomStream(1, 'a');
    expect(again.uint32()).toBe(firsts[0]);
    expect(new RandomStream(1, 7).uint32()).toBe(new RandomStream(1, '7').uint32());
  });

  it('draws uniform numbers in [0, 1) whose sixteenths are equally full (chi square below its .999 quantile)', () => {
    const random = new RandomStream(3, 'uniform');
    const counts = new Float64Array(16);
    for (let i = 0; i < N; i++) {
      const u = random.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      counts[Math.floor(u * 16)]++;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - N / 16) ** 2 / (N / 16), 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('draws whole numbers below any bound up to 2^32', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        const value = new RandomStream(seed).below(bound);
        return Number.isInteger(value) && value >= 0 && value < bound;
      }),
    );
  });

  it('has no modulo bias: with a bound of 3 x 2^30 the lower third comes up a third of the time', () => {
    const random = new RandomStream(9, 'bias');
    let low = 0;
    for (let i = 0; i < N; i++) if (random.below(3 * 2 ** 30) < 2 ** 30) low++;
    // With the bias it would be one half.
    expect(Math.abs(low / N - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / N));
  });

  it('draws normals of mean 0, variance 1 and kurtosis 3', () => {
    const random = new RandomStream(4, 'normal');
    let fourth = 0;
    const { mean, variance } = moments(N, () => {
      const x = random.normal();
      fourth += x ** 4;
      return x;
    });
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(fourth / N - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
  });

  it.each([0.01, 0.3, 1, 2.5, 40, 1e6])(
    'draws gammas of shape %d with mean and variance of that shape',
    (shape) => {
      const random = new RandomStream(5, `gamma-${shape}`);
      const { mean, variance } = moments(N, () => random.gamma(shape));
      expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / N));
      // The fourth central moment of a gamma is 3 shape^2 + 6 shape.
      expect(Math.abs(variance - shape)).toBeLessThan(5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / N));
    },
  );

  it.each([
    [1, 1],
    [0.001, 0.002],
    [2, 5],
    [0.5, 300],
    [1e7, 3e7],
  ])('draws betas (%d, %d) with their mean and variance', (alpha, beta) => {
    const random = new RandomStream(6, `beta-${alpha}-${beta}`);
    const total = alpha + beta;
    const truth = { mean: alpha / total, variance: (alpha * beta) / (total ** 2 * (total + 1)) };
    const { mean, variance } = moments(N, () => random.beta(alpha, beta) - truth.mean);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(truth.variance / N));
    expect(Math.abs(variance / truth.variance - 1)).toBeLessThan(0.1);
  });

  it('keeps betas in [0, 1] for any parameters above zero, down to the least f64', () => {
    const parameter = fc
      .double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true })
      .chain((x) => fc.constantFrom(x, 1 / (x + 1e-300), Number.MIN_VALUE, 1e-300, 1, 1e300));
    fc.assert(
      fc.property(fc.nat(), parameter, parameter, (seed, alpha, beta) => {
        const value = new RandomStream(seed, 'extreme').beta(alpha, beta);
        return value >= 0 && value <= 1;
      }),
    );
  });

  it('draws betas whose gammas underflow as coins of the right bias', () => {
    const random = new RandomStream(7, 'coin');
    let ones = 0;
    for (let i = 0; i < 10_000; i++) {
      const x = random.beta(1e-300, 3e-300);
      expect(x === 0 || x === 1).toBe(true);
      ones += x;
    }
    expect(Math.abs(ones / 10_000 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 10_000));
  });

  it('shuffles every order of three equally often, and keeps the members', () => {
    const random = new RandomStream(8, 'shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
  });
});
