//! What does a row cost each kernel, without the search around it?

use std::hint::black_box;
use std::time::Instant;

use napi_derive::napi;

use crate::errors::Result;
use crate::kernels::{self, Hits, Kernels, NibbleQuery, Rows, Run, TILE};
use crate::memory::Memory;
use crate::planes::{Codes, Lookup, Planes};
use crate::pool;

/// Passes over the rows; the best counts.
const PASSES: usize = 5;

/// Blocks of 64 rows in one call, as in a search.
const RUN: usize = 32;

/// The speed of one kernel in one instruction set, on one thread.
#[napi(object)]
pub struct KernelSpeed {
    pub kernel: String,
    pub isa: String,
    /// Nanoseconds per row and query.
    pub ns_per_row: f64,
    /// Bytes of memory read per row and query.
    pub bytes_per_row: f64,
}

/// Times every kernel of every instruction set of this machine over `rows` random rows. Blocks the caller. Thresholds
/// are such that no row passes a scan.
#[napi(catch_unwind)]
pub fn kernel_speeds(rows: u32, dimension: u32) -> napi::Result<Vec<KernelSpeed>> {
    Ok(measure(rows as usize, dimension as usize)?)
}

fn measure(rows: usize, dimension: usize) -> Result<Vec<KernelSpeed>> {
    let memory = Memory::zeroed(4 * rows * dimension)?;
    let mut state = 1u32;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    // SAFETY: nobody else has the memory.
    for x in unsafe { memory.slice_mut(0, 4 * rows * dimension) }.chunks_exact_mut(4) {
        x.copy_from_slice(&next().to_ne_bytes());
    }
    let data = memory.floats();
    let planes = Planes::build(data, dimension, false, &pool::shared())?;
    let query: Vec<f32> = (0..dimension).map(|_| next()).collect();
    let shape = planes.shape;
    let mut rotated = vec![0.0; shape.padded];
    planes.rotation.apply(&query, &mut rotated, shape.padded);
    let norm = query.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    let codes = Codes::new(&rotated, norm, &planes.rotation).expect("a query of ordinary length");
    let lookup = Lookup::new(&rotated, shape);
    let nibbles = NibbleQuery { codes: &codes, bounds: codes.bounds, limit: f32::INFINITY };
    let eligible = [u64::MAX; RUN];
    let blocks: Vec<u32> = (0..planes.blocks() as u32).collect();
    let runs = || (0..planes.blocks()).step_by(RUN).map(|start| (start, RUN.min(planes.blocks() - start)));
    let (n, d) = (rows as f64, dimension as f64);
    let mut speeds = Vec::new();
    for kernels in kernels::available() {
        let mut tell = |kernel: &str, bytes: f64, queries: usize, pass: &mut dyn FnMut(&Kernels)| {
            let seconds = (0..PASSES).map(|_| {
                let started = Instant::now();
                pass(kernels);
                started.elapsed().as_secs_f64()
            });
            let best = seconds.fold(f64::INFINITY, f64::min);
            let count = queries as f64;
            speeds.push(KernelSpeed {
                kernel: kernel.into(),
                isa: kernels.isa.into(),
                ns_per_row: best * 1e9 / n / count,
                bytes_per_row: bytes / count,
            });
        };
        let mut passed = Vec::new();
        tell("scan_f32", 4.0 * d, 1, &mut |kernels| {
            for (i, data) in data.chunks(dimension << 11).enumerate() {
                let rows = Rows { data, dimension, first: i << 11, mask: None };
                kernels.scan(rows, &query, f32::INFINITY, &mut passed);
            }
        });
        tell("rescore_f64", 4.0 * d, 1, &mut |kernels| {
            black_box(data.chunks_exact(dimension).map(|row| kernels.rescore(&query, row)).sum::<f64>());
        });
        for (name, queries) in [("scan_u4", vec![nibbles]), ("scan_u4_tile", vec![nibbles; TILE])] {
            let mut hits: Vec<Hits> = queries.iter().map(|_| Hits::default()).collect();
            tell(name, shape.high() as f64 / 64.0, queries.len(), &mut |kernels| {
                for (start, count) in runs() {
                    let (bytes, blocks) = (planes.high(), &blocks[start..]);
                    let run = Run { bytes, shape, first: 0, blocks, eligible: &eligible[..count] };
                    kernels.scan_u4(&run, &queries, &mut hits);
                }
            });
        }
        tell("dot_u4", shape.low() as f64, 1, &mut |kernels| {
            black_box((0..rows).map(|row| kernels.dot_u4(planes.low_from(row), &codes)).sum::<i32>());
        });
        let mut hits = Hits::default();
        tell("scan_u2", shape.pairs() as f64 / 64.0, 1, &mut |kernels| {
            for (start, count) in runs() {
                let (bytes, blocks) = (planes.pairs(), &blocks[start..]);
                let run = Run { bytes, shape, first: 0, blocks, eligible: &eligible[..count] };
                kernels.scan_u2(&run, &lookup, f32::INFINITY, &mut hits);
            }
        });
    }
    Ok(speeds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_of_every_instruction_set_is_timed() {
        let speeds = measure(640, 32).unwrap();
        assert_eq!(speeds.len(), 6 * kernels::available().len());
        assert!(speeds.iter().all(|speed| speed.ns_per_row > 0.0 && speed.bytes_per_row > 0.0));
    }
}
