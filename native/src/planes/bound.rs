//! Which rows do codes surely rule out?
//!
//! # The claim
//! Let `r` be the exact score of a row x for a query q as in [`crate::bound`], and T the threshold. If `r >= T` then
//! the kernel's f32 value U of the row is at least the [`limit`] of T. So rows below it may be skipped unseen.
//!
//! # The proof
//! Let R be the rotation in f32, `y = fl(Rx)` and `p = fl(Rq)` with N components; `u = 2^-24`.
//!
//! 1. *Rotation.* R consists of blocks of at most n = 256 rows and columns, and each statement holds block by block, so
//!    that the sum over the blocks obeys the largest of their constants. With `e = ||R'R - I||`, `|<Rq,Rx> - <q,x>| <= e
//!    |q||x|`. A component of y is a sum of n products, each of which passes at most n roundings, so `|y - Rx| <= k |x|`
//!    with `k = g sqrt(n) (1 + e)`, `g = n u / (1 - n u)`, since the rows of R have norms whose squares add up to at most
//!    `n (1 + e)`; and likewise p. Hence `|<q,x> - <p,y>| <= w |q||y|` with `w = 1.01 (e + 2k)`; the factor covers `|x| <=
//!    |y| (1 + 2e + 2k)`, terms of second order (e + k is below 1/500) and products that underflow: these err by less
//!    than `2^-135` in all, which is `2^-34 |x|` at most for tame norms. This is [`super::Rotation::error`].
//! 2. *Codes.* Let `x' = s h` be the row of codes h in units s, whole numbers and a half, and `p' = a c` the query in
//!    int8. Then `<p,y> = <p',x'> + <p', y - x'> + <p - p', y>`, and by Cauchy-Schwarz `<p,y> <= s (a D + |p'| A +
//!    |p - p'| B)` with `D = <c,h>`, `A >= |y - x'| / s` and `B >= |y| / s`. Padding has c = 0, so that D and A do without
//!    it. A and B are taken over a block of rows, and so is the bound.
//! 3. *The exact score.* As in [`crate::bound`], `r >= T` implies `<q,x> >= T - 2u|T| - 2^-149 - N 2^-52 |q||x|`; the
//!    last term joins that of the rotation: `w' = w + 1.01 N 2^-52`.
//! 4. *The kernel.* It computes `U = fl(s fl(fl(a D') + b'))`, fused or not, where `D' = D + d`, d being 0 or 1/2, is a
//!    whole number below `2^21`, exact in f32, and b' is `b - a d` rounded up. The sum errs by less than `2u |a D'| + u
//!    |b'|`, and as `a |D| <= |p'| (A + B)`, `b = |p'| A + (|p - p'| + w' |q|) B` plus `4u (|p'| (A + B) + a + b)` covers
//!    that: before the last rounding the value is at least `<p,y> + w' |q||y|`, and so, by 1 and 3, at least `L = T -
//!    2u|T| - 2^-149`. That rounding keeps order, underflow and overflow included, so `U >= fl(L)`. The limit is at most
//!    that: it is lowered from L further, rounded, and then taken to the next f32 below.
//!
//! Norms are sums in f64, raised by a millionth for their own errors. Where an argument could overflow (norms above
//! `2^100`) A is infinite: U is then infinite or NaN, and the kernels let both pass. A row of a norm below [`LEAST`], of
//! which the rotation may leave nothing, has s = 0 and U = 0: as then `|x| <= 1.005 LEAST`, r is at most `1.01 LEAST |q|`,
//! by which the limit is lowered. The whole codes are refined in f64 with the same b, of which then only a small part is
//! needed.

/// The least norm for which nothing of the proof underflows, `2^-100`.
pub const LEAST: f64 = 7.888609052210118e-31;

/// Norms for which nothing of the proof underflows or overflows, up to `2^100`: then s and a lie between `2^-113` and
/// `2^100`, normal f32, and sums of their products with codes below `2^112`.
const TAME: std::ops::RangeInclusive<f64> = LEAST..=1.2676506002282294e30;

