//! Which k rows have the largest inner product with each query?
//!
//! An exact search goes from cheap bounds to exact scores. It begins with a guess of the k-th best score, taken from a
//! sample of the rows. Threads take spans of rows; of a chunk with [`crate::planes`] they scan the upper halves of
//! codes, refine what passes by the lower halves, and score what still passes in f64; of a chunk without, the f32 rows
//! against a threshold lowered by [`crate::bound`]. Scored rows go to a reservoir, which is cut to its best k when full
//! and so raises the threshold for all threads. A row is skipped only where its score is surely below the threshold of
//! that moment, so the answer is exact if k rows reached the guess; if not, the search is repeated with a lower one,
//! at last with none. Each row costs O(dimension) and O(1) amortised, so the order of rows cannot make a search worse
//! than linear.
//!
//! An approximate search scans the 2-bit codes instead and scores the rows of the best estimates, as many as it is told.

mod candidates;
mod probe;
mod query;
mod sample;
mod spans;
mod worker;

use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, PoisonError};

use crate::errors::{Error, Result};
use crate::kernels::{Key, TILE, select, sort};
use crate::matrix::View;
use crate::planes::Reach;
use crate::pool::Pool;
use crate::promise::Stop;
use probe::{Chosen, Probe, picks};
use query::Query;
use sample::Sample;
use spans::{Eligible, Parts, parts};
use worker::{Found, Work, Worker};

/// So many queries pass over a span together; more are served in turns, which bounds the memory of reservoirs.
const TOGETHER: usize = 32;

/// Below so many multiplications a search stays on its thread: waking another costs more.
const ALONE: usize = 1 << 21;

/// A guess of the threshold is sampled from so many blocks of lists, those most likely to reach it, and from more where
/// that was too few.
const LIKELIEST: usize = 1024;

/// Marks the places of an answer that no row fills.
pub const NO_ROW: u32 = u32::MAX;

/// One or more queries for one k under one mask.
pub struct Request<'a> {
    /// Row-major; finite.
    pub queries: &'a [f32],
    pub k: usize,
    /// Bit `i % 32` of word `i / 32`: row `i` is eligible.
    pub mask: Option<&'a [u32]>,
    /// So many rows, at least k, are scored, and some of the best may be missed; none for an exact search.
    pub candidates: Option<usize>,
}

/// Places per query in an answer.
pub fn places(view: &View, k: usize) -> usize {
    k.min(view.rows)
}

/// Fills `ids` and `scores`, [`places`] for each query, best first, with [`NO_ROW`] where fewer rows qualify. Returns
/// false, with the answer unfinished, if it was stopped.
pub fn top_k(
    view: &View,
    request: &Request,
    pool: &dyn Fn() -> Pool,
    stop: &Stop,
    ids: &mut [u32],
    scores: &mut [f32],
) -> Result<bool> {
    let places = places(view, request.k);
    let count = request.queries.len() / view.dimension;
    if count * view.dimension != request.queries.len()
        || ids.len() != count * places
        || scores.len() != ids.len()
        || request.mask.is_some_and(|mask| mask.len() * 32 < view.rows)
    {
        return Err(Error::Internal("Expected queries, answer and mask to fit the matrix".into()));
    }
    ids.fill(NO_ROW);
    scores.fill(f32::NEG_INFINITY);
    if places == 0 || count == 0 {
        return Ok(true);
    }
    let eligible = Eligible::new(request.mask, view.rows);
    // All rows as candidates is an exact search, which is cheaper.
    let candidates = request.candidates.map(|n| n.max(places)).filter(|&n| n < view.rows);
    let pool = (view.rows * request.queries.len() > ALONE).then(pool);
    for (i, queries) in request.queries.chunks(TOGETHER * view.dimension).enumerate() {
        let queries = queries.chunks(view.dimension);
        let queries: Vec<Query> = queries.map(|q| Query::new(q, view, candidates.is_some())).collect();
        let search = Search { view, queries, k: places, candidates, eligible, stop };
        let Some(best) = search.run(pool.as_ref()) else { return Ok(false) };
        for (j, best) in best.iter().enumerate() {
            let at = (i * TOGETHER + j) * places;
            for (place, key) in best.iter().enumerate() {
                ids[at + place] = key.row();
                scores[at + place] = key.score();
            }
        }
    }
    Ok(true)
}

/// A search for up to [`TOGETHER`] queries.
struct Search<'a> {
    view: &'a View,
    queries: Vec<Query<'a>>,
    k: usize,
    candidates: Option<usize>,
    eligible: Eligible<'a>,
    stop: &'a Stop,
}

