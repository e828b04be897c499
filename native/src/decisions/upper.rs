//! Which actions have the highest upper confidence bounds? Most widths need not be computed.
//!
//! The width of x is at most |x| times the root of the largest eigenvalue of A^-1, and with a context c the width of
//! their product at most max |c| times that. What such a bound rules out is not looked at, so that the result is that of
//! computing all.

use super::aligned::Aligned;
use super::bound::largest_eigenvalue;
use super::posterior::{Posterior, Ranking, Refusal, or_least};
use super::rank::{Best, MOST_PICKS};

/// Lanes of [`super::kernels::Kernels::squares`] in any instruction set.
const MOST_LANES: usize = 32;

/// Actions whose widths are computed whatever the bounds are.
const SEEDS: usize = 8;

/// More than the rounding of widths and bounds.
const SLACK: f64 = 1.0 + 1e-6;

/// What is known of the largest eigenvalue of (L L')^-1. Learning lowers it; it is found anew now and then.
pub struct Widest {
    bound: f64,
    updates: usize,
}

impl Widest {
    pub fn new(bound: f64) -> Self {
        Widest { bound, updates: 0 }
    }

    pub fn unknown() -> Self {
        Widest { bound: f64::INFINITY, updates: usize::MAX }
    }

    pub fn age(&mut self) {
        self.updates = self.updates.saturating_add(1);
    }

    /// The matrix was divided by `factor`.
    pub fn grow(&mut self, factor: f64) {
        self.bound *= factor;
    }
}

impl Posterior {
    pub fn upper_bound(&mut self, ranking: Ranking, alpha: f64) -> Result<(), Refusal> {
        self.score_by_mean(ranking)?;
        if alpha == 0.0 {
            self.pick(ranking.count);
            return Ok(());
        }
        let prunes = !ranking.scores && (1..=MOST_PICKS).contains(&ranking.count);
        let widest = if prunes { self.widest() } else { f64::INFINITY };
        let (mut scores, mut picks) = (std::mem::take(&mut self.scores), std::mem::take(&mut self.picks));
        let mut widths = Widths::new(self, ranking, alpha);
        if prunes {
            picks.resize(ranking.count, 0);
            let bounds = widths.bounds(&scores, widest);
            widths.prune(&mut scores, bounds, &mut picks);
        } else {
            let every: Vec<u32> = (0..scores.len() as u32).collect();
            for tile in every.chunks(self.kernels.lanes) {
                widths.add(tile, &mut scores);
            }
        }
        (self.scores, self.picks) = (scores, picks);
        if !prunes {
            self.pick(ranking.count);
        }
        Ok(())
    }

    /// At least the root of the largest eigenvalue of A^-1.
    fn widest(&mut self) -> f64 {
        if self.widest.updates >= self.dimension {
            let found = largest_eigenvalue(self.kernels, &self.factor, &self.inverse, self.dimension);
            self.widest = Widest::new(found.unwrap_or(f64::INFINITY).min(self.widest.bound));
        }
        (self.widest.bound / self.scale).sqrt()
    }
}

/// Computes widths, some actions at a time.
struct Widths<'a> {
    posterior: &'a Posterior,
    ranking: Ranking<'a>,
    alpha: f64,
    /// Vectors by components, a lane for each action.
    lanes: Aligned,
}

impl<'a> Widths<'a> {
    fn new(posterior: &'a Posterior, ranking: Ranking<'a>, alpha: f64) -> Self {
        let lanes = Aligned::zeros(posterior.inverse.len() * posterior.kernels.lanes);
        Widths { posterior, ranking, alpha, lanes }
    }

    /// What each score may reach with its width.
    fn bounds(&self, scores: &[f32], widest: f64) -> Vec<f32> {
        let context = self
            .ranking
            .context
            .map_or(1.0, |context| context.iter().fold(0.0, |most: f64, &c| most.max(f64::from(c).abs())));
        let factor = self.alpha * widest * context * SLACK;
        let norms = self.ranking.actions.norms();
        let bounds = scores.iter().zip(self.ranking.rows).map(|(&score, &row)| {
            let bound = (f64::from(score) + factor * norms[row as usize]) as f32;
            // An unknown one rules nothing out.
            if bound.is_nan() { f32::INFINITY } else { bound + 0.0 }
        });
        bounds.collect()
    }

    /// Adds alpha times their widths to the scores of some actions.
    fn add(&mut self, tile: &[u32], scores: &mut [f32]) {
        let Posterior { kernels, factor, inverse, scale, .. } = self.posterior;
        let count = if tile.len() <= 8 { 8 } else { kernels.lanes };
        let width = inverse.len();
        let lanes = &mut self.lanes[..width * count];
        kernels.spread(self.ranking.actions.data(), width, self.ranking.rows, tile, lanes);
        if let Some(context) = self.ranking.context {
            for (lanes, &c) in lanes.chunks_exact_mut(count).zip(context) {
                lanes.iter_mut().for_each(|x| *x *= f64::from(c));
            }
        }
        let mut squares = [0.0; MOST_LANES];
        kernels.squares(factor, inverse, lanes, &mut squares[..count]);
        for (&i, square) in tile.iter().zip(squares) {
            let score = &mut scores[i as usize];
            *score = or_least((f64::from(*score) + self.alpha * (square / scale).sqrt()) as f32);
        }
    }

    /// Picks the best scores with widths, and computes those widths only that may matter. No more picks than
    /// [`MOST_PICKS`].
    fn prune(&mut self, scores: &mut [f32], mut bounds: Vec<f32>, picks: &mut [u32]) {
        let kernels = self.posterior.kernels;
        let mut best = Best::new(picks);
        let mut seeds = vec![0; best.len().max(SEEDS).min(scores.len())];
        kernels.pick(&bounds, &mut seeds);
        for tile in seeds.chunks(kernels.lanes) {
            self.add(tile, scores);
            for &i in tile {
                best.insert(scores[i as usize], i);
                bounds[i as usize] = f32::NAN;
            }
        }
        let limit = best.threshold();
        let mut rest: Vec<u32> = Vec::new();
        for (i, &bound) in bounds.iter().enumerate() {
            if bound >= limit {
                rest.push(i as u32);
            }
        }
        let mut left = &mut rest[..];
        while !left.is_empty() {
            let mut count = 0;
            let mut at = 0;
            while at < left.len() && count < kernels.lanes {
                let i = left[at];
                if best.takes(bounds[i as usize], i) {
                    left.swap(count, at);
                    count += 1;
                }
                at += 1;
            }
            if count == 0 {
                return;
            }
            self.add(&left[..count], scores);
            for &i in &left[..count] {
                best.insert(scores[i as usize], i);
            }
            left = &mut left[at..];
        }
    }
}
