/** What the simulation's tests measure with: written apart from the code that they judge. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function standardError(values: ArrayLike<number>): number {
  const centre = mean(values);
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i] - centre) ** 2;
  return Math.sqrt(square / (values.length - 1) / values.length);
}

/** Slope of the least-squares line and Pearson correlation. */
export function line(x: ArrayLike<number>, y: ArrayLike<number>): { slope: number; correlation: number } {
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return { slope: xy / xx, correlation: xy / Math.sqrt(xx * yy) };
}
