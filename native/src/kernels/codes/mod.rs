//! Which rows do their codes not rule out?
//!
//! Three operations over the planes of [`crate::planes`], each in every instruction set: `scan_u4` tests the upper
//! nibbles of all rows of a run against one query or a tile of them, `dot_u4` takes the inner product with the lower
//! nibbles of one row, `scan_u2` estimates all rows of a run from their 2-bit codes.
//!
//! **Numeric contract.** Sums of codes are integers and the same in every instruction set. What is computed from them
//! in f32 follows the order written at [`passes_u4`] and [`estimate_u2`], where a fused multiply-add is allowed.

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;
pub mod scalar;
#[cfg(test)]
mod tests;

use crate::planes::{BLOCK, Bounds, Codes, HighSlack, Lookup, QueryBounds, Shape, bf16};

/// Queries of a tile: their sums fill half of the registers.
pub const TILE: usize = 8;

/// Bytes that are asked of memory ahead of those being scanned: what the processor reads ahead by itself stops at the
/// end of a page.
pub const AHEAD: usize = 12 << 10;

/// Some blocks of one plane.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The plane.
    pub bytes: &'a [u8],
    pub shape: Shape,
    /// What hits call the first row of the plane.
    pub first: u32,
    /// The blocks to scan, and behind them those to be scanned next.
    pub blocks: &'a [u32],
    /// Of each block to scan, the rows that may be found: bit r is row r.
    pub eligible: &'a [u64],
}

impl Run<'_> {
    /// The blocks to scan, of so many bytes each: their number, the rows that may be found, and where the block begins
    /// that is asked of memory meanwhile.
    #[inline(always)]
    fn each(&self, size: usize) -> impl Iterator<Item = (usize, u64, *const u8)> {
        let (ahead, last) = (AHEAD.div_ceil(size), self.blocks.len().saturating_sub(1));
        let start = self.bytes.as_ptr();
        self.eligible.iter().enumerate().map(move |(i, &eligible)| {
            let next = self.blocks[(i + ahead).min(last)];
            (self.blocks[i] as usize, eligible, start.wrapping_add(next as usize * size))
        })
    }
}

/// A query of `scan_u4`.
#[derive(Clone, Copy)]
pub struct NibbleQuery<'a> {
    pub codes: &'a Codes,
    /// Those of the query, or zeros for an estimate instead of a bound.
    pub bounds: QueryBounds,
    /// What must be reached.
    pub limit: f32,
}

impl NibbleQuery<'_> {
    /// b of [`passes_u4`] as a function of the bounds of a block.
    #[inline(always)]
    fn slack(&self) -> HighSlack {
        self.bounds.high(self.codes.bounds.unit * self.codes.rest)
    }

    /// b for the rows of one block.
    #[inline(always)]
    fn offset(&self, bounds: &[u8]) -> f32 {
        self.slack().of(&Bounds::read(bounds))
    }

    #[inline(always)]
    fn unit(&self) -> f32 {
        self.codes.bounds.unit as f32
    }
}

/// Rows that a scan did not rule out, with their sums of codes (`scan_u4`) or the bits of their estimates (`scan_u2`).
#[derive(Default)]
pub struct Hits {
    pub rows: Vec<u32>,
    pub values: Vec<i32>,
}

impl Hits {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.values.clear();
    }

    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
        self.values.reserve(rows);
    }

    /// Keeps some of the rows.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        let mut count = 0;
        for i in 0..self.rows.len() {
            (self.rows[count], self.values[count]) = (self.rows[i], self.values[i]);
            count += usize::from(keep(self.rows[i]));
        }
        self.rows.truncate(count);
        self.values.truncate(count);
    }

    /// Those whose values are the bits of an f32 of at least a limit, or of NaN.
    pub fn reaching(self, limit: f32) -> Self {
        let hits = self.rows.into_iter().zip(self.values).filter(|&(_, bits)| {
            let value = f32::from_bits(bits as u32);
            value >= limit || value.is_nan()
        });
        let (rows, values) = hits.unzip();
        Hits { rows, values }
    }

    #[inline(always)]
    pub fn push(&mut self, row: u32, value: i32) {
        self.rows.push(row);
        self.values.push(value);
    }
}

/// Does a row pass? `s (a D + b) >= limit`, or NaN.
#[inline(always)]
fn passes_u4(scale: f32, unit: f32, dot: i32, offset: f32, limit: f32) -> bool {
    let value = scale * (unit * dot as f32 + offset);
    value >= limit || value.is_nan()
}

/// The estimate of a row: `s (step D + least)`.
#[inline(always)]
fn estimate_u2(scale: f32, query: &Lookup, dot: u32) -> f32 {
    scale * (query.step * dot as f32 + query.least)
}

/// Sixteen times the scale of row r: the unit of upper nibbles.
#[inline(always)]
pub fn high_scale(block: &[u8], shape: Shape, r: usize) -> f32 {
    16.0 * bf16(scale_bits(&block[BLOCK * shape.padded / 2..], r))
}

/// The bounds of a block of upper nibbles.
#[inline(always)]
pub fn high_bounds(block: &[u8], shape: Shape) -> Bounds {
    Bounds::read(&block[BLOCK * shape.padded / 2 + 2 * BLOCK..])
}

#[inline(always)]
fn scale_bits(scales: &[u8], r: usize) -> u16 {
    u16::from_le_bytes([scales[2 * r], scales[2 * r + 1]])
}
