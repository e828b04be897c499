//! How are matrix products formed? C += s A' B in tiles that stay in registers.

/// x y + z, fused where the instruction set has it.
#[inline(always)]
pub fn multiply_add<I: Isa>(x: f64, y: f64, z: f64) -> f64 {
    if I::FUSED { x.mul_add(y, z) } else { x * y + z }
}

/// A matrix within a slice: element (r, c) is `data[r * stride + c]`.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub data: &'a [f64],
    pub stride: usize,
}

/// An instruction set: the shape of its tiles and their inner loop.
pub trait Isa {
    /// Rows of a tile.
    const M: usize;
    /// Columns of a tile.
    const N: usize;
    /// A fused multiply-add is one instruction.
    const FUSED: bool;

    /// Adds `scale` times the M x N matrix A' B to C; A and B have `depth` rows, of strides `a.1` and `b.1`. Every
    /// element sums over the rows in ascending order, so that the tile's shape does not change the result.
    ///
    /// # Safety
    /// The machine has the instruction set; the pointers may be read (C written) for the given shapes.
    unsafe fn add_tile(
        a: (*const f64, usize),
        b: (*const f64, usize),
        depth: usize,
        scale: f64,
        c: (*mut f64, usize),
    );
}

/// Adds `scale` times the tile A' B at (i, j) to C; A and B have `depth` rows.
#[inline(always)]
pub fn add_tile<I: Isa>(
    a: View,
    b: View,
    depth: usize,
    (i, j): (usize, usize),
    scale: f64,
    (c, stride): (&mut [f64], usize),
) {
    assert!(depth > 0 && i + I::M <= a.stride && j + I::N <= b.stride && j + I::N <= stride);
    assert!(depth * a.stride <= a.data.len() && depth * b.stride <= b.data.len());
    assert!((i + I::M) * stride <= c.len());
    // SAFETY: the shapes were asserted; I is chosen by what the machine has.
    unsafe {
        I::add_tile(
            (a.data.as_ptr().add(i), a.stride),
            (b.data.as_ptr().add(j), b.stride),
            depth,
            scale,
            (c.as_mut_ptr().add(i * stride + j), stride),
        );
    }
}

/// Adds `scale` A' A to C: the tiles that touch the upper triangle, from row and column `from` (a multiple of M and N)
/// to `size` (a multiple of both).
#[inline(always)]
pub fn add_square<I: Isa>(
    a: View,
    depth: usize,
    (from, size): (usize, usize),
    scale: f64,
    (c, stride): (&mut [f64], usize),
) {
    for i in (from..size).step_by(I::M) {
        for j in ((i / I::N * I::N)..size).step_by(I::N) {
            add_tile::<I>(a, a, depth, (i, j), scale, (c, stride));
        }
    }
}

/// y += s x.
#[inline(always)]
pub fn axpy<I: Isa>(y: &mut [f64], s: f64, x: &[f64]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = multiply_add::<I>(s, x, *y);
    }
}

/// The inner product, in eight sums.
#[inline(always)]
pub fn dot<I: Isa>(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] = multiply_add::<I>(a[lane], b[lane], sums[lane]);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}
