//! Which rows does a search see, while others are appended?
//!
//! A matrix is a list of immutable chunks; a search holds the list as it was at its start. Appending makes a chunk and
//! a new list. Small chunks are merged as a binary counter carries, so that n rows appended one by one lie in O(log n)
//! chunks and each was copied O(log n) times.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chunk::Chunk;
use crate::errors::{Error, Result};
use crate::kernels;
use crate::memory::Memory;
use crate::planes::Planes;

/// Chunks from this size on are not merged any more: copying them would be felt.
const MERGE_BYTES: usize = 64 << 20;

/// The rows as they were at one moment.
#[derive(Clone)]
pub struct View {
    pub dimension: usize,
    pub rows: usize,
    /// With the number of the first row of each.
    pub chunks: Arc<[(usize, Arc<Chunk>)]>,
}

impl View {
    fn of(dimension: usize, chunks: Vec<Arc<Chunk>>) -> Self {
        let mut rows = 0;
        let chunks = chunks.into_iter().map(|chunk| {
            let first = rows;
            rows += chunk.rows;
            (first, chunk)
        });
        let chunks = chunks.collect();
        View { dimension, rows, chunks }
    }

    pub fn index_bytes(&self) -> usize {
        self.chunks.iter().map(|(_, chunk)| chunk.index_bytes()).sum()
    }

    pub fn owned_bytes(&self) -> usize {
        self.chunks.iter().map(|(_, chunk)| chunk.owned_bytes()).sum()
    }

    #[inline]
    pub fn row(&self, row: usize) -> &[f32] {
        let i = self.chunks.partition_point(|&(first, _)| first <= row) - 1;
        let (first, chunk) = &self.chunks[i];
        chunk.row(row - first)
    }

    /// Copies whole rows, from `first` on, until `target` is full.
    pub fn read(&self, first: usize, target: &mut [f32]) -> Result<()> {
        check_shape(target.len(), self.dimension)?;
        let count = target.len() / self.dimension;
        if first.checked_add(count).is_none_or(|end| end > self.rows) {
            let message = format!("Expected rows below {} but received {first} and {count} more", self.rows);
            return Err(Error::InvalidArgument(message));
        }
        for (i, row) in target.chunks_exact_mut(self.dimension).enumerate() {
            row.copy_from_slice(self.row(first + i));
        }
        Ok(())
    }

    /// Exact scores of `rows` in the order given. @see [`kernels::Kernels::rescore`]
    pub fn score(&self, query: &[f32], rows: &[u32], scores: &mut [f32]) -> Result<()> {
        if query.len() != self.dimension || scores.len() != rows.len() {
            return Err(Error::DimensionMismatch(format!(
                "Expected {} components and {} scores but received {} and {}",
                self.dimension,
                rows.len(),
                query.len(),
                scores.len()
            )));
        }
        for (score, &row) in scores.iter_mut().zip(rows) {
            if row as usize >= self.rows {
                let message = format!("Expected a row below {} but received {row}", self.rows);
                return Err(Error::InvalidArgument(message));
            }
            *score = round(kernels::best().rescore(query, self.row(row as usize)));
        }
        Ok(())
    }
}

/// The f32 score of an f64 inner product; never -0.
#[inline(always)]
pub fn round(score: f64) -> f32 {
    score as f32 + 0.0
}

/// Rows that may be searched and appended to from several threads.
pub struct Matrix {
    view: Mutex<Option<View>>,
    /// The bytes that [`Matrix::grown_bytes`] has told of.
    told: AtomicI64,
}

impl Matrix {
    pub fn new(chunk: Chunk) -> Self {
        let view = View::of(chunk.dimension, vec![Arc::new(chunk)]);
        Matrix { view: Mutex::new(Some(view)), told: AtomicI64::new(0) }
    }

    /// The rows as they are now. @throws `Closed`
    pub fn view(&self) -> Result<View> {
        self.lock().clone().ok_or_else(closed)
    }

