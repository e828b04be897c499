//! How does one thread search its spans?
//!
//! What passes a scan is refined one span later and scored after that, so that memory has time to bring the lines which
//! were asked for meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Search;
use super::query::Query;
use super::spans::{CLAIM, Span};
use crate::bound::scan_threshold;
use crate::chunk::Block;
use crate::kernels::{
    self, Hits, Kernels, Key, NibbleQuery, Rows, Run, TILE,
    codes::{high_bounds, high_scale},
    prefetch, select,
};
use crate::matrix::{View, round};
use crate::planes::{BLOCK, Planes};

/// Rows whose scores are asked of memory ahead of the one being computed.
const AHEAD: usize = 8;

/// One thread's part of a pass.
pub struct Worker<'a> {
    search: &'a Search<'a>,
    kernels: &'static Kernels,
    finders: Vec<Finder<'a>>,
    /// Positions of f32 rows that passed a scan.
    passed: Vec<u32>,
    eligible: Vec<u64>,
}

impl<'a> Worker<'a> {
    pub fn new(search: &'a Search<'a>, open: &[usize]) -> Self {
        let finders = open.iter().map(|&i| Finder::new(&search.queries[i], search)).collect();
        let (passed, eligible) = (Vec::new(), Vec::new());
        Worker { search, kernels: kernels::best(), finders, passed, eligible }
    }

    /// Searches spans until none is left; returns what was found for each query.
    pub fn work(mut self, spans: &[Span<'a>], claimed: &AtomicUsize) -> Vec<Found> {
        loop {
            let start = claimed.fetch_add(CLAIM, Ordering::Relaxed);
            if start >= spans.len() || self.search.stop.is_raised() {
                break;
            }
            for span in spans.iter().skip(start).take(CLAIM) {
                if self.search.stop.is_raised() {
                    break;
                }
                self.span(span);
            }
        }
        self.finders.iter_mut().for_each(|finder| finder.end(self.kernels, self.search.view));
        self.finders.into_iter().map(Finder::found).collect()
    }

    fn span(&mut self, span: &Span<'a>) {
        match span {
            Span::Rows { first, block } => self.rows(*first, block),
            Span::Scattered(rows) => {
                for finder in &mut self.finders {
                    finder.score(self.kernels, self.search.view, rows);
                }
            }
            Span::Codes { first, planes, start, count } => {
                self.eligible.clear();
                let blocks = *start..start + count;
                self.eligible.extend(blocks.map(|i| self.search.eligible.block(*first, planes.rows, i)));
                let first_row = first + start * BLOCK;
                if self.search.candidates.is_some() {
                    self.pairs(planes, *start, first_row as u32);
                } else {
                    self.nibbles(planes, *start, first_row);
                }
            }
        }
    }

    /// Scans f32 rows and scores at once what passes: the rows are in the cache.
    fn rows(&mut self, first: usize, block: &Block) {
        let view = self.search.view;
        let rows =
            Rows { data: block.data, dimension: view.dimension, first, mask: self.search.eligible.mask };
        for finder in &mut self.finders {
            let query = finder.query;
            let best = query.threshold.get();
            self.passed.clear();
            let threshold = scan_threshold(best, query.norm, block.norm, view.dimension);
            self.kernels.scan(rows, query.vector, threshold, &mut self.passed);
            for &i in &self.passed {
                let score = round(self.kernels.rescore(query.vector, rows.row(i as usize)));
                finder.reservoir.add(query, score, first as u32 + i);
            }
        }
    }

    /// Scans 2-bit codes and keeps the best estimates.
    fn pairs(&mut self, planes: &Planes, start: usize, first: u32) {
        let bytes = planes.pairs_from(start);
        let run = Run { bytes, shape: planes.shape, first, eligible: &self.eligible };
        for finder in &mut self.finders {
            let query = finder.query;
            let lookup = query.lookup.as_ref().expect("spans of codes need coded queries");
            finder.hits.clear();
            self.kernels.scan_u2(&run, lookup, query.estimate.get(), &mut finder.hits);
            for (&row, &bits) in finder.hits.rows.iter().zip(&finder.hits.values) {
                finder.candidates.push(Key::new(f32::from_bits(bits as u32) + 0.0, row));
            }
            let wanted = self.search.candidates.unwrap_or(self.search.k);
            if finder.candidates.len() >= 2 * wanted + 64 {
                select(&mut finder.candidates, wanted);
                query.estimate.raise(finder.candidates[wanted - 1].score());
            }
        }
    }

    /// Scans upper halves of codes.
    fn nibbles(&mut self, planes: &'a Planes, start: usize, first: usize) {
        let bytes = planes.high_from(start);
        let run = Run { bytes, shape: planes.shape, first: 0, eligible: &self.eligible };
        for finders in self.finders.chunks_mut(TILE) {
            let queries: Vec<NibbleQuery> = finders.iter().map(Finder::nibble_query).collect();
            let mut hits: Vec<Hits> = finders.iter_mut().map(|f| std::mem::take(&mut f.hits)).collect();
            hits.iter_mut().for_each(Hits::clear);
            self.kernels.scan_u4(&run, &queries, &mut hits);
            for (finder, hits) in finders.iter_mut().zip(hits) {
                finder.follow(self.kernels, self.search.view, Pending { planes, start, first, hits });
            }
        }
    }
}

/// Rows that passed the scan of a run of upper halves.
struct Pending<'a> {
    planes: &'a Planes,
    /// The first block of the run.
    start: usize,
    /// The number of its first row.
    first: usize,
    /// Rows counted from there.
    hits: Hits,
}

