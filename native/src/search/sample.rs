//! At which score does a search begin?
//!
//! Some blocks are scanned with estimates of the scores. If of the eligible rows a share f was sampled, the k-th best
//! score lies near rank f k of the sample; the rank taken is higher by three standard deviations of that count, so that
//! a guess above the true score, which costs a second pass, is rare in any order of rows but one made against the
//! sample.

use super::probe::Chosen;
use super::query::Query;
use super::spans::{Coded, Eligible, Parts};
use crate::kernels::{self, Hits, Key, NibbleQuery, Run, codes::high_scale, select};
use crate::planes::{BLOCK, QueryBounds};

/// One block in so many is sampled, or of few blocks more.
const EVERY: usize = 32;
const LEAST: usize = 384;

/// In lists the best rows stand together, about so many in a block.
const TOGETHER: f64 = 8.0;

/// How a pass guesses.
#[derive(Clone, Copy)]
pub struct Sample {
    k: usize,
    candidates: Option<usize>,
    /// The rank is taken so many times higher; none for no guess.
    factor: Option<usize>,
}

impl Sample {
    /// For the k best, or for so many candidates.
    pub fn first(parts: &Parts, k: usize, candidates: Option<usize>) -> Self {
        let coded = !parts.coded.is_empty() || !parts.listed.is_empty();
        Sample { k, candidates, factor: coded.then_some(1) }
    }

    /// For the pass after one in which too few rows reached the guess: a far lower one, then none.
    pub fn next(self) -> Self {
        Sample { factor: self.factor.filter(|&factor| factor == 1).map(|_| 8), ..self }
    }

    /// The rank in a sample of one block in so many.
    fn rank(self, every: usize, together: f64) -> Option<usize> {
        // A rank that is surely reached by so many rows.
        let surely = |rows: usize, deviations: f64| {
            let expected = rows as f64 / every as f64;
            expected + deviations * (expected * together).sqrt()
        };
        // Some fewer candidates do no harm where rows stand as they come; more than wanted are not scored.
        let candidates = surely(self.candidates.unwrap_or(0), if together > 1.0 { 1.0 } else { 0.0 });
        let rank = (surely(self.k, 3.0) + 2.0).ceil().max(candidates.floor()) as usize;
        self.factor.map(|factor| factor * rank)
    }

    /// The threshold of scores, or of estimates if there are candidates, for a pass; of chunks in lists from the blocks
    /// chosen. Minus infinity where the sample has not as many rows.
    pub fn threshold(self, parts: &Parts, query: &Query, eligible: Eligible, chosen: &Chosen) -> f32 {
        let mut sources: Vec<(Coded, Blocks)> = Vec::new();
        sources.extend(parts.coded.iter().map(|&coded| (coded, Blocks::All(coded.planes.blocks()))));
        let listed = parts.listed.iter().zip(chosen);
        sources.extend(listed.map(|(&(coded, _), chosen)| (coded, Blocks::These(&chosen.rows))));
        let (every, together) = match &parts.listed[..] {
            [] => (EVERY, 1.0),
            _ => {
                let blocks: usize = sources.iter().map(|(_, blocks)| blocks.count()).sum();
                ((blocks / LEAST).clamp(1, EVERY), TOGETHER)
            }
        };
        let Some(rank) = self.rank(every, together) else { return f32::NEG_INFINITY };
        let mut best =
            Best { keys: Vec::with_capacity(2 * rank + 2 * BLOCK), rank, limit: f32::NEG_INFINITY };
        let mut hits = Hits::default();
        // Different blocks of neighbouring strides, so that a period in the rows does not meet the sample's.
        let (mut before, mut next, mut state) = (0, 0, 1u32);
        for (coded, blocks) in sources {
            let mut taken: Vec<u32> = Vec::new();
            while next < before + blocks.count() {
                taken.push(blocks.at(next - before));
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                next = next / every * every + every + state as usize / (u32::MAX as usize / every + 1);
            }
            before += blocks.count();
            for i in 0..taken.len() {
                let bits = [eligible.block(coded, taken[i] as usize)];
                self.estimates(query, coded, &taken[i..], &bits, best.limit, &mut hits);
                for (&row, &estimate) in hits.rows.iter().zip(&hits.values) {
                    let estimate = f32::from_bits(estimate as u32);
                    // A row of zeros may be none at all.
                    let is_row = estimate != 0.0;
                    if is_row && (eligible.mask.is_none() || eligible.row(coded, row as usize).is_some()) {
                        best.add(estimate);
                    }
                }
                best.cut();
            }
        }
        best.finish()
    }

    /// The rows of the first of some blocks whose estimates reach a limit, and the bits of those.
    fn estimates(
        self,
        query: &Query,
        coded: Coded,
        blocks: &[u32],
        eligible: &[u64],
        limit: f32,
        hits: &mut Hits,
    ) {
        hits.clear();
        let (planes, kernels) = (coded.planes, kernels::best());
        let run = |bytes| Run { bytes, shape: planes.shape, first: 0, blocks, eligible };
        if self.candidates.is_some() {
            let lookup = query.lookup.as_ref().expect("spans of codes need coded queries");
            return kernels.scan_u2(&run(planes.pairs()), lookup, limit, hits);
        }
        let codes = query.codes.as_ref().expect("spans of codes need coded queries");
        let bounds = QueryBounds { norm: 0.0, error: 0.0, unit: 0.0 };
        kernels.scan_u4(
            &run(planes.high()),
            &[NibbleQuery { codes, bounds, limit }],
            std::slice::from_mut(hits),
        );
        let block = planes.high_of(blocks[0] as usize);
        for (&row, value) in hits.rows.iter().zip(&mut hits.values) {
            let estimate = codes.bounds.unit * (f64::from(*value) - codes.rest);
            let estimate = high_scale(block, planes.shape, row as usize % BLOCK) * estimate as f32;
            *value = estimate.to_bits() as i32;
        }
    }
}

/// Which blocks may be sampled?
enum Blocks<'a> {
    All(usize),
    These(&'a [u32]),
}

impl Blocks<'_> {
    fn count(&self) -> usize {
        match self {
            Blocks::All(count) => *count,
            Blocks::These(blocks) => blocks.len(),
        }
    }

    fn at(&self, i: usize) -> u32 {
        match self {
            Blocks::All(_) => i as u32,
            Blocks::These(blocks) => blocks[i],
        }
    }
}

/// The best estimates of the sample.
struct Best {
    keys: Vec<Key>,
    rank: usize,
    limit: f32,
}

impl Best {
    #[inline]
    fn add(&mut self, estimate: f32) {
        if estimate.is_finite() && estimate >= self.limit {
            self.keys.push(Key::new(estimate + 0.0, 0));
        }
    }

    fn cut(&mut self) {
        if self.keys.len() >= 2 * self.rank + BLOCK {
            select(&mut self.keys, self.rank);
            self.limit = self.keys[self.rank - 1].score();
        }
    }

    fn finish(mut self) -> f32 {
        if self.keys.len() < self.rank {
            return f32::NEG_INFINITY;
        }
        select(&mut self.keys, self.rank);
        self.keys[self.rank - 1].score()
    }
}
