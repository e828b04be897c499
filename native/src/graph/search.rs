//! Which k rows does a search through the graph return?
//!
//! The graph yields candidates, nearest first in the sense of [`super::point`]; each is scored in f64 as in an exact
//! search, and so is every row that the graph does not have yet. A search is exact where that is cheaper or where the
//! graph cannot answer: see [`top_k`].

use std::sync::{Mutex, PoisonError};

use super::{Graph, lock, refused};
use crate::errors::{Error, Result};
use crate::kernels::{self, Key, select, sort};
use crate::matrix::{View, round};
use crate::pool::Pool;
use crate::promise::Stop;
use crate::search::{self, NO_ROW, places};

/// Where more than this share of the rows is not in the graph yet, the exact search is faster.
const MOST_MISSING: usize = 8;

/// What is asked of one search: one or more queries under one mask.
pub struct Request<'a> {
    /// Row-major, a whole number of rows.
    pub queries: &'a [f32],
    pub k: usize,
    /// Rows that are taken from the graph, at least k.
    pub candidates: usize,
    /// One bit per row of the view, 1 = eligible.
    pub mask: Option<&'a [u32]>,
}

impl Request<'_> {
    fn is_eligible(&self, row: usize) -> bool {
        self.mask.is_none_or(|mask| mask.get(row / 32).is_some_and(|word| word >> (row % 32) & 1 == 1))
    }
}

/// Answers into `ids` and `scores` as [`search::top_k`] does. It searches exactly where the eligible rows are scanned in
/// less time than the candidates take, where many rows are not in the graph yet, and where the graph yields fewer than k rows of finite score
/// although that many are eligible (rows without a path to them). Returns false if it was stopped.
pub fn top_k(
    graph: &Graph,
    view: &View,
    request: &Request,
    pool: &(dyn Fn() -> Pool + Sync),
    stop: &Stop,
    ids: &mut [u32],
    scores: &mut [f32],
) -> Result<bool> {
    let (dimension, places) = (view.dimension, places(view, request.k));
    let count = request.queries.len() / dimension;
    if count * dimension != request.queries.len()
        || ids.len() != count * places
        || scores.len() != ids.len()
        || request.mask.is_some_and(|mask| mask.len() * 32 < view.rows)
    {
        return Err(Error::Internal("Expected queries, answer and mask to fit the matrix".into()));
    }
    let eligible = request.mask.map_or(view.rows, count_rows);
    let exact = |queries: &[f32], ids: &mut [u32], scores: &mut [f32]| {
        let request = search::Request { queries, k: request.k, mask: request.mask, candidates: None };
        search::top_k(view, &request, pool, stop, ids, scores)
    };
    let missing = view.rows.saturating_sub(graph.read().rows);
    if places == 0
        || eligible <= graph.rows_per_candidate.saturating_mul(request.candidates)
        || missing > view.rows / MOST_MISSING
    {
        return exact(request.queries, ids, scores);
    }
    let fill = |query: &[f32], ids: &mut [u32], scores: &mut [f32]| {
        if stop.is_raised() {
            return Ok(false);
        }
        let best = graph.nearest(view, query, request)?;
        if best.len() < places.min(eligible) {
            return exact(query, ids, scores);
        }
        ids.fill(NO_ROW);
        scores.fill(f32::NEG_INFINITY);
        for (place, key) in best.iter().enumerate() {
            ids[place] = key.row();
            scores[place] = key.score();
        }
        Ok(true)
    };
    if count == 1 {
        return fill(request.queries, ids, scores);
    }
    let answers: Vec<_> = ids.chunks_mut(places).zip(scores.chunks_mut(places)).map(Mutex::new).collect();
    let done = Mutex::new(Ok(true));
    pool().parallel(count, &|i| {
        let query = &request.queries[i * dimension..][..dimension];
        let (ids, scores) = &mut *lock(&answers[i]);
        let filled = fill(query, ids, scores);
        if !matches!(filled, Ok(true)) {
            *lock(&done) = filled;
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Graph {
    /// The best k of the candidates and of the rows that the graph does not have, of finite score.
    fn nearest(&self, view: &View, query: &[f32], request: &Request) -> Result<Vec<Key>> {
        let nodes = self.read();
        let known = nodes.rows.min(view.rows);
        let found = match &nodes.links {
            None => Vec::new(),
            Some(links) => {
                let query = links.points.query(query);
                let keep = |row: u64| (row as usize) < known && request.is_eligible(row as usize);
                let point = [query.point().number()];
                links.index.filtered_search(&point, request.candidates, keep).map_err(refused)?.keys
            }
        };
        drop(nodes);
        let missing = (known..view.rows).filter(|&row| request.is_eligible(row));
        let mut best: Vec<Key> = Vec::with_capacity(found.len());
        for row in found.into_iter().map(|row| row as usize).chain(missing) {
            let score = round(kernels::best().rescore(query, view.row(row)));
            if score.is_finite() {
                best.push(Key::new(score, row as u32));
            }
        }
        select(&mut best, request.k);
        sort(&mut best);
        Ok(best)
    }
}

fn count_rows(mask: &[u32]) -> usize {
    mask.iter().map(|word| word.count_ones() as usize).sum()
}