/// What one thread has found for one query: at least the best of what it saw.
#[derive(Default)]
pub struct Found {
    /// Rows with their scores.
    pub rows: Vec<Key>,
    /// Rows with their estimates, of an approximate search.
    pub candidates: Vec<Key>,
}

/// The search of one thread for one query.
pub struct Finder<'a> {
    query: &'a Query<'a>,
    reservoir: Reservoir,
    /// The best estimates, of an approximate search.
    candidates: Vec<Key>,
    pending: Option<Pending<'a>>,
    /// Rows to score.
    passed: Vec<u32>,
    /// Kept for its memory.
    hits: Hits,
}

impl<'a> Finder<'a> {
    pub fn new(query: &'a Query<'a>, search: &Search) -> Self {
        Finder {
            query,
            reservoir: Reservoir { keys: Vec::new(), k: search.k },
            candidates: Vec::new(),
            pending: None,
            passed: Vec::new(),
            hits: Hits::default(),
        }
    }

    pub fn found(self) -> Found {
        Found { rows: self.reservoir.keys, candidates: self.candidates }
    }

    fn nibble_query(&self) -> NibbleQuery<'a> {
        let codes = self.query.codes.as_ref().expect("spans of codes need coded queries");
        NibbleQuery { codes, bounds: codes.bounds, limit: codes.limit(self.query.threshold.get()) }
    }

    /// Takes what a run left over, and takes the runs before it one step further.
    fn follow(&mut self, kernels: &Kernels, view: &View, next: Pending<'a>) {
        for &row in &next.hits.rows {
            let low = next.planes.low_from(next.start * BLOCK + row as usize);
            prefetch(&low[..next.planes.shape.low()]);
        }
        let passed = std::mem::take(&mut self.passed);
        self.score(kernels, view, &passed);
        self.passed = passed;
        self.passed.clear();
        if let Some(pending) = self.pending.replace(next) {
            self.refine(kernels, view, &pending);
            self.hits = pending.hits;
        }
    }

    /// Keeps of a run the rows that their whole codes do not rule out.
    fn refine(&mut self, kernels: &Kernels, view: &View, pending: &Pending) {
        let Pending { planes, start, first, hits } = pending;
        let codes = self.query.codes.as_ref().expect("spans of codes need coded queries");
        let limit = f64::from(codes.limit(self.query.threshold.get()));
        let high = planes.high_from(*start);
        let before = self.passed.len();
        self.passed.resize(before + hits.rows.len(), 0);
        let mut count = before;
        for (&row, &dot) in hits.rows.iter().zip(&hits.values) {
            let row = row as usize;
            let low = kernels.dot_u4(planes.low_from(start * BLOCK + row), codes);
            let block = &high[row / BLOCK * planes.shape.high()..];
            let scale = high_scale(block, planes.shape, row % BLOCK);
            let value = codes.whole_bound(dot, low, scale, &high_bounds(block, planes.shape));
            // Without a branch: which rows pass cannot be foreseen.
            self.passed[count] = (first + row) as u32;
            count += usize::from(value >= limit || value.is_nan());
        }
        self.passed.truncate(count);
        for &row in &self.passed[before..] {
            prefetch(bytes_of(view.row(row as usize)));
        }
    }

    /// Scores rows and keeps those still among the best.
    pub fn score(&mut self, kernels: &Kernels, view: &View, rows: &[u32]) {
        for (i, &row) in rows.iter().enumerate() {
            if let Some(&ahead) = rows.get(i + AHEAD) {
                prefetch(bytes_of(view.row(ahead as usize)));
            }
            let score = round(kernels.rescore(self.query.vector, view.row(row as usize)));
            self.reservoir.add(self.query, score, row);
        }
    }

    /// Finishes what is pending.
    fn end(&mut self, kernels: &Kernels, view: &View) {
        if let Some(pending) = self.pending.take() {
            self.refine(kernels, view, &pending);
        }
        let passed = std::mem::take(&mut self.passed);
        self.score(kernels, view, &passed);
    }
}

fn bytes_of(row: &[f32]) -> &[u8] {
    // SAFETY: every f32 is four bytes.
    unsafe { std::slice::from_raw_parts(row.as_ptr().cast(), 4 * row.len()) }
}

/// Scored rows, at least the best k of them.
struct Reservoir {
    keys: Vec<Key>,
    k: usize,
}

impl Reservoir {
    #[inline]
    fn add(&mut self, query: &Query, score: f32, row: u32) {
        // Equal scores stay: another thread may have set the threshold with a higher row.
        if score < query.threshold.get() || !score.is_finite() {
            return;
        }
        self.keys.push(Key::new(score, row));
        if self.keys.len() >= 2 * self.k + 64 {
            select(&mut self.keys, self.k);
            query.threshold.raise(self.keys[self.k - 1].score());
        }
    }
}
