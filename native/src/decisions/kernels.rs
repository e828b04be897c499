//! Which instructions do decisions use? The same code compiled for each instruction set, chosen at run time.

use super::choice::Survey;
use super::simd::*;
use super::{choice, factor, normals, rank};

type Score = unsafe fn(&[f32], &[f32], &[u32], &mut [f32]) -> bool;
type Squares = unsafe fn(&[f64], &[f64], &mut [f64], &mut [f64]);

/// The kernels of one instruction set.
pub struct Kernels {
    pub isa: &'static str,
    /// Lanes of [`Kernels::squares`].
    pub lanes: usize,
    update: unsafe fn(&mut [f64], &mut [f64], usize),
    solve_forward: unsafe fn(&[f64], &[f64], &mut [f64]),
    solve_backward: unsafe fn(&[f64], &[f64], &mut [f64]),
    squares: Squares,
    squares8: Squares,
    normals: unsafe fn(u32, u32, &mut [f64]),
    score: Score,
    spread: unsafe fn(&[*const f32; 8], usize, &mut [f64], usize),
    pick: unsafe fn(&[f32], &mut [u32]),
    survey: unsafe fn(&[f32]) -> Option<Survey>,
    shares: unsafe fn(&[f32], f32, f64, f64, &mut [f64]),
    weights: unsafe fn(&[f32], f32, f64, &mut [f64]),
    sum: unsafe fn(&[f64]) -> f64,
    sum_blocks: unsafe fn(&[f64], &mut [f64]),
}

// SAFETY, in all that follow: the instruction set was detected before a value of this type could be had.
impl Kernels {
    /// See [`factor::update`].
    pub fn update(&self, factor: &mut [f64], w: &mut [f64], first: usize) {
        unsafe { (self.update)(factor, w, first) }
    }

    /// See [`factor::solve_forward`].
    pub fn solve_forward(&self, factor: &[f64], inverse: &[f64], x: &mut [f64]) {
        unsafe { (self.solve_forward)(factor, inverse, x) }
    }

    /// See [`factor::solve_backward`].
    pub fn solve_backward(&self, factor: &[f64], inverse: &[f64], x: &mut [f64]) {
        unsafe { (self.solve_backward)(factor, inverse, x) }
    }

    /// See [`factor::squares`]; eight lanes or as many as [`Kernels::lanes`].
    pub fn squares(&self, factor: &[f64], inverse: &[f64], y: &mut [f64], out: &mut [f64]) {
        let squares = if out.len() == 8 { self.squares8 } else { self.squares };
        unsafe { squares(factor, inverse, y, out) }
    }

    /// Fills `out`, a multiple of sixteen, with the normals of a key.
    pub fn normals(&self, key0: u32, key1: u32, out: &mut [f64]) {
        unsafe { (self.normals)(key0, key1, out) }
    }

    /// Inner products of `theta` with the numbered rows of `data`, as long; minus infinity for those that overflow both
    /// ways. False, with nothing written, if a row is not there.
    pub fn score(&self, theta: &[f32], data: &[f32], rows: &[u32], out: &mut [f32]) -> bool {
        assert!(rows.len() == out.len() && theta.len().is_multiple_of(16));
        unsafe { (self.score)(theta, data, rows, out) }
    }

    /// Writes the components of some of the numbered rows of `data`, all of `width`, to lanes of `out`, whose number is a
    /// multiple of eight; lanes left over repeat the first.
    pub fn spread(&self, data: &[f32], width: usize, rows: &[u32], some: &[u32], out: &mut [f64]) {
        let lanes = out.len() / width;
        assert!(lanes.is_multiple_of(8) && width.is_multiple_of(8) && out.len() == lanes * width);
        for lane in (0..lanes).step_by(8) {
            let at: [*const f32; 8] = std::array::from_fn(|i| {
                let index = some.get(lane + i).unwrap_or(&some[0]);
                data[rows[*index as usize] as usize * width..][..width].as_ptr()
            });
            unsafe { (self.spread)(&at, width, &mut out[lane..], lanes) };
        }
    }

    /// See [`rank::pick`].
    pub fn pick(&self, scores: &[f32], picks: &mut [u32]) {
        unsafe { (self.pick)(scores, picks) }
    }

    /// See [`choice::survey`].
    pub fn survey(&self, scores: &[f32]) -> Option<Survey> {
        unsafe { (self.survey)(scores) }
    }

    /// See [`choice::shares`].
    pub fn shares(&self, scores: &[f32], top: f32, count: f64, gamma: f64, out: &mut [f64]) {
        unsafe { (self.shares)(scores, top, count, gamma, out) }
    }

    /// See [`choice::weights`].
    pub fn weights(&self, scores: &[f32], top: f32, temperature: f64, out: &mut [f64]) {
        unsafe { (self.weights)(scores, top, temperature, out) }
    }

    /// See [`choice::sum`].
    pub fn sum(&self, numbers: &[f64]) -> f64 {
        unsafe { (self.sum)(numbers) }
    }

    /// See [`choice::sum_blocks`].
    pub fn sum_blocks(&self, weights: &[f64], sums: &mut [f64]) {
        unsafe { (self.sum_blocks)(weights, sums) }
    }

    /// Every set of kernels that this machine can run, best first.
    pub fn available() -> Vec<&'static Kernels> {
        crate::kernels::available().iter().map(|kernels| Self::of(kernels.isa)).collect()
    }

    /// Those of the instruction set that the other kernels use.
    pub fn best() -> &'static Kernels {
        Self::of(crate::kernels::best().isa)
    }

    /// Those of an instruction set that this machine has.
    fn of(isa: &str) -> &'static Kernels {
        match isa {
            #[cfg(target_arch = "x86_64")]
            "avx512" => &avx512::KERNELS,
            #[cfg(target_arch = "x86_64")]
            "avx2" => &avx2::KERNELS,
            _ => &scalar::KERNELS,
        }
    }
}

