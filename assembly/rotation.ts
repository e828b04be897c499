// By which orthonormal matrix are rows rotated, and how far from orthonormal is it in f32? The construction is that of
// native/src/planes/rotation.rs: block diagonal with blocks of at most 256; block b takes the components j with
// j mod blocks = b. A block is stored in panels of eight outputs: for each component eight numbers, zeros where the
// width is no multiple of eight.

/** The widest block. */
const WIDEST: u32 = 256;

// @ts-ignore: decorator
@inline
function blocksOf(dimension: u32): u32 {
  return (dimension + WIDEST - 1) / WIDEST;
}

// @ts-ignore: decorator
@inline
function widthOf(dimension: u32, block: u32): u32 {
  return (dimension - block + blocksOf(dimension) - 1) / blocksOf(dimension);
}

// @ts-ignore: decorator
@inline
function panelsOf(width: u32): u32 {
  return (width + 7) / 8;
}

/** Bytes of a block of the matrix. */
// @ts-ignore: decorator
@inline
function blockBytes(width: u32): usize {
  return (<usize>panelsOf(width) * width) << 5;
}

/** Bytes of the matrix of a dimension. */
export function rotationBytes(dimension: u32): usize {
  let bytes: usize = 0;
  for (let b: u32 = 0; b < blocksOf(dimension); b++) bytes += blockBytes(widthOf(dimension, b));
  return bytes;
}

