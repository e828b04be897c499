//! How is a triangular factor updated and solved? As in `src/decisions/kernels/reference/factor.ts`: L by columns of
//! `width` numbers, a multiple of 16, zero above the diagonal and padded with a unit matrix.

use super::simd::{Simd, halve};

/// L L' += w w' in place, w zero before `first`; w is used up.
#[inline(always)]
pub unsafe fn update<S: Simd>(factor: &mut [f64], w: &mut [f64], first: usize) {
    let width = w.len();
    for j in first..width {
        if w[j] == 0.0 {
            continue;
        }
        let column = &mut factor[j * width..(j + 1) * width];
        let pivot = column[j];
        let root = (pivot * pivot + w[j] * w[j]).sqrt();
        let inverse = 1.0 / root;
        let (cosine, sine) = (pivot * inverse, w[j] * inverse);
        // From the start of the eight that hold the next place: what stands before it is zero, in L and in w, and stays
        // so, but for the diagonal.
        w[j] = 0.0;
        column[j] = 0.0;
        let (start, ends) = ((j + 1) & !7, w.len().min(column.len()));
        // SAFETY: the machine is promised by the caller; i + 8 <= width, the length of both.
        unsafe {
            let (c, s) = (S::splat(cosine), S::splat(sine));
            for i in (start..ends).step_by(8) {
                let (x, y) = (S::load(column.as_ptr().add(i)), S::load(w.as_ptr().add(i)));
                S::store(S::add(S::mul(c, x), S::mul(s, y)), column.as_mut_ptr().add(i));
                S::store(S::sub(S::mul(c, y), S::mul(s, x)), w.as_mut_ptr().add(i));
            }
        }
        column[j] = root;
    }
}

/// Solves L y = x in place. `inverse` is that of the diagonal.
#[inline(always)]
pub unsafe fn solve_forward<S: Simd>(factor: &[f64], inverse: &[f64], x: &mut [f64]) {
    let width = x.len();
    for j in 0..width {
        let y = x[j] * inverse[j];
        let column = &factor[j * width..(j + 1) * width];
        // SAFETY: the machine is promised by the caller; i + 8 <= width, the length of both.
        unsafe {
            let y = S::splat(y);
            for i in ((j & !7)..width.min(column.len())).step_by(8) {
                let product = S::mul(S::load(column.as_ptr().add(i)), y);
                S::store(S::sub(S::load(x.as_ptr().add(i)), product), x.as_mut_ptr().add(i));
            }
        }
        x[j] = y;
    }
}

/// Solves L' y = x in place, eight columns at a time.
#[inline(always)]
pub unsafe fn solve_backward<S: Simd>(factor: &[f64], inverse: &[f64], x: &mut [f64]) {
    let width = x.len();
    for start in (0..width).step_by(8).rev() {
        let end = start + 8;
        let columns = &factor[start * width..end * width];
        let mut sums = [0.0; 8];
        for (j, column) in columns.chunks_exact(width).enumerate() {
            // SAFETY: the machine is promised by the caller; i + 8 <= width, the length of both.
            unsafe {
                let mut sum = S::splat(0.0);
                for i in (end..width).step_by(8) {
                    sum = S::add(sum, S::mul(S::load(column.as_ptr().add(i)), S::load(x.as_ptr().add(i))));
                }
                sums[j] = halve::<S>(sum);
            }
        }
        let block: &mut [f64; 8] = (&mut x[start..end]).try_into().expect("eight places");
        for j in 0..8 {
            block[j] -= sums[j];
        }
        for j in (0..8).rev() {
            block[j] *= inverse[start + j];
            for i in 0..j {
                block[i] -= columns[i * width + start + j] * block[j];
            }
        }
    }
}

/// Forms the sums of squares of L^-1 x for 8 V vectors, which `y` holds by components, 8 V lanes each. R rows of L and V
/// registers are in work together. Every lane has the operations of [`solve_forward`] in the same order.
#[inline(always)]
pub unsafe fn squares<S: Simd, const R: usize, const V: usize>(
    factor: &[f64],
    inverse: &[f64],
    y: &mut [f64],
    out: &mut [f64],
) {
    let width = inverse.len();
    let lanes = 8 * V;
    assert!(
        factor.len() >= width * width
            && y.len() >= width * lanes
            && out.len() >= lanes
            && width.is_multiple_of(R)
    );
    let (l, y) = (factor.as_ptr(), y.as_mut_ptr());
    // SAFETY: the machine is promised by the caller; j + R <= width, k < width, and lengths were asserted.
    unsafe {
        let mut total = [S::splat(0.0); V];
        for j in (0..width).step_by(R) {
            let mut rest = [[S::splat(0.0); V]; R];
            for r in 0..R {
                for v in 0..V {
                    rest[r][v] = S::load(y.add((j + r) * lanes + 8 * v));
                }
            }
            for k in 0..j {
                let mut known = [S::splat(0.0); V];
                for v in 0..V {
                    known[v] = S::load(y.add(k * lanes + 8 * v));
                }
                for r in 0..R {
                    let x = S::splat(*l.add(k * width + j + r));
                    for v in 0..V {
                        rest[r][v] = S::sub(rest[r][v], S::mul(x, known[v]));
                    }
                }
            }
            for r in 0..R {
                let scale = S::splat(inverse[j + r]);
                for v in 0..V {
                    rest[r][v] = S::mul(rest[r][v], scale);
                    S::store(rest[r][v], y.add((j + r) * lanes + 8 * v));
                    total[v] = S::add(total[v], S::mul(rest[r][v], rest[r][v]));
                }
                for below in r + 1..R {
                    let x = S::splat(*l.add((j + r) * width + j + below));
                    for v in 0..V {
                        rest[below][v] = S::sub(rest[below][v], S::mul(x, rest[r][v]));
                    }
                }
            }
        }
        for v in 0..V {
            S::store(total[v], out.as_mut_ptr().add(8 * v));
        }
    }
}
