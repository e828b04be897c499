//! How is implicit feedback factorised? iALS (Rendle, Krichene, Zhang, Koren 2021) with exact solves in f64.
//!
//! Every half-iteration turns both sides into the eigenbasis of the fixed side's Gram matrix, which leaves all inner
//! products as they are. There the part of the system that all rows share is diagonal, so that a row of n entries in d
//! dimensions with n < d is an n x n system (Woodbury) instead of a d x d one. The turns are undone at the end.
//!
//! Blocks of rows are fixed by their number, so that the result does not depend on the number of threads.

mod cholesky;
mod eigen;
mod isa;
mod kernels;
mod node;
mod product;
mod row;

use std::sync::{Mutex, PoisonError};

use crate::errors::{Error, Result};
use crate::pool::Pool;
use crate::promise::Stop;
use kernels::Kernels;
use row::{System, Workspace};

/// Rows are padded with zeros to a multiple of so many columns.
const PAD: usize = 16;

/// Rows of a partial Gram matrix.
const GRAM_BLOCK: usize = 2048;

/// Rows that are turned together.
const TURN_BLOCK: usize = 64;

/// Rows that are solved by one thread between two looks at the stop flag.
const SOLVE_BLOCK: usize = 32;

/// Sparse rows: row r has `columns[offsets[r]..offsets[r + 1]]`, ascending.
pub struct Rows {
    offsets: Vec<u32>,
    columns: Vec<u32>,
}

impl Rows {
    /// Checks that offsets ascend to the number of entries, and that entries are below `columns_below`.
    pub fn new(offsets: Vec<u32>, columns: Vec<u32>, columns_below: usize) -> Result<Self> {
        let ascending = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
        let whole =
            offsets.first() == Some(&0) && offsets.last().is_some_and(|&end| end as usize == columns.len());
        if !ascending || !whole || columns.iter().any(|&column| column as usize >= columns_below) {
            return Err(Error::InvalidArgument("Expected sparse rows that fit their matrix".into()));
        }
        Ok(Rows { offsets, columns })
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn row(&self, r: usize) -> &[u32] {
        &self.columns[self.offsets[r] as usize..self.offsets[r + 1] as usize]
    }

    /// Rows with at least one entry.
    fn known(&self) -> usize {
        self.offsets.windows(2).filter(|pair| pair[0] < pair[1]).count()
    }

    fn transpose(&self, count: usize) -> Rows {
        let mut offsets = vec![0u32; count + 1];
        for &column in &self.columns {
            offsets[column as usize + 1] += 1;
        }
        for i in 0..count {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut columns = vec![0; self.columns.len()];
        for r in 0..self.len() {
            for &column in self.row(r) {
                let at = &mut next[column as usize];
                columns[*at as usize] = r as u32;
                *at += 1;
            }
        }
        Rows { offsets, columns }
    }
}

/// One side of the matrix.
struct Side {
    rows: Rows,
    known: usize,
    /// Rows x padded dimension.
    factors: Vec<f64>,
}

/// Which side a half-iteration solves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Users,
    Items,
}

/// The weights of the loss.
#[derive(Clone, Copy)]
pub struct Loss {
    pub regularization: f64,
    pub unobserved_weight: f64,
}

/// A factorisation under way.
pub struct Ials {
    dimension: usize,
    padded: usize,
    loss: Loss,
    users: Side,
    items: Side,
    /// The product of all turns so far, padded dimension squared.
    turns: Vec<f64>,
    kernels: Kernels,
}

impl Ials {
    /// Starts from the given user factors (users x dimension).
    pub fn new(rows: Rows, item_count: usize, dimension: usize, loss: Loss, users: &[f64]) -> Result<Self> {
        if dimension == 0 || users.len() != rows.len() * dimension {
            return Err(Error::InvalidArgument("Expected factors of users x dimension".into()));
        }
        let padded = dimension.next_multiple_of(PAD);
        let mut factors = vec![0.0; rows.len() * padded];
        for (to, from) in factors.chunks_mut(padded).zip(users.chunks(dimension)) {
            to[..dimension].copy_from_slice(from);
        }
        let by_item = rows.transpose(item_count);
        let mut turns = vec![0.0; padded * padded];
        for i in 0..dimension {
            turns[i * padded + i] = 1.0;
        }
        Ok(Ials {
            dimension,
            padded,
            loss,
            users: Side { known: rows.known(), rows, factors },
            items: Side { known: by_item.known(), rows: by_item, factors: vec![0.0; item_count * padded] },
            turns,
            kernels: Kernels::best(),
        })
    }