/// Is a norm within the bounds of the proof?
pub fn is_tame(norm: f64) -> bool {
    norm == 0.0 || TAME.contains(&norm)
}

/// What the codes of a block of rows may miss, in units of each row's own scale: maxima over the block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// `|y - x'| / (16 s)` of the upper halves alone.
    pub high_error: f32,
    /// `|y - x'| / s` of the whole codes.
    pub error: f32,
    /// `|y| / (16 s)`.
    pub norm: f32,
}

impl Bounds {
    /// Widens the bounds by one row, given in f64.
    pub fn add(&mut self, high_error: f64, error: f64, norm: f64) {
        self.high_error = self.high_error.max(up(high_error));
        self.error = self.error.max(up(error));
        self.norm = self.norm.max(up(norm));
    }

    /// The bounds of a block in which a row is beyond the proof: all its rows pass.
    pub fn none() -> Self {
        Bounds { high_error: f32::INFINITY, error: f32::INFINITY, norm: f32::INFINITY }
    }

    pub fn write(self, out: &mut [u8]) {
        for (out, value) in out.chunks_exact_mut(4).zip([self.high_error, self.error, self.norm]) {
            out.copy_from_slice(&value.to_le_bytes());
        }
    }

    #[inline(always)]
    pub fn read(bytes: &[u8]) -> Self {
        let at = |i: usize| f32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        Bounds { high_error: at(0), error: at(4), norm: at(8) }
    }
}

/// The least f32 that is surely not below a value computed in f64.
fn up(value: f64) -> f32 {
    ((value * (1.0 + 1e-6)) as f32).next_up()
}

/// What a query adds to the bounds of rows.
#[derive(Clone, Copy, Debug)]
pub struct QueryBounds {
    /// `|p'|`.
    pub norm: f64,
    /// `|p - p'| + w' |q|`.
    pub error: f64,
    /// a, the unit of the query's codes.
    pub unit: f64,
}

impl QueryBounds {
    /// b for the upper halves, how far `s (a D)` may lie below the score in units of s = 16 scales, less `less`: as a
    /// function of the rows, whose coefficients are raised by more than its evaluation in f32 errs.
    #[inline(always)]
    pub fn high(&self, less: f64) -> HighSlack {
        let (u, raise) = (2f64.powi(-24), 1.0 + 2e-6);
        let error = self.norm * (1.0 + 8.0 * u) * raise;
        let norm = (self.error * (1.0 + 4.0 * u) + 4.0 * u * self.norm) * raise;
        let fixed = 4.0 * u * self.unit * raise - less + 1e-6 * less.abs();
        HighSlack { error: error as f32, norm: norm as f32, fixed: (fixed as f32).next_up() }
    }

    /// b for the whole codes, in units of the scale.
    #[inline(always)]
    pub fn whole(&self, rows: &Bounds) -> f64 {
        self.slack(f64::from(rows.error), 16.0 * f64::from(rows.norm))
    }

    #[inline(always)]
    fn slack(&self, error: f64, norm: f64) -> f64 {
        let slack = self.norm * error + self.error * norm;
        let rounding = 4.0 * 2f64.powi(-24) * (self.norm * (error + norm) + self.unit + slack);
        (slack + rounding) * (1.0 + 1e-6)
    }
}

/// `b' = error A + norm B + fixed`.
#[derive(Clone, Copy, Debug)]
pub struct HighSlack {
    error: f32,
    norm: f32,
    fixed: f32,
}

impl HighSlack {
    #[inline(always)]
    pub fn of(self, rows: &Bounds) -> f32 {
        self.error * rows.high_error + self.norm * rows.norm + self.fixed
    }
}

/// What U must reach for a row whose exact score may be at least `threshold`.
pub fn limit(threshold: f32, query_norm: f64) -> f32 {
    if threshold == f32::NEG_INFINITY {
        return threshold;
    }
    let t = f64::from(threshold);
    let least = 1.01 * LEAST * query_norm + 2f64.powi(-140);
    ((t - 2.0 * 2f64.powi(-24) * t.abs() - least) as f32).next_down()
}