    /// Adds rows after the last; returns the chunk they are in if planes would be of use for it.
    pub fn append(&self, data: &[f32]) -> Result<Option<Arc<Chunk>>> {
        let mut slot = self.lock();
        let view = slot.as_ref().ok_or_else(closed)?;
        let dimension = view.dimension;
        check_shape(data.len(), dimension)?;
        let (mut keep, mut floats) = (view.chunks.len(), data.len());
        while keep > 0 {
            let chunk = &view.chunks[keep - 1].1;
            let last = chunk.data().len();
            if !chunk.is_owned() || last > floats || (last + floats) * 4 > MERGE_BYTES {
                break;
            }
            floats += last;
            keep -= 1;
        }
        let mut parts: Vec<&[f32]> = view.chunks[keep..].iter().map(|(_, chunk)| chunk.data()).collect();
        parts.push(data);
        let merged = Memory::of(&parts)?;
        let first = view.chunks.get(keep).map_or(view.rows, |&(first, _)| first);
        let chunk = Chunk::own(merged, dimension, first, None)?;
        let mut chunks: Vec<_> = view.chunks[..keep].iter().map(|(_, c)| Arc::clone(c)).collect();
        let chunk = Arc::new(chunk);
        chunks.push(Arc::clone(&chunk));
        *slot = Some(View::of(dimension, chunks));
        Ok(Planes::fit(chunk.rows, dimension).then_some(chunk))
    }

    /// Lets go of the rows; they are freed when the searches that run have ended.
    pub fn close(&self) {
        self.lock().take();
    }

    /// The change of the bytes held since this was last asked.
    pub fn grown_bytes(&self) -> i64 {
        let bytes = self.lock().as_ref().map_or(0, View::owned_bytes) as i64;
        bytes - self.told.swap(bytes, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<View>> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses what is not whole rows. @throws `DimensionMismatch`
pub fn check_shape(floats: usize, dimension: usize) -> Result<()> {
    if dimension == 0 || !floats.is_multiple_of(dimension) {
        return Err(Error::DimensionMismatch(format!(
            "Expected whole rows of {dimension} but received {floats} numbers"
        )));
    }
    Ok(())
}

fn closed() -> Error {
    Error::Closed("Expected an open matrix but it was closed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_appended_one_by_one_lie_in_few_chunks_and_keep_their_order() {
        let matrix = Matrix::new(Chunk::own(Memory::of(&[]).unwrap(), 2, 0, None).unwrap());
        for i in 0..1000 {
            matrix.append(&[i as f32, 1.0]).unwrap();
        }
        let view = matrix.view().unwrap();
        assert!(view.chunks.len() <= 11);
        assert!((0..1000).all(|i| view.row(i) == [i as f32, 1.0]));
        assert_eq!(view.owned_bytes(), 8000);
    }

    #[test]
    fn rows_are_read_across_chunks_and_not_beyond_the_last() {
        let matrix = Matrix::new(Chunk::own(Memory::of(&[&[0.0, 1.0, 2.0]]).unwrap(), 1, 0, None).unwrap());
        matrix.append(&[3.0]).unwrap();
        let view = matrix.view().unwrap();
        let mut target = [9.0; 3];
        view.read(1, &mut target).unwrap();
        assert_eq!(target, [1.0, 2.0, 3.0]);
        view.read(4, &mut []).unwrap();
        for first in [2, usize::MAX] {
            let error = view.read(first, &mut target).unwrap_err();
            assert_eq!(error.code(), "ERR_SLUICE_INVALID_ARGUMENT");
        }
    }

    #[test]
    fn a_view_does_not_see_what_is_appended_after_it() {
        let matrix = Matrix::new(Chunk::own(Memory::of(&[&[1.0, 2.0]]).unwrap(), 1, 0, None).unwrap());
        let view = matrix.view().unwrap();
        matrix.append(&[3.0]).unwrap();
        assert_eq!((view.rows, matrix.view().unwrap().rows), (2, 3));
    }

    #[test]
    fn a_row_that_is_not_finite_is_refused_by_its_number_and_nothing_is_appended() {
        let matrix = Matrix::new(Chunk::own(Memory::of(&[&[1.0; 6]]).unwrap(), 2, 0, None).unwrap());
        let error = matrix.append(&[0.0, 1.0, f32::NAN, 1.0]).err().unwrap();
        assert_eq!(error.code(), "ERR_SLUICE_NON_FINITE");
        assert!(error.to_string().contains("row 4, component 0"), "{error}");
        assert_eq!(matrix.view().unwrap().rows, 3);
    }

    #[test]
    fn after_close_there_is_no_view() {
        let matrix = Matrix::new(Chunk::own(Memory::of(&[&[1.0]]).unwrap(), 1, 0, None).unwrap());
        assert_eq!(matrix.grown_bytes(), 4);
        matrix.close();
        matrix.close();
        assert_eq!(matrix.grown_bytes(), -4);
        assert_eq!(matrix.view().err().unwrap().code(), "ERR_SLUICE_CLOSED");
    }
}