/// Numbers that the caches hold: rows of a larger matrix are asked for sixteen ahead.
const CACHED: usize = 1 << 18;

/// Asks memory for numbers that will be read soon.
#[inline(always)]
fn prefetch(numbers: &[f32]) {
    // SAFETY: any f32 is four bytes.
    crate::kernels::prefetch(unsafe {
        std::slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers))
    });
}

/// See [`Kernels::score`].
#[inline(always)]
unsafe fn score<S: Simd>(theta: &[f32], data: &[f32], rows: &[u32], out: &mut [f32]) -> bool {
    let width = theta.len();
    let last = rows.iter().fold(0, |last, &row| if row > last { row } else { last });
    if !rows.is_empty() && last as usize >= data.len() / width {
        return false;
    }
    for (i, (some, out)) in rows.chunks(16).zip(out.chunks_mut(16)).enumerate() {
        if data.len() > CACHED {
            for &row in rows.iter().skip(16 * (i + 1)).take(16) {
                for at in (0..width).step_by(16) {
                    prefetch(&data[row as usize * width + at..][..16]);
                }
            }
        }
        // Beyond the last row the last one is read again.
        let at: [*const f32; 16] = std::array::from_fn(|i| {
            let row = some[i.min(some.len() - 1)] as usize;
            // Checked once more: the numbers may stand in memory that another thread shares.
            data[row * width..][..width].as_ptr()
        });
        // SAFETY: the machine is promised by the caller; theta and the rows are of `width`.
        let scores = unsafe { S::dots(theta.as_ptr(), &at, width) };
        let scores = scores.map(|score| if score.is_nan() { f32::NEG_INFINITY } else { score });
        out.copy_from_slice(&scores[..out.len()]);
    }
    true
}

/// See [`Kernels::spread`]; `out` begins at the lane of the first row.
#[inline(always)]
unsafe fn spread<S: Simd>(rows: &[*const f32; 8], width: usize, out: &mut [f64], lanes: usize) {
    assert!(out.len() + lanes > width * lanes + 7);
    for at in (0..width).step_by(8) {
        // SAFETY: the machine and rows of `width` are promised by the caller; the last eight places are inside.
        unsafe { S::turn(&rows.map(|row| row.add(at)), out.as_mut_ptr().add(at * lanes), lanes) };
    }
}

/// All kernels, compiled for one instruction set. Its registers hold R rows of a factor and V times eight vectors.
macro_rules! kernels {
    ($name:ident, $isa:ty, $label:expr, R = $r:literal, V = $v:literal $(, $feature:literal)?) => {
        mod $name {
            use super::*;

            $(#[target_feature(enable = $feature)])?
            unsafe fn update(factor: &mut [f64], w: &mut [f64], first: usize) {
                unsafe { factor::update::<$isa>(factor, w, first) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn solve_forward(factor: &[f64], inverse: &[f64], x: &mut [f64]) {
                unsafe { factor::solve_forward::<$isa>(factor, inverse, x) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn solve_backward(factor: &[f64], inverse: &[f64], x: &mut [f64]) {
                unsafe { factor::solve_backward::<$isa>(factor, inverse, x) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn squares(factor: &[f64], inverse: &[f64], y: &mut [f64], out: &mut [f64]) {
                unsafe { factor::squares::<$isa, $r, $v>(factor, inverse, y, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn squares8(factor: &[f64], inverse: &[f64], y: &mut [f64], out: &mut [f64]) {
                unsafe { factor::squares::<$isa, 4, 1>(factor, inverse, y, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn normals(key0: u32, key1: u32, out: &mut [f64]) {
                unsafe { normals::normals::<$isa>(key0, key1, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn score(theta: &[f32], data: &[f32], rows: &[u32], out: &mut [f32]) -> bool {
                unsafe { super::score::<$isa>(theta, data, rows, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn spread(rows: &[*const f32; 8], width: usize, out: &mut [f64], lanes: usize) {
                unsafe { super::spread::<$isa>(rows, width, out, lanes) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn shares(scores: &[f32], top: f32, count: f64, gamma: f64, out: &mut [f64]) {
                unsafe { choice::shares::<$isa>(scores, top, count, gamma, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn weights(scores: &[f32], top: f32, temperature: f64, out: &mut [f64]) {
                unsafe { choice::weights::<$isa>(scores, top, temperature, out) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn sum(numbers: &[f64]) -> f64 {
                unsafe { choice::sum::<$isa>(numbers) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn sum_blocks(weights: &[f64], sums: &mut [f64]) {
                unsafe { choice::sum_blocks::<$isa>(weights, sums) }
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn pick(scores: &[f32], picks: &mut [u32]) {
                rank::pick(scores, picks)
            }

            $(#[target_feature(enable = $feature)])?
            unsafe fn survey(scores: &[f32]) -> Option<Survey> {
                choice::survey(scores)
            }

            pub static KERNELS: Kernels = Kernels {
                isa: $label,
                lanes: 8 * $v,
                update,
                solve_forward,
                solve_backward,
                squares,
                squares8,
                normals,
                score,
                spread,
                shares,
                weights,
                sum,
                sum_blocks,
                pick,
                survey,
            };
        }
    };
}

#[cfg(target_arch = "x86_64")]
kernels!(avx512, Avx512, "avx512", R = 4, V = 4, "avx512f");
#[cfg(target_arch = "x86_64")]
kernels!(avx2, Avx2, "avx2", R = 2, V = 2, "avx2");
kernels!(scalar, Scalar, if cfg!(target_arch = "x86_64") { "sse2" } else { "scalar" }, R = 2, V = 1);
