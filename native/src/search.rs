//! Which k rows have the largest inner product with each query, exactly?
//!
//! Each thread takes blocks of rows. A block is scanned in f32 against a threshold lowered by the bound of
//! [`crate::bound`]; what passes is scored in f64 while its rows are in the cache, and kept in a reservoir if it is
//! still among the best. A full reservoir is cut to its best k, which raises the threshold for all threads. Every
//! candidate costs O(dimension) and O(1) amortised, so the order of rows cannot make the search worse than linear.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::bound::{norm_from_squares, scan_threshold};
use crate::chunk::Block;
use crate::errors::{Error, Result};
use crate::kernels::{self, Kernels, Key, Rows, order, score_of, select, sort};
use crate::matrix::{View, round};
use crate::pool::Pool;
use crate::promise::Stop;

/// So many queries pass over a block together; more are served in turns, which bounds the memory of reservoirs.
const TOGETHER: usize = 32;

/// Threads claim this many neighbouring blocks at once, so that each reads ahead in one place.
const CLAIM: usize = 8;

/// Below so many multiplications a search stays on its thread: waking another costs more.
const ALONE: usize = 1 << 18;

/// Marks the places of an answer that no row fills.
pub const NO_ROW: u32 = u32::MAX;

/// One or more queries for one k under one mask.
pub struct Request<'a> {
    /// Row-major; finite.
    pub queries: &'a [f32],
    pub k: usize,
    /// Bit `i % 32` of word `i / 32`: row `i` is eligible.
    pub mask: Option<&'a [u32]>,
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
    let blocks: Vec<(usize, Block)> = view
        .chunks
        .iter()
        .flat_map(|(first, chunk)| {
            (0..chunk.blocks()).map(move |i| {
                let block = chunk.block(i);
                (first + block.start, block)
            })
        })
        .collect();
    let pool = (view.rows * request.queries.len() > ALONE).then(pool);
    for (i, queries) in request.queries.chunks(TOGETHER * view.dimension).enumerate() {
        let pass = Pass {
            kernels: kernels::best(),
            dimension: view.dimension,
            k: places,
            mask: request.mask,
            queries: queries.chunks(view.dimension).map(Query::new).collect(),
            blocks: &blocks,
            claimed: AtomicUsize::new(0),
            stop,
        };
        let best = pass.run(pool.as_ref());
        if stop.is_raised() {
            return Ok(false);
        }
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

/// One walk over all blocks with up to [`TOGETHER`] queries.
struct Pass<'a> {
    kernels: &'static Kernels,
    dimension: usize,
    k: usize,
    mask: Option<&'a [u32]>,
    queries: Vec<Query<'a>>,
    blocks: &'a [(usize, Block<'a>)],
    claimed: AtomicUsize,
    stop: &'a Stop,
}

struct Query<'a> {
    vector: &'a [f32],
    norm: f64,
    /// The best k-th score that any thread has reached.
    threshold: Threshold,
}

impl<'a> Query<'a> {
    fn new(vector: &'a [f32]) -> Self {
        let squares = kernels::best().rescore(vector, vector);
        Query { vector, norm: norm_from_squares(squares), threshold: Threshold::new() }
    }
}

impl Pass<'_> {
    fn run(&self, pool: Option<&Pool>) -> Vec<Vec<Key>> {
        let workers = pool.map_or(1, |pool| pool.size().min(self.blocks.len().div_ceil(CLAIM)));
        let found: Vec<_> = (0..workers.max(1)).map(|_| Mutex::new(Vec::new())).collect();
        let worker = |i: usize| {
            let reservoirs = self.work();
            *found[i].lock().unwrap_or_else(PoisonError::into_inner) = reservoirs;
        };
        match pool {
            Some(pool) => pool.parallel(found.len(), &worker),
            None => worker(0),
        }
        let mut best = vec![Vec::new(); self.queries.len()];
        for reservoirs in found {
            let reservoirs = reservoirs.into_inner().unwrap_or_else(PoisonError::into_inner);
            for (best, mut reservoir) in best.iter_mut().zip(reservoirs) {
                best.append(&mut reservoir);
            }
        }
        for best in &mut best {
            select(best, self.k);
            sort(best);
        }
        best
    }

    /// Scans blocks until none is left; returns a reservoir for each query.
    fn work(&self) -> Vec<Vec<Key>> {
        let mut reservoirs = vec![Vec::new(); self.queries.len()];
        let mut passed = Vec::new();
        loop {
            let start = self.claimed.fetch_add(CLAIM, Ordering::Relaxed);
            if start >= self.blocks.len() {
                return reservoirs;
            }
            for (first, block) in self.blocks.iter().skip(start).take(CLAIM) {
                if self.stop.is_raised() {
                    return reservoirs;
                }
                let rows =
                    Rows { data: block.data, dimension: self.dimension, first: *first, mask: self.mask };
                for (query, reservoir) in self.queries.iter().zip(&mut reservoirs) {
                    self.scan(query, rows, block.norm, &mut passed, reservoir);
                }
            }
        }
    }

    /// Adds the rows of one block that are still among the best to the reservoir.
    fn scan(&self, query: &Query, rows: Rows, norm: f64, passed: &mut Vec<u32>, reservoir: &mut Vec<Key>) {
        let mut best = query.threshold.get();
        passed.clear();
        let threshold = scan_threshold(best, query.norm, norm, self.dimension);
        self.kernels.scan(rows, query.vector, threshold, passed);
        for &i in passed.iter() {
            let score = round(self.kernels.rescore(query.vector, rows.row(i as usize)));
            // Equal scores stay: another thread may have set the threshold with a higher row.
            if score >= best && score.is_finite() {
                reservoir.push(Key::new(score, rows.first as u32 + i));
                if reservoir.len() >= 2 * self.k + 256 {
                    select(reservoir, self.k);
                    best = query.threshold.raise(reservoir[self.k - 1].score());
                }
            }
        }
    }
}

/// An f32 that only rises, shared by threads.
struct Threshold(AtomicU32);

impl Threshold {
    fn new() -> Self {
        Threshold(AtomicU32::new(order(f32::NEG_INFINITY)))
    }

    fn get(&self) -> f32 {
        score_of(self.0.load(Ordering::Relaxed))
    }

    /// Raises it to `score` if that is higher; returns the result.
    fn raise(&self, score: f32) -> f32 {
        let order = order(score);
        score_of(self.0.fetch_min(order, Ordering::Relaxed).min(order))
    }
}
