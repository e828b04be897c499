//! Where do rows lie, and what is known of them?
//!
//! **Invariant:** the rows of a chunk never change once made, so that searches read them without a lock; planes are
//! added at most once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::bound::norm_from_squares;
use crate::errors::{Error, Result};
use crate::kernels;
use crate::memory::Memory;
use crate::planes::{LISTS_FROM, LISTS_TO, Planes};
use crate::pool::Pool;

/// A block is this many bytes of rows: it stays in the second-level cache while several queries pass over it, and is
/// what one poll of the abort flag costs.
const BLOCK_BYTES: usize = 256 << 10;

/// Immutable rows in memory or in a mapped file, with the largest norm of each block.
pub struct Chunk {
    data: Memory,
    pub dimension: usize,
    pub rows: usize,
    pub block_rows: usize,
    /// An upper bound of the norm of the rows of each block.
    norms: Vec<f64>,
    planes: OnceLock<Planes>,
}

/// One block of a chunk.
pub struct Block<'a> {
    pub data: &'a [f32],
    /// Of the first row, within the chunk.
    pub start: usize,
    pub norm: f64,
}

impl Chunk {
    /// Takes rows over. Cost: one pass. `first` is the number of the first row, for messages.
    pub fn own(data: Memory, dimension: usize, first: usize, pool: Option<&Pool>) -> Result<Self> {
        Self::measure(data, dimension, first, pool)
    }

    /// Maps a region of a file, little-endian. The file must not change while it is mapped.
    pub fn map(path: &str, offset: u64, rows: usize, dimension: usize, pool: &Pool) -> Result<Self> {
        if cfg!(target_endian = "big") {
            let message = "Expected a little-endian machine for a mapped matrix";
            return Err(Error::InvalidArgument(message.into()));
        }
        if !offset.is_multiple_of(4) {
            let message = format!("Expected a multiple of 4 for byteOffset but received {offset}");
            return Err(Error::InvalidArgument(message));
        }
        let what = format!("{rows} rows of {dimension} f32");
        let data = Memory::map(path, offset, rows * dimension * 4, &what)?;
        Self::measure(data, dimension, 0, Some(pool))
    }

    fn measure(data: Memory, dimension: usize, first: usize, pool: Option<&Pool>) -> Result<Self> {
        let rows = data.floats().len() / dimension;
        let block_rows = (BLOCK_BYTES / 4 / dimension / 32 * 32).max(32);
        let norms = vec![0.0; rows.div_ceil(block_rows)];
        let mut chunk = Chunk { data, dimension, rows, block_rows, norms, planes: OnceLock::new() };
        let refused = AtomicUsize::new(usize::MAX);
        let squares: Vec<_> = chunk.norms.iter().map(|_| AtomicU64::new(0)).collect();
        let measure = |i: usize| {
            let block = chunk.block(i);
            let mut largest = 0.0f64;
            for (j, row) in block.data.chunks_exact(dimension).enumerate() {
                let square = kernels::best().rescore(row, row);
                if !square.is_finite() {
                    refused.fetch_min(block.start + j, Ordering::Relaxed);
                    return;
                }
                largest = largest.max(square);
            }
            squares[i].store(largest.to_bits(), Ordering::Relaxed);
        };
        match pool {
            Some(pool) => pool.parallel(squares.len(), &measure),
            None => (0..squares.len()).for_each(measure),
        }
        let refused = refused.into_inner();
        if refused < rows {
            let row = chunk.row(refused);
            let at = row.iter().position(|x| !x.is_finite()).unwrap_or(0);
            return Err(Error::NonFinite(format!(
                "Expected finite numbers for rows but received {} in row {}, component {at}",
                row[at],
                first + refused
            )));
        }
        for (norm, square) in chunk.norms.iter_mut().zip(squares) {
            *norm = norm_from_squares(f64::from_bits(square.into_inner()));
        }
        Ok(chunk)
    }

    pub fn data(&self) -> &[f32] {
        self.data.floats()
    }

    pub fn row(&self, i: usize) -> &[f32] {
        &self.data()[i * self.dimension..][..self.dimension]
    }

    pub fn blocks(&self) -> usize {
        self.norms.len()
    }

    pub fn block(&self, i: usize) -> Block<'_> {
        let start = i * self.block_rows;
        let end = (start + self.block_rows).min(self.rows);
        Block { data: &self.data()[start * self.dimension..end * self.dimension], start, norm: self.norms[i] }
    }

    /// Adds planes where they are of use. @see [`Chunk::quantise`]
    pub fn add_planes(&self, pool: &Pool) -> Result<()> {
        if Planes::fit(self.rows, self.dimension) {
            self.quantise((LISTS_FROM..=LISTS_TO).contains(&self.rows), pool)
        } else {
            Ok(())
        }
    }

    /// Adds planes, in lists or as the rows come, if they are not there yet. Cost: that of [`Planes::build`].
    /// @throws `OutOfMemory`
    pub fn quantise(&self, in_lists: bool, pool: &Pool) -> Result<()> {
        if self.planes.get().is_none() {
            let planes = Planes::build(self.data(), self.dimension, in_lists, pool)?;
            // Whoever was first has made the same.
            let _ = self.planes.set(planes);
        }
        Ok(())
    }

    /// Takes planes from a file, which were made of just these rows, if they are all there.
    pub fn map_planes(&self, find: &dyn Fn(&str, usize) -> Result<Option<Memory>>) -> Result<()> {
        if Planes::fit(self.rows, self.dimension)
            && let Some(planes) = Planes::mapped(self.rows, self.dimension, find)?
        {
            let _ = self.planes.set(planes);
        }
        Ok(())
    }

    pub fn planes(&self) -> Option<&Planes> {
        self.planes.get()
    }

    /// Are the rows in memory of the chunk's own?
    pub fn is_owned(&self) -> bool {
        self.data.is_owned()
    }

    /// Bytes held outside the JavaScript heap; a mapped file belongs to the page cache and counts nothing.
    pub fn owned_bytes(&self) -> usize {
        self.data.owned_bytes() + self.planes().map_or(0, Planes::owned_bytes)
    }

    /// Bytes of planes, wherever they lie.
    pub fn index_bytes(&self) -> usize {
        self.planes().map_or(0, Planes::bytes)
    }
}