impl Search<'_> {
    /// The best k for each query; none if it was stopped.
    fn run(&self, pool: Option<&Pool>) -> Option<Vec<Vec<Key>>> {
        let mut best = vec![Vec::new(); self.queries.len()];
        let coded = self.queries.iter().all(|query| query.codes.is_some());
        let parts = parts(self.view, self.eligible, coded);
        let mut sample = Sample::first(&parts, self.k, self.candidates);
        let mut open: Vec<usize> = (0..self.queries.len()).collect();
        while !open.is_empty() {
            let chosen: Vec<_> = open.iter().map(|_| Mutex::new(Chosen::new())).collect();
            in_parts(pool, open.len(), &|at| {
                let begun = self.begin(&self.queries[open[at]], &parts, sample);
                *chosen[at].lock().unwrap_or_else(PoisonError::into_inner) = begun;
            });
            let chosen =
                chosen.into_iter().map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner));
            let chosen: Vec<Chosen> = chosen.collect();
            let found = self.pass(&parts, &open, &chosen, pool);
            if self.stop.is_raised() {
                return None;
            }
            for (&i, mut found) in open.iter().zip(found) {
                select(&mut found, self.k);
                best[i] = found;
            }
            // Those for whom the guess was too high go again.
            open.retain(|&i| best[i].len() < self.k && !self.queries[i].began_open());
            sample = sample.next();
        }
        best.iter_mut().for_each(|best| sort(best));
        Some(best)
    }

    /// Guesses the threshold of a query; returns the blocks that may reach it.
    fn begin(&self, query: &Query, parts: &Parts, sample: Sample) -> Chosen {
        let probe = Probe::new(query, &parts.listed);
        let guess = |chosen: &Chosen| sample.threshold(parts, query, self.eligible, chosen);
        let mut blocks = LIKELIEST.max(2 * self.candidates.unwrap_or(self.k)) * parts.rarity;
        let (likely, threshold) = loop {
            let reached = probe.reached_by(blocks);
            let likely = probe.choose(Reach::Likely, reached);
            let threshold = guess(&likely);
            // Otherwise other blocks reach it as well.
            if threshold >= reached || reached.is_nan() {
                break (likely, threshold);
            }
            blocks *= 8;
        };
        if self.candidates.is_none() {
            query.begin(threshold, f32::NEG_INFINITY);
            let limit = query.codes.as_ref().map_or(f32::NEG_INFINITY, |codes| codes.limit(threshold));
            return probe.choose(Reach::Sure, limit);
        }
        query.begin(f32::NEG_INFINITY, threshold);
        likely.into_iter().map(|blocks| blocks.reaching(threshold)).collect()
    }

    /// All rows that reach the thresholds, and some that do not, for each of the queries numbered in `open`.
    fn pass(&self, parts: &Parts, open: &[usize], chosen: &[Chosen], pool: Option<&Pool>) -> Vec<Vec<Key>> {
        // Estimates are cheap enough to be made for one query at a time.
        let tile = if self.candidates.is_some() { 1 } else { TILE };
        let work = Work { spans: &parts.spans, picks: picks(&parts.listed, chosen, tile) };
        let workers = pool.map_or(1, |pool| pool.size().min(work.pieces())).max(1);
        let claimed = AtomicUsize::new(0);
        let found: Vec<_> = (0..workers).map(|_| Mutex::new(Vec::new())).collect();
        in_parts(pool, workers, &|i| {
            let rows = Worker::new(self, open).work(&work, &claimed);
            *found[i].lock().unwrap_or_else(PoisonError::into_inner) = rows;
        });
        let mut all: Vec<Found> = open.iter().map(|_| Found::default()).collect();
        for found in found {
            let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
            for (all, mut found) in all.iter_mut().zip(found) {
                all.rows.append(&mut found.rows);
                all.candidates.append(&mut found.candidates);
            }
        }
        if let Some(wanted) = self.candidates {
            self.score_candidates(wanted, open, &mut all, pool);
        }
        all.into_iter().map(|found| found.rows).collect()
    }
}

/// Calls `part(0)` to `part(parts - 1)`, on the threads of a pool if there is one.
fn in_parts(pool: Option<&Pool>, parts: usize, part: &(dyn Fn(usize) + Sync)) {
    match pool {
        Some(pool) => pool.parallel(parts, part),
        None => (0..parts).for_each(part),
    }
}

#[cfg(test)]
mod tests;
