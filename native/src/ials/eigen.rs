//! In which axes is a symmetric matrix diagonal? tred2 and tql2 (Bowdler, Martin, Reinsch, Wilkinson 1968, EISPACK),
//! step for step as in `src/numerics/eigen.ts`.

use crate::errors::{Error, Result};

/// The eigenvalues of the leading n x n block, and its eigenvectors as columns of a `stride` x `stride` matrix, zero
/// beyond n. Only the upper triangle is read. Cost: about 5 n^3 multiplications.
pub fn symmetric_eigen(matrix: &[f64], n: usize, stride: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut solver = Solver { n, z: vec![0.0; n * n], d: vec![0.0; n], e: vec![0.0; n] };
    for j in 0..n {
        for k in j..n {
            let value = matrix[j * stride + k];
            if !value.is_finite() {
                return Err(Error::NonFinite(format!("Expected a finite Gram matrix but received {value}")));
            }
            solver.z[j * n + k] = value;
        }
    }
    let unit = magnitude(&solver.z);
    solver.z.iter_mut().for_each(|value| *value /= unit);
    solver.tridiagonalize();
    solver.accumulate();
    solver.diagonalize();
    solver.d.iter_mut().for_each(|value| *value *= unit);
    let mut vectors = vec![0.0; stride * stride];
    for j in 0..n {
        for k in 0..n {
            vectors[k * stride + j] = solver.z[j * n + k];
        }
    }
    Ok((solver.d, vectors))
}

/// The power of two below the largest element: divided by it, squares neither overflow nor vanish.
fn magnitude(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 { 1.0 } else { largest.log2().floor().max(-1022.0).exp2() }
}

struct Solver {
    n: usize,
    /// `z[j * n + k]` is element k of what becomes eigenvector j.
    z: Vec<f64>,
    d: Vec<f64>,
    e: Vec<f64>,
}

impl Solver {
    /// Householder reflections make the matrix tridiagonal: d and e; the reflections stay in z.
    fn tridiagonalize(&mut self) {
        let (n, z, d, e) = (self.n, &mut self.z, &mut self.d, &mut self.e);
        for j in 0..n {
            d[j] = z[j * n + n - 1];
        }
        for i in (1..n).rev() {
            let scale: f64 = d[..i].iter().map(|x| x.abs()).sum();
            if scale == 0.0 {
                e[i] = d[i - 1];
                for j in 0..i {
                    d[j] = z[j * n + i - 1];
                    z[j * n + i] = 0.0;
                    z[i * n + j] = 0.0;
                }
                d[i] = 0.0;
                continue;
            }
            let mut h = 0.0;
            for x in &mut d[..i] {
                *x /= scale;
                h += *x * *x;
            }
            let top = d[i - 1];
            let root = if top > 0.0 { -h.sqrt() } else { h.sqrt() };
            e[i] = scale * root;
            h -= top * root;
            d[i - 1] = top - root;
            e[..i].fill(0.0);
            for j in 0..i {
                let f = d[j];
                z[i * n + j] = f;
                let row = &z[j * n..][..n];
                let mut g = e[j] + row[j] * f;
                for k in j + 1..i {
                    g += row[k] * d[k];
                    e[k] += row[k] * f;
                }
                e[j] = g;
            }
            let mut sum = 0.0;
            for j in 0..i {
                e[j] /= h;
                sum += e[j] * d[j];
            }
            let half = sum / (h + h);
            for j in 0..i {
                e[j] -= half * d[j];
            }
            for j in 0..i {
                let (f, g) = (d[j], e[j]);
                let row = &mut z[j * n..][..n];
                for k in j..i {
                    row[k] -= f * e[k] + g * d[k];
                }
                d[j] = row[i - 1];
                row[i] = 0.0;
            }
            d[i] = h;
        }
    }

    /// Multiplies the reflections out, so that z holds the axes in which the matrix is tridiagonal.
    fn accumulate(&mut self) {
        let (n, z, d) = (self.n, &mut self.z, &mut self.d);
        for i in 0..n - 1 {
            z[i * n + n - 1] = z[i * n + i];
            z[i * n + i] = 1.0;
            let h = d[i + 1];
            let (done, rest) = z.split_at_mut((i + 1) * n);
            let next = &mut rest[..=i];
            if h != 0.0 {
                for k in 0..=i {
                    d[k] = next[k] / h;
                }
                for row in done.chunks_mut(n) {
                    let g: f64 = next.iter().zip(&*row).map(|(x, y)| x * y).sum();
                    for k in 0..=i {
                        row[k] -= g * d[k];
                    }
                }
            }
            next.fill(0.0);
        }
        for j in 0..n {
            d[j] = z[j * n + n - 1];
            z[j * n + n - 1] = 0.0;
        }
        z[n * n - 1] = 1.0;
    }

    /// QL iterations with implicit shifts: d becomes the eigenvalues, z the eigenvectors.
    fn diagonalize(&mut self) {
        let n = self.n;
        self.e.copy_within(1.., 0);
        self.e[n - 1] = 0.0;
        let mut shift = 0.0;
        // Small beside the whole matrix and not beside what stands before it: a matrix of lower rank begins with
        // next to nothing, and what is smaller still has squares that vanish.
        let sizes = self.d.iter().zip(&self.e).map(|(d, e)| d.abs() + e.abs());
        let small = f64::EPSILON * sizes.fold(0.0, f64::max);
        for l in 0..n {
            let m = (l..n - 1).find(|&m| self.e[m].abs() <= small).unwrap_or(n - 1);
            while m > l && self.e[l].abs() > small {
                let (d, e) = (&mut self.d, &self.e);
                let g = d[l];
                let half = (d[l + 1] - g) / (2.0 * e[l]);
                let root = (half * half + 1.0).sqrt().copysign(half);
                d[l] = e[l] / (half + root);
                d[l + 1] = e[l] * (half + root);
                let (above, change) = (d[l + 1], g - d[l]);
                for x in &mut d[l + 2..] {
                    *x -= change;
                }
                shift += change;
                self.sweep(l, m, above);
            }
            self.d[l] += shift;
            self.e[l] = 0.0;
        }
    }

    /// One QL sweep of Givens rotations from m down to l.
    fn sweep(&mut self, l: usize, m: usize, above: f64) {
        let (n, d, e) = (self.n, &mut self.d, &mut self.e);
        let (mut p, mut c, mut c2, mut c3, mut s, mut s2) = (d[m], 1.0, 1.0, 1.0, 0.0, 0.0);
        let next = e[l + 1];
        for i in (l..m).rev() {
            (c3, c2, s2) = (c2, c, s);
            let (g, h) = (c * e[i], c * p);
            let r = (p * p + e[i] * e[i]).sqrt();
            e[i + 1] = s * r;
            s = e[i] / r;
            c = p / r;
            p = c * d[i] - s * g;
            d[i + 1] = h + s * (c * g + s * d[i]);
            let (low, high) = self.z[i * n..][..2 * n].split_at_mut(n);
            for (low, high) in low.iter_mut().zip(high) {
                (*low, *high) = (c * *low - s * *high, s * *low + c * *high);
            }
        }
        p = (-s * s2 * c3 * next * e[l]) / above;
        e[l] = s * p;
        d[l] = c * p;
    }
}
