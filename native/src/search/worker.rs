//! How does one thread search its spans?
//!
//! What passes a scan is refined one span later and scored after that, so that memory has time to bring the lines which
//! were asked for meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};

use std::ops::Range;

use super::Search;
use super::probe::{PIECE, Pick};
use super::query::Query;
use super::spans::{CLAIM, Coded, Span};
use crate::bound::scan_threshold;
use crate::chunk::Block;
use crate::kernels::{
    self, Hits, Kernels, Key, NibbleQuery, Rows, Run, TILE,
    codes::{AHEAD as BYTES_AHEAD, high_bounds, high_scale},
    prefetch, select,
};
use crate::matrix::{View, round};
use crate::memory::bytes_of;
use crate::planes::BLOCK;

/// Rows whose scores are asked of memory ahead of the one being computed.
const AHEAD: usize = 8;

/// What is searched in a pass, in pieces that threads claim.
pub struct Work<'a> {
    pub spans: &'a [Span<'a>],
    pub picks: Vec<Pick<'a>>,
}

impl<'a> Work<'a> {
    pub fn pieces(&self) -> usize {
        let picked = self.picks.iter().map(|pick| pick.blocks.len().div_ceil(PIECE));
        self.spans.len().div_ceil(CLAIM) + picked.sum::<usize>()
    }
}

/// One thread's part of a pass.
pub struct Worker<'a> {
    search: &'a Search<'a>,
    kernels: &'static Kernels,
    finders: Vec<Finder<'a>>,
    /// Positions of f32 rows that passed a scan.
    passed: Vec<u32>,
}

impl<'a> Worker<'a> {
    pub fn new(search: &'a Search<'a>, open: &[usize]) -> Self {
        let finders = open.iter().map(|&i| Finder::new(&search.queries[i], search)).collect();
        Worker { search, kernels: kernels::best(), finders, passed: Vec::new() }
    }

