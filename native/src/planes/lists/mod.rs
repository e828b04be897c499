//! In which order do many rows stand, so that most blocks need not be scanned?
//!
//! Rows are put into lists, one for each of [`Axes`], a row into that of the axis nearest to it (Sivic and Zisserman,
//! ICCV 2003). A list is a run of whole blocks in which the longest rows stand first, and among those of about the same
//! norm the ones nearest to the axis. Of each block it is known how far its rows reach along the axis and across it:
//! [`aim`] tells which blocks may reach a threshold.

mod aim;
mod axes;
mod build;
mod extent;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::BLOCK;
use crate::errors::Result;
use crate::kernels::prefetch;
use crate::memory::{Memory, bytes_of};
pub use aim::{Aim, Reach};
use axes::Axes;
use extent::{Extent, NUMBERS};

/// Fewer rows are scanned in less time than lists would save.
pub const LISTS_FROM: usize = 1 << 19;

/// Positions are u32, and each list may leave some vacant.
pub const LISTS_TO: usize = 1 << 31;

/// Rows that tell how rows spread across their axes.
const SPREAD: usize = 4 * axes::TILE;

/// The names of sections in a file. Another layout or meaning takes other names.
const AXES: &str = "native/lists-1/axes";
const STARTS: &str = "native/lists-1/starts";
const EXTENTS: &str = "native/lists-1/extents";
const ORDER: &str = "native/lists-1/order";

/// Stands at positions of no row.
const VACANT: u32 = u32::MAX;

/// The order of the rows of planes.
pub struct Lists {
    /// The axis of each list; behind them [`SPREAD`] rows across theirs, of mean square norm 1.
    axes: Axes,
    /// Of each list its first block, and the number of all blocks.
    starts: Vec<u32>,
    /// The numbers of [`Extent`] one behind the other, each of all blocks.
    extents: Vec<f32>,
    /// Of each list.
    lists: Vec<Extent>,
    /// The row at each position, as little-endian u32; [`VACANT`] behind the last of a list.
    order: Memory,
}

impl Lists {
    fn of(axes: Axes, starts: Vec<u32>, extents: Vec<f32>, order: Memory) -> Self {
        let mut lists = Lists { axes, starts, extents, lists: Vec::new(), order };
        let extent =
            |list| lists.blocks_of(list).map(|block| lists.extent(block)).fold(Extent::EMPTY, Extent::or);
        lists.lists = (0..lists.starts.len() - 1).map(extent).collect();
        lists
    }

    fn blocks_of(&self, list: usize) -> Range<usize> {
        self.starts[list] as usize..self.starts[list + 1] as usize
    }

    /// Everything, by a name that says of which layout it is.
    pub fn sections(&self) -> [(&'static str, &[u8]); 4] {
        [
            (AXES, bytes_of(self.axes.tiles())),
            (STARTS, bytes_of(&self.starts)),
            (EXTENTS, bytes_of(&self.extents)),
            (ORDER, &self.order),
        ]
    }

    /// The lists of just these rows from the sections of a file; none where one is missing or of another length.
    pub fn mapped(
        rows: usize,
        dimension: usize,
        find: &dyn Fn(&str, usize) -> Result<Option<Memory>>,
    ) -> Result<Option<Self>> {
        let count = build::count(rows);
        let floats = |map: Memory| map.floats().to_vec();
        let Some(starts) = find(STARTS, 4 * (count + 1))? else { return Ok(None) };
        let starts: Vec<u32> = floats(starts).into_iter().map(f32::to_bits).collect();
        if starts[0] != 0 || !starts.is_sorted() {
            return Ok(None);
        }
        let blocks = starts[count] as usize;
        let Some(axes) = find(AXES, 4 * (count + SPREAD) * dimension)? else { return Ok(None) };
        let Some(extents) = find(EXTENTS, 4 * NUMBERS * blocks)? else { return Ok(None) };
        let Some(order) = find(ORDER, 4 * BLOCK * blocks)? else { return Ok(None) };
        let axes = Axes::from_tiles(dimension, floats(axes));
        Ok(Some(Self::of(axes, starts, floats(extents), order)))
    }

    pub fn blocks(&self) -> usize {
        self.extents.len() / NUMBERS
    }

    fn extent(&self, block: usize) -> Extent {
        Extent::of_numbers(self.extents(block..block + 1).map(|numbers| numbers[0]))
    }

    /// The numbers of [`Extent`] of some blocks.
    fn extents(&self, blocks: Range<usize>) -> [&[f32]; NUMBERS] {
        std::array::from_fn(|i| &self.extents[i * self.blocks()..][blocks.clone()])
    }

    /// The row at a position, [`VACANT`] where there is none.
    #[inline]
    pub fn row(&self, position: usize) -> usize {
        let bytes = &self.order[4 * position..4 * position + 4];
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize
    }

    /// Asks memory for what [`Lists::row`] reads.
    #[inline]
    pub fn prefetch(&self, position: usize) {
        prefetch(&self.order[4 * position..4 * position + 4]);
    }

    /// Bytes held in memory of their own.
    pub fn owned_bytes(&self) -> usize {
        let [axes, starts, extents, _] = self.sections().map(|(_, bytes)| bytes.len());
        axes + starts + extents + size_of_val(&*self.lists) + self.order.owned_bytes()
    }
}
