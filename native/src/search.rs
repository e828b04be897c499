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
const ALONE: usize = 1 << 21;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk::Chunk;
    use crate::matrix::Matrix;
    use crate::pool::Threads;

    /// Whole numbers from -3 to 3: many ties, and scores exact in f32.
    fn numbers(n: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((state >> 33) % 7) as f32 - 3.0
            })
            .collect()
    }

    fn brute_force(data: &[f32], query: &[f32], k: usize, keep: impl Fn(usize) -> bool) -> Vec<u32> {
        let score = |row: usize| -> f32 {
            data[row * query.len()..].iter().zip(query).map(|(x, q)| x * q).sum::<f32>() + 0.0
        };
        let mut rows: Vec<usize> = (0..data.len() / query.len()).filter(|&row| keep(row)).collect();
        rows.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        rows.iter().take(k).map(|&row| row as u32).collect()
    }

    #[test]
    fn several_threads_and_chunks_give_what_the_brute_force_gives() {
        let threads = Threads::start(4);
        let pool = || threads.clone();
        for dimension in [1, 5, 16, 33] {
            let data = numbers(40_000 * dimension, 3);
            let matrix =
                Matrix::new(Chunk::own(data[..30_000 * dimension].to_vec(), dimension, 0, None).unwrap());
            for part in data[30_000 * dimension..].chunks(1_667 * dimension) {
                matrix.append(part).unwrap();
            }
            let view = matrix.view().unwrap();
            let queries = numbers(40 * dimension, 4);
            let mask: Vec<u32> = (0..1250u32).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
            for (k, mask) in [(1, None), (100, None), (100, Some(&mask[..])), (40_000, None)] {
                let few = if k > 100 { &queries[..dimension] } else { &queries };
                let length = few.len() / dimension * k;
                let (mut ids, mut scores) = (vec![0; length], vec![0.0; length]);
                let request = Request { queries: few, k, mask };
                assert!(top_k(&view, &request, &pool, &Stop::default(), &mut ids, &mut scores).unwrap());
                let keep = |row: usize| mask.is_none_or(|mask| mask[row / 32] >> (row % 32) & 1 == 1);
                for i in [0, few.len() / dimension - 1] {
                    let query = &few[i * dimension..][..dimension];
                    assert_eq!(ids[i * k..][..k], brute_force(&data, query, k, keep), "{dimension} {k}");
                }
            }
        }
    }

    #[test]
    fn places_that_no_row_fills_are_marked() {
        let chunk = Chunk::own(vec![3e38, 1.0, 2.0], 1, 0, None).unwrap();
        let view = Matrix::new(chunk).view().unwrap();
        let request = Request { queries: &[10.0], k: 9, mask: None };
        let (mut ids, mut scores) = (vec![0; 3], vec![0.0; 3]);
        let pool = || unreachable!("a small search stays on its thread");
        assert!(top_k(&view, &request, &pool, &Stop::default(), &mut ids, &mut scores).unwrap());
        assert_eq!(ids, [2, 1, NO_ROW]);
    }

    #[test]
    fn a_threshold_only_rises_whichever_thread_sets_it() {
        let threshold = Threshold::new();
        assert_eq!(threshold.get(), f32::NEG_INFINITY);
        assert_eq!(threshold.raise(-2.0), -2.0);
        assert_eq!(threshold.raise(-3.0), -2.0);
        assert_eq!(threshold.raise(0.5), 0.5);
        assert_eq!(threshold.get(), 0.5);
    }
}
