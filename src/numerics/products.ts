/** How are matrix products formed in plain TypeScript? Rows times rows, in f64, in blocks of 2 x 2. */

/**
 * Adds A A' to the lower triangle of `out`. Cost: n^2 k / 2 multiplications, about 2 per nanosecond.
 *
 * @param a n x k, row-major; may be longer.
 * @param out n x n, row-major; the upper triangle is left as it is.
 */
export function addSymmetricProduct(a: Float64Array, n: number, k: number, out: Float64Array): void {
  for (let i = 0; i < n; i += 2) {
    const a0 = i * k;
    const two = i + 1 < n;
    const a1 = two ? a0 + k : a0;
    for (let j = 0; j <= i; j += 2) {
      const b0 = j * k;
      const b1 = j + 1 < n ? b0 + k : b0;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let p = 0; p < k; p++) {
        const x0 = a[a0 + p];
        const x1 = a[a1 + p];
        const y0 = a[b0 + p];
        const y1 = a[b1 + p];
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
      }
      const at = i * n + j;
      out[at] += s00;
      if (j < i) out[at + 1] += s01;
      if (two) {
        out[at + n] += s10;
        out[at + n + 1] += s11;
      }
    }
  }
}

/**
 * Writes A B' to `out`. Cost: m n k multiplications.
 *
 * @param a m x k, row-major. @param b n x k, row-major. @param out m x n, row-major; neither a nor b.
 */
export function productTransposed(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): void {
  for (let i = 0; i < m; i += 2) {
    const a0 = i * k;
    const two = i + 1 < m;
    const a1 = two ? a0 + k : a0;
    for (let j = 0; j < n; j += 2) {
      const b0 = j * k;
      const wide = j + 1 < n;
      const b1 = wide ? b0 + k : b0;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let p = 0; p < k; p++) {
        const x0 = a[a0 + p];
        const x1 = a[a1 + p];
        const y0 = b[b0 + p];
        const y1 = b[b1 + p];
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
      }
      const at = i * n + j;
      out[at] = s00;
      if (wide) out[at + 1] = s01;
      if (two) {
        out[at + n] = s10;
        if (wide) out[at + n + 1] = s11;
      }
    }
  }
}

/**
 * The sum of w w' over all rows w of a factor matrix: the Gram matrix F' F, in f64, both triangles filled.
 *
 * Cost: rows x dimension^2 / 2 multiplications.
 *
 * @param factors rows x dimension, row-major.
 * @returns dimension x dimension, row-major.
 */
export function gram(factors: Float32Array | Float64Array, dimension: number): Float64Array {
  const rows = factors.length / dimension;
  const out = new Float64Array(dimension * dimension);
  const columns = new Float64Array(dimension * BLOCK);
  for (let from = 0; from < rows; from += BLOCK) {
    const width = Math.min(BLOCK, rows - from);
    for (let r = 0; r < width; r++) {
      const row = (from + r) * dimension;
      for (let f = 0; f < dimension; f++) columns[f * width + r] = factors[row + f];
    }
    addSymmetricProduct(columns, dimension, width, out);
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < i; j++) out[j * dimension + i] = out[i * dimension + j];
  }
  return out;
}

/** Rows gathered at once: 128 of them in 128 dimensions are 128 KiB, which stays in the second-level cache. */
export const BLOCK = 128;
