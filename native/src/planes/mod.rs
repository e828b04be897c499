//! What is kept of each row so that few bytes tell whether it may be among the best?
//!
//! Rows are rotated once, which spreads their size evenly over the components, and stored three times beside the f32
//! rows, in blocks of [`BLOCK`] rows, each plane in a memory of its own because a scan reads just one:
//!
//! - `pairs`: 2-bit codes for an approximate scan by table lookups, with one bf16 scale a row;
//! - `high`: the upper halves of 8-bit codes for an exact scan, with one bf16 scale a row and three bounds a block;
//! - `low`: the lower halves, row by row, for the few rows that the upper halves do not rule out.
//!
//! That is 1.25 bytes per component and 5 per row. [`bound`] proves what the codes may be used for.
//!
//! Many rows stand in [`Lists`], in an order of their own, so that most blocks need not be scanned.

mod bound;
mod encode;
mod lists;
mod query;
mod rotation;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::errors::Result;
use crate::kernels::{self, prefetch};
use crate::memory::Memory;
use crate::pool::Pool;

pub use bound::{Bounds, HighSlack, QueryBounds};
pub use encode::PAIR_LEVELS;
pub use lists::{Aim, LISTS_FROM, LISTS_TO, Lists, Reach};
pub use query::{Codes, Lookup};
pub use rotation::Rotation;

/// Rows of a block: one 64-byte register holds one byte of each.
pub const BLOCK: usize = 64;

/// Fewer numbers are scanned as they are in less time than planes would save.
const LEAST: usize = 1 << 21;

/// Longer rows have no planes: sums of table entries would need more than 16 bits.
const LONGEST: usize = 2048;

/// Kernels read up to so many bytes beyond a row of `low`.
const GUARD: usize = 64;

/// The names of the sections `pairs`, `high` and `low` in a file. Another layout, quantiser or rotation takes other
/// names, and so does another order of rows, lest planes whose lists are missing be read without.
const AS_THEY_COME: [&str; 3] = ["native/planes-1/pairs", "native/planes-1/high", "native/planes-1/low"];
const IN_LISTS: [&str; 3] = ["native/lists-1/pairs", "native/lists-1/high", "native/lists-1/low"];

/// The codes of one chunk of rows.
pub struct Planes {
    pub rows: usize,
    pub shape: Shape,
    pub rotation: Arc<Rotation>,
    pairs: Memory,
    high: Memory,
    low: Memory,
    lists: Option<Lists>,
}

/// How the planes of rows of one dimension are laid out; all in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Components, with zeros up to a multiple of 16.
    pub padded: usize,
}

impl Shape {
    pub fn new(dimension: usize) -> Self {
        Shape { padded: dimension.next_multiple_of(16) }
    }

    /// A block of `pairs`: for each four components one byte of every row, then the scales. The byte of row r stands at
    /// 2r, that of row 32 + r at 2r + 1, so that sums of 16 bits come out in the order of rows. Of the byte, bits 0-1
    /// are the code of component 4i, the next of 4i + 1 and so on.
    pub fn pairs(self) -> usize {
        BLOCK * self.padded / 4 + 2 * BLOCK
    }

    /// A block of `high`: for each g < padded / 8 and each group of 16 rows, four bytes of every row of the group: the
    /// lower nibble of byte t belongs to component 4g + t, the upper to padded / 2 + 4g + t. Then the scales, then
    /// three f32 bounds (see [`Bounds`]) and padding.
    pub fn high(self) -> usize {
        BLOCK * self.padded / 2 + 2 * BLOCK + 64
    }

    /// A row of `low`: the lower nibble of byte j belongs to component j, the upper to padded / 2 + j.
    pub fn low(self) -> usize {
        self.padded / 2
    }
}

impl Planes {
    /// Are planes of use for so many rows?
    pub fn fit(rows: usize, dimension: usize) -> bool {
        let worth = rows * dimension >= LEAST && kernels::best().favours_codes;
        worth && (16..=LONGEST).contains(&dimension)
    }

