import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/numerics/random.ts';
import { backends } from './each-backend.ts';

const least = Number.NEGATIVE_INFINITY;

describe.each(backends)('the choices of the %s kernels', (_, kernels) => {
  const slate = (scores: ArrayLike<number>, size: number, key = 0, temperature = 1) => {
    const [picks, propensities] = [new Uint32Array(size), new Float64Array(size)];
    kernels.plackettLuce(Float32Array.from(scores), temperature, 5, key, picks, propensities);
    return { picks: [...picks], propensities: [...propensities] };
  };
  const gap = (scores: ArrayLike<number>, gamma: number, uniform: number) => {
    const propensities = new Float64Array(scores.length);
    const pick = kernels.inverseGap(Float32Array.from(scores), gamma, uniform, propensities);
    return { pick, propensities: [...propensities] };
  };

  test('inverse gap has the probabilities of the formula, and draws by them', () => {
    const random = new RandomStream(1, 'gap');
    for (const n of [1, 2, 31, 32, 33, 100]) {
      const scores = Float32Array.from({ length: n }, () => random.normal());
      const best = scores.indexOf(Math.max(...scores));
      const truth = Array.from(scores, (score) => 1 / (n + 7 * (scores[best] - score)));
      truth[best] = 0;
      truth[best] = 1 - truth.reduce((a, b) => a + b, 0);
      const { propensities } = gap(scores, 7, 0.5);
      propensities.forEach((p, i) => {
        expect(p).toBeCloseTo(truth[i], 13);
      });
      // Uniform numbers on a grid hit every action as often as its probability says, but for the ends of its part.
      const counts = new Float64Array(n);
      for (let i = 0; i < 1000; i++) counts[gap(scores, 7, i / 1000).pick]++;
      counts.forEach((count, i) => {
        expect(Math.abs(count - 1000 * truth[i])).toBeLessThanOrEqual(1.001);
      });
    }
  });

  test('inverse gap passes over absent actions, and knows no gaps among equals', () => {
    expect(gap([least, 1, least, 0], 2, 0).propensities).toEqual([0, 1 - 1 / 4, 0, 1 / 4]);
    expect(gap([3, 3, 3, 3], 100, 0.9).propensities).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(gap([least, least], 1, 0.7).propensities).toEqual([0.5, 0.5]);
    expect(gap([0, 1e30, -1e30], 1e300, 0.999)).toEqual({ pick: 1, propensities: [0, 1, 0] });
    expect(gap([0, 1, least], 0, 0.3)).toEqual({ pick: 0, propensities: [0.5, 0.5, 0] });
  });

  test('Plackett-Luce draws slates as often as the law says, with sequential propensities', () => {
    const scores = [1, 0, -1, 0.5];
    const weights = scores.map((score) => Math.exp(score / 0.7));
    const total = weights.reduce((a, b) => a + b, 0);
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let key = 0; key < draws; key++) {
      const { picks, propensities } = slate(scores, 2, key, 0.7);
      const [a, b] = picks;
      expect(propensities[0]).toBeCloseTo(weights[a] / total, 13);
      expect(propensities[1]).toBeCloseTo(weights[b] / (total - weights[a]), 13);
      const name = picks.join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(12);
    let chiSquare = 0;
    for (const [name, count] of counts) {
      const [a, b] = name.split(',').map(Number);
      const expected = (draws * weights[a] * weights[b]) / total / (total - weights[a]);
      chiSquare += (count - expected) ** 2 / expected;
    }
    // 11 degrees of freedom, at 1e-4.
    expect(chiSquare).toBeLessThan(37.4);
  });

  test('a slate of all is a permutation with the propensities of a softmax over the rest', () => {
    const random = new RandomStream(2, 'slate');
    for (const spread of [1, 30, 1e4]) {
      const scores = Float32Array.from({ length: 70 }, () => spread * random.normal());
      const { picks, propensities } = slate(scores, 70);
      expect([...picks].sort((a, b) => a - b)).toEqual([...scores.keys()]);
      picks.forEach((pick, place) => {
        const rest = picks.slice(place).map((i) => scores[i]);
        const most = Math.max(...rest);
        const total = rest.reduce((sum, score) => sum + Math.exp(score - most), 0);
        expect(propensities[place]).toBeCloseTo(Math.exp(scores[pick] - most) / total, 12);
      });
    }
  });

  test('Plackett-Luce draws what is absent last, and bears any difference', () => {
    expect(slate([least, 1, least, 1e30], 4).picks.slice(0, 2)).toEqual([3, 1]);
    expect(slate([least, 1, least, 1e30], 4).propensities).toEqual([1, 1, 0.5, 1]);
    expect(slate([2, 2, 2], 5).propensities).toEqual([1 / 3, 1 / 2, 1, 0, 0]);
    expect(slate([1e30, -1e30, 0], 3, 1, 1e-300)).toEqual({ picks: [0, 2, 1], propensities: [1, 1, 1] });
    expect(slate([], 2)).toEqual({ picks: [0, 0], propensities: [0, 0] });
  });
});