    /// Searches pieces until none is left; returns what was found for each query.
    pub fn work(mut self, work: &'a Work<'a>, claimed: &AtomicUsize) -> Vec<Found> {
        // The pieces of `pick` begin at number `before`.
        let (mut pick, mut before) = (0, work.spans.len().div_ceil(CLAIM));
        while !self.search.stop.is_raised() {
            let number = claimed.fetch_add(1, Ordering::Relaxed);
            if let Some(spans) = work.spans.chunks(CLAIM).nth(number) {
                for span in spans {
                    if !self.search.stop.is_raised() {
                        self.span(span);
                    }
                }
                continue;
            }
            let pieces = |pick: &Pick| pick.blocks.len().div_ceil(PIECE);
            while pick < work.picks.len() && number >= before + pieces(&work.picks[pick]) {
                before += pieces(&work.picks[pick]);
                pick += 1;
            }
            let Some(pick) = work.picks.get(pick) else { break };
            let blocks = &pick.blocks[(number - before) * PIECE..];
            // Of planes in lists the mask is asked row by row.
            let eligible = &[u64::MAX; PIECE][..blocks.len().min(PIECE)];
            self.codes(pick.queries.clone(), pick.coded, blocks, eligible);
        }
        self.finders.iter_mut().for_each(|finder| finder.end(self.kernels, self.search));
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
            &Span::Codes { coded, start, count } => {
                let ahead = BYTES_AHEAD / coded.planes.shape.pairs() + 1;
                let end = (start + count + ahead).min(coded.planes.blocks());
                let blocks: Vec<u32> = (start as u32..end as u32).collect();
                let eligible = (start..start + count).map(|i| self.search.eligible.block(coded, i));
                let eligible: Vec<u64> = eligible.collect();
                self.codes(0..self.finders.len(), coded, &blocks, &eligible);
            }
        }
    }

    /// Scans as many blocks as `eligible` tells of, for some of the queries.
    fn codes(&mut self, queries: Range<usize>, coded: Coded<'a>, blocks: &[u32], eligible: &[u64]) {
        if self.search.candidates.is_some() {
            self.pairs(queries, coded, blocks, eligible);
        } else {
            self.nibbles(queries, coded, blocks, eligible);
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
    fn pairs(&mut self, queries: Range<usize>, coded: Coded<'a>, blocks: &[u32], eligible: &[u64]) {
        let planes = coded.planes;
        let run = Run { bytes: planes.pairs(), shape: planes.shape, first: 0, blocks, eligible };
        for finder in &mut self.finders[queries] {
            let query = finder.query;
            let lookup = query.lookup.as_ref().expect("spans of codes need coded queries");
            finder.hits.clear();
            self.kernels.scan_u2(&run, lookup, query.estimate.get(), &mut finder.hits);
            for (&position, &bits) in finder.hits.rows.iter().zip(&finder.hits.values) {
                if let Some(row) = self.search.eligible.row(coded, position as usize) {
                    finder.candidates.push(Key::new(f32::from_bits(bits as u32) + 0.0, row));
                }
            }
            let wanted = self.search.candidates.unwrap_or(self.search.k);
            if finder.candidates.len() >= 2 * wanted + 64 {
                select(&mut finder.candidates, wanted);
                query.estimate.raise(finder.candidates[wanted - 1].score());
            }
        }
    }

    /// Scans upper halves of codes.
    fn nibbles(&mut self, queries: Range<usize>, coded: Coded<'a>, blocks: &[u32], eligible: &[u64]) {
        let planes = coded.planes;
        let run = Run { bytes: planes.high(), shape: planes.shape, first: 0, blocks, eligible };
        for finders in self.finders[queries].chunks_mut(TILE) {
            let queries: Vec<NibbleQuery> = finders.iter().map(Finder::nibble_query).collect();
            let mut hits: Vec<Hits> = finders.iter_mut().map(|f| std::mem::take(&mut f.hits)).collect();
            hits.iter_mut().for_each(Hits::clear);
            self.kernels.scan_u4(&run, &queries, &mut hits);
            for (finder, mut hits) in finders.iter_mut().zip(hits) {
                if self.search.eligible.is_late(coded) {
                    hits.retain(|position| self.search.eligible.row(coded, position as usize).is_some());
                }
                finder.follow(self.kernels, self.search, Pending { coded, hits });
            }
        }
    }
}

/// Positions that passed the scan of a run of upper halves.
struct Pending<'a> {
    coded: Coded<'a>,
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
    fn follow(&mut self, kernels: &Kernels, search: &Search, next: Pending<'a>) {
        for &position in &next.hits.rows {
            next.coded.planes.prefetch(position as usize);
        }
        let passed = std::mem::take(&mut self.passed);
        self.score(kernels, search.view, &passed);
        self.passed = passed;
        self.passed.clear();
        if let Some(pending) = self.pending.replace(next) {
            self.refine(kernels, search, &pending);
            self.hits = pending.hits;
        }
    }

    /// Keeps of a run the rows that their whole codes do not rule out.
    fn refine(&mut self, kernels: &Kernels, search: &Search, pending: &Pending) {
        let &Pending { coded, ref hits } = pending;
        let planes = coded.planes;
        let codes = self.query.codes.as_ref().expect("spans of codes need coded queries");
        let limit = f64::from(codes.limit(self.query.threshold.get()));
        let before = self.passed.len();
        self.passed.resize(before + hits.rows.len(), 0);
        let mut count = before;
        for (&position, &dot) in hits.rows.iter().zip(&hits.values) {
            let at = position as usize;
            let low = kernels.dot_u4(planes.low_from(at), codes);
            let block = planes.high_of(at / BLOCK);
            let scale = high_scale(block, planes.shape, at % BLOCK);
            let value = codes.whole_bound(dot, low, scale, &high_bounds(block, planes.shape));
            // Without a branch: which rows pass cannot be foreseen.
            self.passed[count] = position;
            count += usize::from(value >= limit || value.is_nan());
        }
        self.passed.truncate(count);
        let mut kept = before;
        for i in before..count {
            if let Some(row) = search.eligible.row(coded, self.passed[i] as usize) {
                prefetch(bytes_of(search.view.row(row as usize)));
                self.passed[kept] = row;
                kept += 1;
            }
        }
        self.passed.truncate(kept);
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
    fn end(&mut self, kernels: &Kernels, search: &Search) {
        if let Some(pending) = self.pending.take() {
            self.refine(kernels, search, &pending);
        }
        let passed = std::mem::take(&mut self.passed);
        self.score(kernels, search.view, &passed);
    }
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