    /// Rotates and encodes row-major finite rows, in lists or as they come. Cost: rows x dimension^2 multiplications, on
    /// all threads of the pool, and that of [`Lists::build`].
    pub fn build(data: &[f32], dimension: usize, in_lists: bool, pool: &Pool) -> Result<Self> {
        let (rows, shape) = (data.len() / dimension, Shape::new(dimension));
        let lists = (in_lists && rows > 0).then(|| Lists::build(data, dimension, pool)).transpose()?;
        let blocks = lists.as_ref().map_or(rows.div_ceil(BLOCK), Lists::blocks);
        let planes = Planes {
            rows,
            shape,
            rotation: Rotation::of(dimension),
            pairs: Memory::zeroed(blocks * shape.pairs())?,
            high: Memory::zeroed(blocks * shape.high())?,
            low: Memory::zeroed(blocks * BLOCK * shape.low() + GUARD)?,
            lists,
        };
        let run = 16;
        pool.parallel(blocks.div_ceil(run), &|part| {
            let (mut source, mut rotated) = (Vec::new(), vec![0.0; BLOCK * shape.padded]);
            for block in part * run..((part + 1) * run).min(blocks) {
                let start = block * BLOCK;
                source.clear();
                for row in (start..start + BLOCK).map_while(|position| planes.row(position)) {
                    source.extend(&data[row * dimension..][..dimension]);
                }
                planes.rotation.apply(&source, &mut rotated, shape.padded);
                // SAFETY: every block is written by one part, and nobody reads before all are done.
                let (pairs, high, low) = unsafe {
                    (
                        planes.pairs.slice_mut(block * shape.pairs(), shape.pairs()),
                        planes.high.slice_mut(block * shape.high(), shape.high()),
                        planes.low.slice_mut(start * shape.low(), BLOCK * shape.low()),
                    )
                };
                encode::block(&rotated, dimension, shape, pairs, high, low);
            }
        });
        Ok(planes)
    }

    /// Everything, by a name that says of which layout it is.
    pub fn sections(&self) -> Vec<(&'static str, &[u8])> {
        let planes: [&[u8]; 3] = [&self.pairs, &self.high, &self.low];
        let lists = self.lists.iter().flat_map(Lists::sections);
        names(self.lists.is_some()).into_iter().zip(planes).chain(lists).collect()
    }

    /// The planes of just these rows from the sections of a file; none where one is missing or of another length.
    /// `find` maps the section of a name and a length.
    pub fn mapped(
        rows: usize,
        dimension: usize,
        find: &dyn Fn(&str, usize) -> Result<Option<Memory>>,
    ) -> Result<Option<Self>> {
        let (shape, lists) = (Shape::new(dimension), Lists::mapped(rows, dimension, find)?);
        let blocks = lists.as_ref().map_or(rows.div_ceil(BLOCK), Lists::blocks);
        let [pairs, high, low] = names(lists.is_some());
        let Some(pairs) = find(pairs, blocks * shape.pairs())? else { return Ok(None) };
        let Some(high) = find(high, blocks * shape.high())? else { return Ok(None) };
        let Some(low) = find(low, blocks * BLOCK * shape.low() + GUARD)? else { return Ok(None) };
        Ok(Some(Planes { rows, shape, rotation: Rotation::of(dimension), pairs, high, low, lists }))
    }

    pub fn blocks(&self) -> usize {
        self.pairs.len() / self.shape.pairs()
    }

    pub fn lists(&self) -> Option<&Lists> {
        self.lists.as_ref()
    }

    /// The row at a position, counted in the chunk.
    #[inline]
    pub fn row(&self, position: usize) -> Option<usize> {
        let row = self.lists.as_ref().map_or(position, |lists| lists.row(position));
        // Behind the last row of a list stands none.
        (row < self.rows).then_some(row)
    }

    /// The 2-bit codes.
    pub fn pairs(&self) -> &[u8] {
        &self.pairs
    }

    /// The upper halves.
    pub fn high(&self) -> &[u8] {
        &self.high
    }

    /// The upper halves of one block.
    pub fn high_of(&self, block: usize) -> &[u8] {
        &self.high[block * self.shape.high()..][..self.shape.high()]
    }

    /// The lower half of one row and at least 64 bytes after it.
    pub fn low_from(&self, row: usize) -> &[u8] {
        &self.low[row * self.shape.low()..]
    }

    /// Asks memory for what refining the row at a position reads.
    #[inline]
    pub fn prefetch(&self, position: usize) {
        prefetch(&self.low_from(position)[..self.shape.low()]);
        if let Some(lists) = &self.lists {
            lists.prefetch(position);
        }
    }

    pub fn bytes(&self) -> usize {
        self.sections().iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Bytes held in memory of their own.
    pub fn owned_bytes(&self) -> usize {
        let planes = [&self.pairs, &self.high, &self.low].map(|plane| plane.owned_bytes());
        planes.iter().sum::<usize>() + self.lists.as_ref().map_or(0, Lists::owned_bytes)
    }
}

fn names(in_lists: bool) -> [&'static str; 3] {
    if in_lists { IN_LISTS } else { AS_THEY_COME }
}

/// An f32 of eight significant bits from its upper half.
#[inline(always)]
pub fn bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}
