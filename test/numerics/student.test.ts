import { expect, test } from 'vitest';
import { studentQuantile } from '../../src/numerics/student.ts';

// From scipy 1.16, scipy.stats.t(degrees).ppf(p).
test.each([
  [0.9, 1, 3.0776835371752544],
  [0.9, 9, 1.3830287383966329],
  [0.975, 30, 2.0422724563012378],
  [0.9, 9999, 1.281636238198314],
  [0.3, 5, -0.5594296444693604],
  [0.999, 2, 22.327124770119866],
])('the %d quantile of Student t with %d degrees is that of scipy', (p, degrees, value) => {
  expect(Math.abs(studentQuantile(p, degrees) / value - 1)).toBeLessThan(1e-9);
});

test('a probability or degrees that are none are refused', () => {
  for (const [p, degrees] of [
    [0, 3],
    [1, 3],
    [Number.NaN, 3],
    [0.5, 0],
    [0.5, Number.POSITIVE_INFINITY],
  ]) {
    expect(() => studentQuantile(p, degrees)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  }
});
