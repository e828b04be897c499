import { describe, expect, test } from 'vitest';
import { lbfgs } from '../../src/numerics/lbfgs.ts';
import { RandomStream } from '../../src/numerics/random.ts';

const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
  gradient[0] = -2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] * x[0]);
  gradient[1] = 200 * (x[1] - x[0] * x[0]);
  return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] * x[0]) ** 2;
};

describe('lbfgs', () => {
  test('finds the end of the curved valley of Rosenbrock', () => {
    const { point, value, iterations } = lbfgs(rosenbrock, Float64Array.of(-1.2, 1));
    expect(point[0]).toBeCloseTo(1, 5);
    expect(point[1]).toBeCloseTo(1, 5);
    expect(value).toBeLessThan(1e-10);
    expect(iterations).toBeLessThan(60);
  });

  test('solves a quadratic of condition 10,000 in forty dimensions', () => {
    const random = new RandomStream(1, 'quadratic');
    const solution = Float64Array.from({ length: 40 }, () => random.normal());
    const scale = Float64Array.from({ length: 40 }, (_, i) => 10 ** ((4 * i) / 39));
    const { point } = lbfgs(
      (x, gradient) => {
        let value = 0;
        for (let i = 0; i < 40; i++) {
          gradient[i] = scale[i] * (x[i] - solution[i]);
          value += (scale[i] * (x[i] - solution[i]) ** 2) / 2;
        }
        return value;
      },
      new Float64Array(40),
      { iterations: 1000 },
    );
    for (let i = 0; i < 40; i++) expect(point[i]).toBeCloseTo(solution[i], 5);
  });

  test('takes no step longer than the longest, and never a worse one', () => {
    let last = Float64Array.of(-1.2, 1);
    let value = rosenbrock(last, new Float64Array(2));
    for (let i = 0; i < 20; i++) {
      const next = lbfgs(rosenbrock, last, { iterations: 1, longestStep: 0.05 });
      expect(Math.hypot(next.point[0] - last[0], next.point[1] - last[1])).toBeLessThan(0.05 + 1e-12);
      expect(next.value).toBeLessThan(value);
      last = next.point as Float64Array<ArrayBuffer>;
      value = next.value;
    }
  });

  test('stays where the gradient is 0, and leaves the start as it was', () => {
    const start = Float64Array.of(1, 1);
    const { point, iterations } = lbfgs(rosenbrock, start);
    expect(iterations).toBe(0);
    expect(point).toEqual(start);
    expect(point).not.toBe(start);
  });

  test('refuses a start where the function is not finite, and no steps', () => {
    const nowhere = () => Number.NaN;
    expect(() => lbfgs(nowhere, Float64Array.of(0))).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
    );
    expect(() => lbfgs(rosenbrock, Float64Array.of(0, 0), { iterations: 0 })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
