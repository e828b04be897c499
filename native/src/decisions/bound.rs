//! How wide can an action be at most? Its norm times the root of the largest eigenvalue of the inverse.

use super::kernels::Kernels;

/// Steps of the power method, each two solves.
const STEPS: usize = 8;

/// An upper bound of the largest eigenvalue of (L L')^-1, or None where none below infinity can be proven.
///
/// A power iteration guesses it; a guess m is proven by the Cholesky factorisation of L L' - I / m, which exists if and
/// only if m is above it. Cost: 2 n^3 / 3 flops.
pub fn largest_eigenvalue(
    kernels: &Kernels,
    factor: &[f64],
    inverse: &[f64],
    dimension: usize,
) -> Option<f64> {
    let width = inverse.len();
    let mut x = vec![0.0; width];
    for (j, x) in x[..dimension].iter_mut().enumerate() {
        *x = 1.0 + (j % 3) as f64;
    }
    let mut guess = 0.0;
    for _ in 0..STEPS {
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter_mut().for_each(|x| *x /= norm);
        kernels.solve_forward(factor, inverse, &mut x);
        // Of L^-1 x with |x| = 1: the Rayleigh quotient, which is at most the eigenvalue.
        guess = x.iter().map(|x| x * x).sum::<f64>();
        kernels.solve_backward(factor, inverse, &mut x);
    }
    let gram = gram(factor, width, dimension);
    let trace: f64 = (0..dimension).map(|j| gram[j * dimension + j]).sum();
    // What rounding may have changed, and more.
    let margin = 1e-14 * dimension as f64 * trace;
    [1.05, 1.3, 2.0, 8.0]
        .into_iter()
        .map(|slack| guess * slack)
        .find(|guess| is_positive(gram.clone(), dimension, 1.0 / guess + margin))
}

/// L L', the lower triangle by columns.
fn gram(factor: &[f64], width: usize, n: usize) -> Vec<f64> {
    let mut gram = vec![0.0; n * n];
    for k in 0..n {
        let column = &factor[k * width..k * width + n];
        for j in k..n {
            let x = column[j];
            for (to, y) in gram[j * n + j..(j + 1) * n].iter_mut().zip(&column[j..]) {
                *to += x * y;
            }
        }
    }
    gram
}

/// Is the matrix less `shift` times the unit matrix positive definite? By its factorisation.
fn is_positive(mut matrix: Vec<f64>, n: usize, shift: f64) -> bool {
    for j in 0..n {
        let (before, column) = matrix.split_at_mut(j * n);
        let column = &mut column[..n];
        column[j] -= shift;
        for k in 0..j {
            let other = &before[k * n..(k + 1) * n];
            let x = other[j];
            for (to, y) in column[j..].iter_mut().zip(&other[j..]) {
                *to -= x * y;
            }
        }
        if column[j] <= 0.0 || column[j].is_nan() {
            return false;
        }
        let inverse = 1.0 / column[j].sqrt();
        column[j..].iter_mut().for_each(|x| *x *= inverse);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    #[test]
    fn the_bound_is_above_the_largest_eigenvalue_and_near_it() {
        let (n, width) = (20, 32);
        let mut random = Random(1);
        let mut factor = vec![0.0; width * width];
        for j in 0..width {
            factor[j * width + j] = if j < n { 1.0 + random.uniform() * 5.0 } else { 1.0 };
            for i in j + 1..n {
                factor[j * width + i] = random.normal();
            }
        }
        let inverse: Vec<f64> = (0..width).map(|j| 1.0 / factor[j * width + j]).collect();
        for kernels in Kernels::available() {
            // The power method, long enough to converge.
            let mut x = vec![0.0; width];
            x[..n].fill(1.0);
            let mut truth = 0.0;
            for _ in 0..2000 {
                let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
                x.iter_mut().for_each(|x| *x /= norm);
                kernels.solve_forward(&factor, &inverse, &mut x);
                truth = x.iter().map(|x| x * x).sum::<f64>();
                kernels.solve_backward(&factor, &inverse, &mut x);
            }
            let bound = largest_eigenvalue(kernels, &factor, &inverse, n).expect("a bound");
            assert!(bound >= truth * (1.0 - 1e-9) && bound < 1.5 * truth, "{bound} {truth}");
        }
    }
}
