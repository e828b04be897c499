/** How likely is a standard normal number below x? */

/**
 * The distribution function of the standard normal, to a relative error of about 1e-13 in the lower tail as well.
 *
 * Hart's rational function up to 5 sqrt(2) and a continued fraction beyond (G. West, "Better approximations to
 * cumulative normal functions", Wilmott 2005).
 *
 * @example
 * ```ts
 * normalCdf(1.96); // 0.975
 * ```
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x)) return x;
  let tail = 0;
  if (z < 7.07106781186547) {
    let top = 3.52624965998911e-2 * z + 0.700383064443688;
    top = top * z + 6.37396220353165;
    top = top * z + 33.912866078383;
    top = top * z + 112.079291497871;
    top = top * z + 221.213596169931;
    top = top * z + 220.206867912376;
    let bottom = 8.83883476483184e-2 * z + 1.75566716318264;
    bottom = bottom * z + 16.064177579207;
    bottom = bottom * z + 86.7807322029461;
    bottom = bottom * z + 296.564248779674;
    bottom = bottom * z + 637.333633378831;
    bottom = bottom * z + 793.826512519948;
    bottom = bottom * z + 440.413735824752;
    tail = (Math.exp((-z * z) / 2) * top) / bottom;
  } else if (z < 38.6) {
    // Laplace's continued fraction, whose terms settle within f64 for such z.
    let fraction = z;
    for (let k = 40; k >= 1; k--) fraction = z + k / fraction;
    tail = Math.exp((-z * z) / 2) / (fraction * Math.sqrt(2 * Math.PI));
  }
  return x > 0 ? 1 - tail : tail;
}