    /// Solves all rows of one side, the other fixed. Returns false, with the side unfinished, if it was stopped.
    pub fn solve(&mut self, which: Which, pool: &Pool, stop: &Stop) -> Result<bool> {
        let (d, p) = (self.dimension, self.padded);
        let (solved, fixed) = match which {
            Which::Users => (&mut self.users, &mut self.items),
            Which::Items => (&mut self.items, &mut self.users),
        };
        let gram = gram(&self.kernels, &fixed.factors, p, pool, stop);
        let (mut values, vectors) = eigen::symmetric_eigen(&gram, d, p)?;
        turn(&self.kernels, &mut fixed.factors, &vectors, p, pool, stop);
        turn(&self.kernels, &mut self.turns, &vectors, p, pool, stop);
        for value in &mut values {
            *value = self.loss.unobserved_weight * value.max(0.0);
        }
        let spare: Mutex<Vec<Workspace>> = Mutex::default();
        let failed: Mutex<Option<Error>> = Mutex::default();
        let blocks: Vec<_> = solved.factors.chunks_mut(SOLVE_BLOCK * p).map(Mutex::new).collect();
        pool.parallel(blocks.len(), &|block| {
            if stop.is_raised() {
                return;
            }
            let mut work = lock(&spare).pop().unwrap_or_else(|| Workspace::new(d, p));
            for (i, out) in lock(&blocks[block]).chunks_mut(p).enumerate() {
                let entries = solved.rows.row(block * SOLVE_BLOCK + i);
                let ridge = self.loss.regularization
                    * (entries.len() as f64 + self.loss.unobserved_weight * fixed.known as f64);
                let system = System { factors: &fixed.factors, entries, base: &values, ridge };
                if let Err(error) = self.kernels.solve(&system, &mut work, out) {
                    *lock(&failed) = Some(error);
                }
            }
            lock(&spare).push(work);
        });
        match lock(&failed).take() {
            Some(error) => Err(error),
            None => Ok(!stop.is_raised()),
        }
    }

    /// The factors of one side, rows x dimension, in the basis of the start. Unfinished if it was stopped.
    pub fn factors(&self, which: Which, pool: &Pool, stop: &Stop) -> Vec<f32> {
        let (d, p) = (self.dimension, self.padded);
        let side = match which {
            Which::Users => &self.users,
            Which::Items => &self.items,
        };
        let mut back = vec![0.0; p * p];
        for i in 0..p {
            for j in 0..p {
                back[i * p + j] = self.turns[j * p + i];
            }
        }
        let mut rows = side.factors.clone();
        turn(&self.kernels, &mut rows, &back, p, pool, stop);
        rows.chunks(p).flat_map(|row| row[..d].iter().map(|&value| value as f32)).collect()
    }
}

/// The sum of w w' over all rows w, upper tiles only.
fn gram(kernels: &Kernels, factors: &[f64], p: usize, pool: &Pool, stop: &Stop) -> Vec<f64> {
    let blocks: Vec<&[f64]> = factors.chunks(GRAM_BLOCK * p).collect();
    let partial: Vec<Mutex<Vec<f64>>> = blocks.iter().map(|_| Mutex::default()).collect();
    pool.parallel(blocks.len(), &|i| {
        if !stop.is_raised() {
            let mut sum = vec![0.0; p * p];
            kernels.gram(blocks[i], p, &mut sum);
            *lock(&partial[i]) = sum;
        }
    });
    let mut total = vec![0.0; p * p];
    for sum in partial {
        for (to, from) in total.iter_mut().zip(sum.into_inner().unwrap_or_else(PoisonError::into_inner)) {
            *to += from;
        }
    }
    total
}

/// Replaces every row w by w Q. The columns of Q (`basis`, row-major) are the new axes.
fn turn(kernels: &Kernels, matrix: &mut [f64], basis: &[f64], p: usize, pool: &Pool, stop: &Stop) {
    let blocks: Vec<_> = matrix.chunks_mut(TURN_BLOCK * p).map(Mutex::new).collect();
    pool.parallel(blocks.len(), &|i| {
        if !stop.is_raised() {
            kernels.turn(&mut lock(&blocks[i]), basis, p);
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
