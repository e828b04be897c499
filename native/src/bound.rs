//! Below which f32 score can a row not be among the best k?
//!
//! # What exact means
//! The score of a row x for a query q of n components is `r = f32(s64)`, where `s64` is the f64 inner product in the
//! order of [`crate::kernels::Kernels::rescore`]. The scan computes `t`, an f32 inner product in another order. It may
//! skip a row only if its `r` is surely below the k-th best `r` found so far, `T`. So a lower bound of `t` is needed
//! for all rows with `r >= T`.
//!
//! # The bound
//! Let `u = 2^-24`, `s` the true inner product, and `N >= |q| |x|`, so that by Cauchy-Schwarz `sum |q_j x_j| <= N`.
//!
//! 1. *Rounding of r.* `r >= T` are both f32, and f32 rounding is monotone with relative error at most `u` and, among
//!    denormals, absolute error at most `2^-150`; so `s64 >= T - 2u|T| - 2^-149`.
//! 2. *The f64 sum.* Products of f32 are exact in f64, each passes fewer than n additions, and nothing underflows:
//!    `|s64 - s| <= g64 N` with `g64 = n 2^-53 / (1 - n 2^-53) <= n 2^-52`.
//! 3. *The f32 sum.* Each product passes at most n roundings in whatever order, fused or not (Higham, Accuracy and
//!    Stability of Numerical Algorithms, 2002, section 3.1): relative error `g = n u / (1 - n u)`. A product that
//!    underflows errs by at most `2^-150`, additions do not err when they underflow, and the later roundings grow it by
//!    less than 2: `|t - s| <= g N + n 2^-149`. This needs `n u < 1`, which [`MAX_DIMENSION`] gives, and no overflow:
//!    every partial sum is at most `(1 + g) N`, which [`MAX_PRODUCT`] keeps far below the largest f32.
//!
//! Together `t >= T - (2u|T| + (g + n 2^-52) N + (n + 1) 2^-149)`. This is evaluated in f64, whose own error is covered
//! by raising the term in brackets by one part in a million, and rounded down to f32.

/// The longest rows allowed; `n u` stays below 1/256.
pub const MAX_DIMENSION: usize = 1 << 16;

/// The largest `|q| |x|` for which an f32 sum surely does not overflow. Beyond, the scan is done in f64.
const MAX_PRODUCT: f64 = 1e37;

/// The threshold for the f32 scan of rows of norm at most `row_norm`: every row whose exact score is at least `best`
/// reaches it. Minus infinity, which lets every row pass unseen, where f32 might overflow or `best` is minus infinity.
/// The norms are upper bounds.
pub fn scan_threshold(best: f32, query_norm: f64, row_norm: f64, dimension: usize) -> f32 {
    let product = query_norm * row_norm;
    // NaN comes of an infinite norm times zero.
    if product.is_nan() || product > MAX_PRODUCT {
        return f32::NEG_INFINITY;
    }
    let n = dimension as f64;
    let u = 2f64.powi(-24);
    let denormal = 2f64.powi(-149);
    let best = f64::from(best);
    let slack =
        2.0 * u * best.abs() + (n * u / (1.0 - n * u) + n * 2f64.powi(-52)) * product + (n + 1.0) * denormal;
    ((best - slack * (1.0 + 1e-6)) as f32).next_down()
}

/// An upper bound of a norm from its f64 sum of squares, with the error of that sum, the root and this product covered.
pub fn norm_from_squares(squares: f64) -> f64 {
    squares.sqrt() * (1.0 + 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_a_little_below_the_best_and_grows_with_the_norms() {
        let near = scan_threshold(1.0, 1.0, 1.0, 128);
        assert!(near < 1.0 && near > 0.9999);
        assert!(scan_threshold(1.0, 10.0, 10.0, 128) < near);
    }

    #[test]
    fn where_f32_may_overflow_every_row_passes() {
        assert_eq!(scan_threshold(1.0, 1e20, 1e20, 4), f32::NEG_INFINITY);
        assert_eq!(scan_threshold(1.0, 0.0, f64::INFINITY, 4), f32::NEG_INFINITY);
    }

    #[test]
    fn among_denormals_the_threshold_is_below_zero() {
        assert!(scan_threshold(1e-45, 1e-30, 1e-30, 8) < 0.0);
    }

    #[test]
    fn an_empty_reservoir_lets_every_row_pass() {
        assert_eq!(scan_threshold(f32::NEG_INFINITY, 1.0, 1.0, 8), f32::NEG_INFINITY);
    }
}
