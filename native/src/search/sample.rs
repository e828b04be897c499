//! At which score does a search begin?
//!
//! One block in [`EVERY`] is scanned with estimates of the scores. If of the eligible rows a share f was sampled, the
//! k-th best score lies near rank f k of the sample; the rank taken is higher by three standard deviations of the
//! binomial count, so that a guess above the true score, which costs a second pass, is rare in any order of rows but one
//! made against the sample.

use super::query::Query;
use super::spans::{Eligible, Span};
use crate::kernels::{self, Hits, Key, NibbleQuery, Run, codes::high_scale, select};
use crate::planes::{BLOCK, QueryBounds};

/// One block in so many is sampled.
const EVERY: usize = 32;

/// How a pass guesses.
#[derive(Clone, Copy)]
pub struct Sample {
    /// The rank to take in the sample; none for no guess.
    rank: Option<usize>,
    /// May another guess follow?
    again: bool,
}

impl Sample {
    /// The rank for the k best, or for so many candidates: some fewer of these do no harm, and each costs.
    pub fn first(spans: &[Span], k: usize, candidates: Option<usize>) -> Self {
        let coded = spans.iter().any(|span| matches!(span, Span::Codes { .. }));
        let expected = k as f64 / EVERY as f64;
        let surely = (expected + 3.0 * expected.sqrt() + 2.0).ceil() as usize;
        let rank = surely.max(candidates.unwrap_or(0) / EVERY);
        Sample { rank: coded.then_some(rank), again: true }
    }

    /// For the pass after one in which too few rows reached the guess: a far lower one, then none.
    pub fn next(self) -> Self {
        Sample { rank: self.rank.filter(|_| self.again).map(|rank| 8 * rank), again: false }
    }

    /// The thresholds of score and estimate for a pass; minus infinity where the sample has not as many rows.
    pub fn threshold(
        self,
        spans: &[Span],
        query: &Query,
        eligible: Eligible,
        approximate: bool,
    ) -> (f32, f32) {
        let open = f32::NEG_INFINITY;
        let Some(rank) = self.rank else { return (open, open) };
        let mut best = Best { keys: Vec::with_capacity(2 * rank + 2 * BLOCK), rank, limit: open };
        let mut hits = Hits::default();
        // Different blocks of neighbouring strides, so that a period in the rows does not meet the sample's.
        let (mut block, mut next, mut state) = (0, 0, 1u32);
        for span in spans {
            let Span::Codes { first, planes, start, count } = span else { continue };
            while next < block + count {
                let at = start + next - block;
                let bits = [eligible.block(*first, planes.rows, at)];
                hits.clear();
                let run = |bytes| Run { bytes, shape: planes.shape, first: 0, eligible: &bits };
                if approximate {
                    let lookup = query.lookup.as_ref().expect("spans of codes need coded queries");
                    kernels::best().scan_u2(&run(planes.pairs_from(at)), lookup, best.limit, &mut hits);
                    hits.values.iter().for_each(|&bits| best.add(f32::from_bits(bits as u32)));
                } else {
                    let codes = query.codes.as_ref().expect("spans of codes need coded queries");
                    let bounds = QueryBounds { norm: 0.0, error: 0.0, unit: 0.0 };
                    let query = NibbleQuery { codes, bounds, limit: best.limit };
                    let high = planes.high_from(at);
                    kernels::best().scan_u4(&run(high), &[query], std::slice::from_mut(&mut hits));
                    for (&row, &dot) in hits.rows.iter().zip(&hits.values) {
                        let value = codes.bounds.unit * (f64::from(dot) - codes.rest);
                        best.add(high_scale(high, planes.shape, row as usize) * value as f32);
                    }
                }
                best.cut();
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                next = next / EVERY * EVERY + EVERY + state as usize / (u32::MAX as usize / EVERY + 1);
            }
            block += count;
        }
        let guess = best.finish();
        if approximate { (open, guess) } else { (guess, open) }
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
