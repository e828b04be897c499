/** In which order are sums formed? In sixteen lanes of f32 or eight of f64, halved until one is left. */

/** Rows and columns are padded with zeros to a multiple of this. */
export const LANES = 16;

export function padded(dimension: number): number {
  return (dimension + LANES - 1) & -LANES;
}

/** The inner product of two padded rows in f32, without fused multiply-add: lane l adds components l, l + 16, ... */
export function dot32(a: Float32Array, b: Float32Array, from: number, length: number): number {
  // Four lanes at a time: their sums do not wait for one another.
  for (let lane = 0; lane < 16; lane += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = lane, j = from + lane; i < length; i += 16, j += 16) {
      s0 = Math.fround(s0 + Math.fround(a[i] * b[j]));
      s1 = Math.fround(s1 + Math.fround(a[i + 1] * b[j + 1]));
      s2 = Math.fround(s2 + Math.fround(a[i + 2] * b[j + 2]));
      s3 = Math.fround(s3 + Math.fround(a[i + 3] * b[j + 3]));
    }
    lanes32[lane] = s0;
    lanes32[lane + 1] = s1;
    lanes32[lane + 2] = s2;
    lanes32[lane + 3] = s3;
  }
  for (let half = 8; half > 0; half >>= 1) {
    for (let lane = 0; lane < half; lane++) lanes32[lane] += lanes32[lane + half];
  }
  return lanes32[0];
}

/** The inner product in f64 of components `start` to `end`, both multiples of 8: lane l adds components l, l + 8, ... */
export function dot64(a: Float64Array, from: number, b: Float64Array, start: number, end: number): number {
  lanes64.fill(0);
  for (let i = start; i < end; i += 8) {
    for (let lane = 0; lane < 8; lane++) lanes64[lane] += a[from + i + lane] * b[i + lane];
  }
  return halve();
}

/** The sum in f64 of numbers `start` to `end`, both multiples of 8. */
export function sum64(numbers: Float64Array, start: number, end: number): number {
  lanes64.fill(0);
  for (let i = start; i < end; i += 8) {
    for (let lane = 0; lane < 8; lane++) lanes64[lane] += numbers[i + lane];
  }
  return halve();
}

const lanes32 = /* @__PURE__ */ new Float32Array(16);
const lanes64 = /* @__PURE__ */ new Float64Array(8);

function halve(): number {
  for (let half = 4; half > 0; half >>= 1) {
    for (let lane = 0; lane < half; lane++) lanes64[lane] += lanes64[lane + half];
  }
  return lanes64[0];
}
