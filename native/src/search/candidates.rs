//! Which rows does an approximate search score?
//!
//! Those of the best estimates among all that the threads have kept, and no more: which rows a thread came to see, and
//! when it learnt of a threshold, is chance, and a recall that was measured once must hold whoever shares the machine.

use std::sync::{Mutex, PoisonError};

use super::worker::{Finder, Found};
use super::{Search, in_parts};
use crate::kernels::{self, Key, select};
use crate::pool::Pool;

/// Rows scored in one part of the work.
const PART: usize = 256;

impl Search<'_> {
    /// Scores the best `wanted` candidates of each query numbered in `open` and adds the best of them to its rows.
    pub fn score_candidates(&self, wanted: usize, open: &[usize], found: &mut [Found], pool: Option<&Pool>) {
        let candidates: Vec<Vec<Key>> =
            found.iter_mut().map(|found| std::mem::take(&mut found.candidates)).collect();
        let candidates = candidates.into_iter().map(|mut candidates| {
            select(&mut candidates, wanted);
            candidates.iter().map(|key| key.row()).collect()
        });
        let candidates: Vec<Vec<u32>> = candidates.collect();
        let parts: Vec<(usize, &[u32])> = candidates
            .iter()
            .enumerate()
            .flat_map(|(at, rows)| rows.chunks(PART).map(move |rows| (at, rows)))
            .collect();
        let found: Vec<_> = found.iter_mut().map(|found| Mutex::new(&mut found.rows)).collect();
        in_parts(pool, parts.len(), &|part| {
            let (at, rows) = parts[part];
            let mut finder = Finder::new(&self.queries[open[at]], self);
            finder.score(kernels::best(), self.view, rows);
            found[at].lock().unwrap_or_else(PoisonError::into_inner).append(&mut finder.found().rows);
        });
    }
}