/** The output of the generator of Steele, Lea and Flood, OOPSLA 2014. */
function mix(state: u64): u64 {
  let z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Blocks of the matrix of a dimension. */
export function rotationBlocks(dimension: u32): u32 {
  return blocksOf(dimension);
}

/**
 * Writes block `block` of the matrix of a dimension, where `matrix` is all of it and `work` has room for 256 times 256
 * f64; returns the relative error of an inner product taken after the rotation of both sides. Cost: 256^3.
 */
export function makeRotation(dimension: u32, block: u32, matrix: usize, work: usize): f64 {
  for (let b: u32 = 0; b < block; b++) matrix += blockBytes(widthOf(dimension, b));
  const width = widthOf(dimension, block);
  const stride = strideOf(width);
  let state = (<u64>block << 32) | dimension;
  for (let i: u32 = 0; i < width; i++) {
    const row = work + <usize>i * stride;
    memory.fill(row, 0, stride);
    for (let j: u32 = 0; j < width; j++) {
      // Nearly normal: the sum of twelve uniforms.
      let sum: f64 = -6;
      for (let k = 0; k < 12; k++) {
        state += 0x9e3779b97f4a7c15;
        sum += <f64>(mix(state) >> 11) * 1.1102230246251565e-16;
      }
      store<f64>(row + (<usize>j << 3), sum);
    }
  }
  orthonormalise(work, width);
  for (let j: u32 = 0; j < width; j++) {
    for (let i: u32 = 0; i < panelsOf(width) * 8; i++) {
      const at = work + <usize>j * stride + (<usize>i << 3);
      const rounded = i < width ? <f32>load<f64>(at) : 0;
      store<f32>(matrix + (((<usize>(i >>> 3) * width + j) * 8 + (i & 7)) << 2), rounded);
      if (i < width) store<f64>(at, <f64>rounded);
    }
  }
  // |R'R - I| is at most its Frobenius norm; each f64 sum errs by far less than a millionth of u.
  let defect: f64 = 0;
  for (let i: u32 = 0; i < width; i++) {
    for (let j: u32 = 0; j <= i; j++) {
      const off = product(work + <usize>i * stride, work + <usize>j * stride, stride) - (i == j ? 1.0 : 0.0);
      defect += (i == j ? 1.0 : 2.0) * off * off;
    }
  }
  const n = <f64>width;
  const u = 5.960464477539063e-8;
  const rounding = ((n * u) / (1 - n * u)) * Math.sqrt(n) * (1 + Math.sqrt(defect));
  return 1.01 * (Math.sqrt(defect) + 2 * rounding);
}

/** Bytes from one row of f64 to the next: zeros up to a multiple of four numbers. */
// @ts-ignore: decorator
@inline
function strideOf(width: u32): usize {
  return <usize>((width + 3) & ~3) << 3;
}

/** The inner product of two rows. */
// @ts-ignore: decorator
@inline
function product(a: usize, b: usize, stride: usize): f64 {
  let even = f64x2.splat(0), odd = even;
  for (const end = a + stride; a < end; a += 32, b += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
  }
  even = f64x2.add(even, odd);
  return f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
}

/** Makes rows orthonormal, orthogonalising twice (Stewart, SIAM J. Numer. Anal. 17, 1980). */
function orthonormalise(work: usize, width: u32): void {
  const stride = strideOf(width);
  for (let i: u32 = 0; i < width; i++) {
    const row = work + <usize>i * stride;
    for (let j: u32 = 0; j < 2 * i; j++) {
      const other = work + <usize>(j % i) * stride;
      const factor = f64x2.splat(product(row, other, stride));
      for (let k: usize = 0; k < stride; k += 16) {
        v128.store(row + k, f64x2.sub(v128.load(row + k), f64x2.mul(factor, v128.load(other + k))));
      }
    }
    const norm = f64x2.splat(Math.sqrt(product(row, row, stride)));
    for (let k: usize = 0; k < stride; k += 16) v128.store(row + k, f64x2.div(v128.load(row + k), norm));
  }
}

/** Numbers from one rotated row to the next: `dimension` with zeros up to a multiple of eight, and eight more. */
// @ts-ignore: decorator
@inline
export function rotatedStride(dimension: u32): u32 {
  return ((dimension + 7) & ~7) + 8;
}

/** Rotates `count` row-major rows into rows of `rotatedStride` numbers; `out` has room for a multiple of four rows. */
export function rotate(rows: usize, count: u32, dimension: u32, matrix: usize, out: usize): void {
  const blocks = blocksOf(dimension);
  const stride = <usize>dimension << 2;
  const outStride = <usize>rotatedStride(dimension) << 2;
  const step = <usize>blocks << 2;
  const last = rows + <usize>(count - 1) * stride;
  let at = out;
  for (let block: u32 = 0; block < blocks; block++) {
    const width = widthOf(dimension, block);
    for (let panel: u32 = 0; panel < panelsOf(width); panel++) {
      const end = matrix + (<usize>width << 5);
      let to = at + (<usize>panel << 5);
      for (let r: u32 = 0; r < count; r += 4) {
        // Beyond the last row the last one is read again.
        let a = rows + <usize>r * stride + (<usize>block << 2);
        let b = min(a + stride, last + (<usize>block << 2));
        let c = min(b + stride, last + (<usize>block << 2));
        let d = min(c + stride, last + (<usize>block << 2));
        let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        for (let m = matrix; m < end; m += 32) {
          const low = v128.load(m);
          const high = v128.load(m, 16);
          let x = v128.load32_splat(a);
          a0 = f32x4.add(a0, f32x4.mul(low, x));
          a1 = f32x4.add(a1, f32x4.mul(high, x));
          x = v128.load32_splat(b);
          b0 = f32x4.add(b0, f32x4.mul(low, x));
          b1 = f32x4.add(b1, f32x4.mul(high, x));
          x = v128.load32_splat(c);
          c0 = f32x4.add(c0, f32x4.mul(low, x));
          c1 = f32x4.add(c1, f32x4.mul(high, x));
          x = v128.load32_splat(d);
          d0 = f32x4.add(d0, f32x4.mul(low, x));
          d1 = f32x4.add(d1, f32x4.mul(high, x));
          a += step;
          b += step;
          c += step;
          d += step;
        }
        v128.store(to, a0);
        v128.store(to, a1, 16);
        to += outStride;
        v128.store(to, b0);
        v128.store(to, b1, 16);
        to += outStride;
        v128.store(to, c0);
        v128.store(to, c1, 16);
        to += outStride;
        v128.store(to, d0);
        v128.store(to, d1, 16);
        to += outStride;
      }
      matrix = end;
    }
    // What the last panel wrote beyond the width is written over by the next block, or cleared.
    at += <usize>width << 2;
  }
  const padding = (<usize>rotatedStride(dimension) << 2) - stride;
  for (let r: u32 = 0; r < count; r++) memory.fill(out + <usize>r * outStride + stride, 0, padding);
}
