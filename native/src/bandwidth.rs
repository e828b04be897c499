//! How fast can memory be read? The floor of every search that reads the rows as they are.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use napi_derive::napi;

#[cfg(target_arch = "x86_64")]
use crate::kernels::codes::AHEAD;
use crate::memory::Memory;

/// Passes over the bytes; the best counts.
const PASSES: usize = 9;

/// Words of four lines of the cache: enough sums under way for loads never to wait for additions.
const BLOCK: usize = 64;

/// Reads `bytes` (rounded to 256, at least that) several times with `threads` threads that share them, and returns
/// the best pass in GB/s, 1e9 bytes a second. Blocks the caller for some ten passes. Far more bytes than the caches
/// hold are needed for the speed of memory.
#[napi(catch_unwind)]
pub fn read_bandwidth(bytes: f64, threads: u32) -> napi::Result<f64> {
    let words = (bytes as usize / 256).max(1) * BLOCK;
    let memory = Memory::zeroed(4 * words)?;
    // SAFETY: nobody else has the memory. Written, or the system maps every page to the same zeros.
    unsafe { memory.slice_mut(0, 4 * words) }.fill(1);
    let memory = &memory.floats()[..words];
    let part = words.div_ceil(threads.max(1) as usize).next_multiple_of(BLOCK);
    let pass = || {
        thread::scope(|scope| {
            let (mine, others) = memory.split_at(part.min(words));
            let started = Instant::now();
            let running: Vec<_> = others.chunks(part).map(|part| scope.spawn(|| sum(part))).collect();
            let mut total = sum(mine);
            for thread in running {
                total = total.wrapping_add(thread.join().unwrap_or(0));
            }
            black_box(total);
            started.elapsed().as_secs_f64()
        })
    };
    let best = (0..PASSES).map(|_| pass()).fold(f64::INFINITY, f64::min);
    Ok((words * 4) as f64 / best / 1e9)
}

/// The wrapping sum of the bits, by the widest loads of this machine.
fn sum(words: &[f32]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512F.
            return unsafe { sum_avx512(words) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { sum_avx2(words) };
        }
    }
    sum_scalar(words)
}

#[inline(always)]
fn sum_scalar(words: &[f32]) -> u32 {
    let mut sums = [0u32; BLOCK];
    for block in words.chunks_exact(BLOCK) {
        #[cfg(target_arch = "x86_64")]
        for line in 0..4 {
            let at = block.as_ptr().wrapping_byte_add(AHEAD + 64 * line);
            // SAFETY: a hint, which reads nothing.
            unsafe { std::arch::x86_64::_mm_prefetch::<3>(at.cast()) };
        }
        for (sum, &word) in sums.iter_mut().zip(block) {
            *sum = sum.wrapping_add(word.to_bits());
        }
    }
    let rest = words.chunks_exact(BLOCK).remainder();
    rest.iter().fold(sums.iter().fold(0, |a, &b| a.wrapping_add(b)), |a, b| a.wrapping_add(b.to_bits()))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn sum_avx512(words: &[f32]) -> u32 {
    sum_scalar(words)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(words: &[f32]) -> u32 {
    sum_scalar(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loop_adds_every_word() {
        let words: Vec<f32> = (0..1000).map(|i| f32::from_bits(u32::MAX - i * i * i)).collect();
        let expected = words.iter().fold(0u32, |total, word| total.wrapping_add(word.to_bits()));
        assert_eq!(sum(&words), expected);
        assert_eq!(sum_scalar(&words), expected);
    }

    #[test]
    fn the_speed_is_that_of_a_machine_whatever_the_size_and_the_threads() {
        for (bytes, threads) in [(0.0, 0), (1000.0, 3), (1e6, 2)] {
            let speed = read_bandwidth(bytes, threads).unwrap();
            assert!(speed > 0.0 && speed.is_finite(), "{speed}");
        }
    }
}
