//! Which blocks of rows may reach a threshold?
//!
//! # The bound
//! Let e be the unit axis of a list and x a row of it. With `q = <q,e> e + q'` and `x = <x,e> e + x'`,
//! `<q,x> = <q,e> <x,e> + <q',x'>`, and by Cauchy-Schwarz `<q',x'> <= |q'| |x'|`. Over the rows of a block the first
//! term is at most `<q,e>` times the greatest or, where that is negative, the least `<x,e>`. This is [`Reach::Sure`]: a
//! block in which it is below a threshold has no row that reaches it. As x' points anywhere across the axis, `<q',x'>`
//! is mostly far smaller: its standard deviation is a share of `|q'| |x'|` which the query shows with some sampled rows.
//! [`Reach::Likely`] takes [`DEVIATIONS`] of those instead, and along the axis what is typical.
//!
//! # Rounding
//! `<x,e>` and `|x'|` are taken in f64 and rounded outwards. `<q,c>` is an f32 sum for the axis c in f32, whose norm is
//! within 2u of 1, `u = 2^-24`, so that it errs by at most `(n + 3) u |q|` (see [`crate::bound`]); `|q'|` is computed
//! from the least that it may be. The f32 sum of the terms errs by less than `16 u |q| |x|`. Both, and the error of the
//! f64 score, are added as a share of the greatest norm of the block. Norms for which a product might underflow or
//! overflow make the bound infinite, or NaN, which counts as reaching.

use super::extent::{Extent, is_tame, up};
use super::{Lists, SPREAD};
use crate::kernels::{self, Hits};

/// How many standard deviations above its mean a score is still looked for by an approximate search. Fewer lose more
/// rows than the estimates do; more candidates lower the threshold and so look further.
const DEVIATIONS: f32 = 3.0;

/// Blocks that are asked how far they reach.
const PROBED: usize = 2048;

/// A query as the lists see it.
pub struct Aim {
    /// Of each list, `<q,e>`.
    along: Vec<f32>,
    /// Of each list, `|q'|`.
    across: Vec<f32>,
    /// The standard deviation of `<q',x'>` as a share of `|q'| |x'|`.
    spread: f32,
    /// What rounding may add for each unit of a row's norm.
    slack: f32,
}

/// Which rows must not be missed?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All.
    Sure,
    /// Most.
    Likely,
}

impl Lists {
    /// The query of this norm, which is rounded up.
    pub fn aim(&self, query: &[f32], norm: f64) -> Aim {
        let (n, u) = (query.len() as f64, 2f64.powi(-24));
        let error = (n + 3.0) * u * 1.01;
        let slack = if is_tame(norm) { (error + 16.0 * u + n * u * u) * norm } else { f64::INFINITY };
        let mut along = self.axes.products(query);
        let sampled = along.split_off(self.starts.len() - 1);
        let square = sampled.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / SPREAD as f64;
        let spread = if norm > 0.0 { (square.sqrt() / norm) as f32 } else { 0.0 };
        let across = along.iter().map(|&along| {
            let along = (f64::from(along.abs()) - error * norm).max(0.0);
            up((norm * norm - along * along).max(0.0).sqrt())
        });
        Aim { across: across.collect(), along, spread, slack: up(slack) }
    }

    /// The blocks that may reach a limit, in ascending order, with the bits of how far they reach.
    pub fn reaching(&self, aim: &Aim, reach: Reach, limit: f32) -> Hits {
        let (kernels, mut hits) = (kernels::best(), Hits::default());
        for (list, extent) in self.lists.iter().enumerate() {
            let aim = aim.at(list, reach);
            let most = aim.reach(extent);
            if most >= limit || most.is_nan() {
                let [high, low, typical, across, norm] = self.extents(self.blocks_of(list));
                let along = [high, low, typical][aim.number];
                kernels.reach(self.starts[list], [along, across, norm], aim.weights, limit, &mut hits);
            }
        }
        hits
    }

    /// Nearly the least that so many blocks are likely to reach.
    pub fn reached_by(&self, aim: &Aim, blocks: usize) -> f32 {
        let step = (self.blocks() / PROBED).max(1);
        let mut list = 0;
        let reaches = (step / 2..self.blocks()).step_by(step).map(|i| {
            while self.starts[list + 1] as usize <= i {
                list += 1;
            }
            aim.at(list, Reach::Likely).reach(&self.extent(i))
        });
        let mut reaches: Vec<f32> = reaches.collect();
        let rank = blocks / step;
        if rank >= reaches.len() {
            return f32::NEG_INFINITY;
        }
        *reaches.select_nth_unstable_by(rank, |a, b| b.total_cmp(a)).1
    }
}

/// A query as one list sees it: the reach is a weighted sum of three numbers of an [`Extent`].
struct ListAim {
    /// Which number along the axis counts.
    number: usize,
    /// Of that, of what is across, of the norm.
    weights: [f32; 3],
}

impl Aim {
    #[inline]
    fn at(&self, list: usize, reach: Reach) -> ListAim {
        let (along, across) = (self.along[list], self.across[list]);
        let (number, weights) = match reach {
            Reach::Sure => (0, [along, across, self.slack]),
            Reach::Likely => (2, [along, across * (DEVIATIONS * self.spread).min(1.0), 0.0]),
        };
        ListAim { number: if along < 0.0 { 1 } else { number }, weights }
    }
}

impl ListAim {
    #[inline]
    fn reach(&self, rows: &Extent) -> f32 {
        let [along, across, norm] = self.weights;
        along * [rows.high, rows.low, rows.typical][self.number] + across * rows.across + norm * rows.norm
    }
}
