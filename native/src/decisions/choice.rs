//! How are one action and a slate drawn from scores? As in `src/decisions/kernels/reference/inverse-gap.ts` and
//! `plackett-luce.ts`, which say what is drawn and why so.

use super::elementary::exp;
use super::simd::{Simd, halve};

/// Weights that are summed together; a draw looks at such sums first.
pub const BLOCK: usize = 32;

/// The greatest score, its first index and how many are above minus infinity.
pub type Survey = (f32, usize, usize);

/// Looks at all scores; None if one is NaN or infinity.
#[inline(always)]
pub fn survey(scores: &[f32]) -> Option<Survey> {
    let mut greatest = [f32::NEG_INFINITY; 16];
    let mut present = [0u32; 16];
    let mut bad = [0u32; 16];
    let (chunks, rest) = scores.as_chunks::<16>();
    for chunk in chunks {
        for lane in 0..16 {
            let x = chunk[lane];
            bad[lane] |= u32::from(x.is_nan() | (x == f32::INFINITY));
            present[lane] += u32::from(x > f32::NEG_INFINITY);
            greatest[lane] = if x > greatest[lane] { x } else { greatest[lane] };
        }
    }
    let mut top = greatest.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let mut count = present.iter().sum::<u32>();
    for &x in rest {
        bad[0] |= u32::from(x.is_nan() | (x == f32::INFINITY));
        count += u32::from(x > f32::NEG_INFINITY);
        top = top.max(x);
    }
    if bad != [0; 16] {
        return None;
    }
    Some((top, super::rank::position(scores, top)?, count as usize))
}

/// Applies an expression in eight scores, widened, to all; numbers behind the last score stay.
macro_rules! each {
    ($scores:ident, $out:ident, |$x:ident| $value:expr) => {
        let (whole, rest) = $scores.as_chunks::<8>();
        for (scores, place) in whole.iter().zip($out.as_chunks_mut::<8>().0) {
            let $x = S::widen(scores.as_ptr());
            S::store($value, place.as_mut_ptr());
        }
        if !rest.is_empty() {
            let (mut scores, mut place) = ([0.0; 8], [0.0; 8]);
            scores[..rest.len()].copy_from_slice(rest);
            let $x = S::widen(scores.as_ptr());
            S::store($value, place.as_mut_ptr());
            $out[8 * whole.len()..][..rest.len()].copy_from_slice(&place[..rest.len()]);
        }
    };
}

/// Writes 1 / (count + gamma gap) of all scores, 0 for those of minus infinity. `out` is as long, or longer.
#[inline(always)]
pub unsafe fn shares<S: Simd>(scores: &[f32], top: f32, count: f64, gamma: f64, out: &mut [f64]) {
    if top == f32::NEG_INFINITY {
        // All are: no gaps.
        return out[..scores.len()].fill(1.0 / count);
    }
    // SAFETY: the machine is promised by the caller; eight places are eight lanes.
    unsafe {
        let (top, count, gamma) = (S::splat(f64::from(top)), S::splat(count), S::splat(gamma));
        let (one, infinity) = (S::splat(1.0), S::splat(f64::INFINITY));
        each!(scores, out, |x| {
            let gap = S::sub(top, x);
            S::above(S::div(one, S::add(count, S::mul(gamma, gap))), infinity, gap)
        });
    }
}

/// Writes exp((score - top) / temperature) of all scores. `out` is as long, or longer.
#[inline(always)]
pub unsafe fn weights<S: Simd>(scores: &[f32], top: f32, temperature: f64, out: &mut [f64]) {
    if top == f32::NEG_INFINITY {
        // Nothing else is left.
        return out[..scores.len()].fill(1.0);
    }
    // SAFETY: the machine is promised by the caller; eight places are eight lanes.
    unsafe {
        let (top, temperature) = (S::splat(f64::from(top)), S::splat(temperature));
        each!(scores, out, |x| exp::<S>(S::div(S::sub(x, top), temperature)));
    }
}

/// The sum of a multiple of eight numbers.
#[inline(always)]
pub unsafe fn sum<S: Simd>(numbers: &[f64]) -> f64 {
    // SAFETY: the machine is promised by the caller; eight places are eight lanes.
    unsafe {
        let mut sum = S::splat(0.0);
        for eight in numbers.as_chunks::<8>().0 {
            sum = S::add(sum, S::load(eight.as_ptr()));
        }
        halve::<S>(sum)
    }
}

/// The sums of the blocks of `weights`.
#[inline(always)]
pub unsafe fn sum_blocks<S: Simd>(weights: &[f64], sums: &mut [f64]) {
    for (block, out) in weights.as_chunks::<BLOCK>().0.iter().zip(sums) {
        // SAFETY: the machine is promised by the caller.
        *out = unsafe { sum::<S>(block) };
    }
}

/// The index at which the running sum of the weights exceeds `target`; None if none does.
pub fn draw(weights: &[f64], sums: &[f64], mut target: f64) -> Option<usize> {
    for (block, (sum, weights)) in sums.iter().zip(weights.as_chunks::<BLOCK>().0).enumerate() {
        if target >= *sum {
            target -= sum;
            continue;
        }
        let mut last = None;
        for (i, &weight) in weights.iter().enumerate() {
            if weight == 0.0 {
                continue;
            }
            last = Some(block * BLOCK + i);
            if target < weight {
                break;
            }
            target -= weight;
        }
        return last;
    }
    None
}
