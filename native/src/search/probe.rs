//! Which blocks of planes in lists are scanned for a query?
//!
//! Those that may reach the threshold ([`crate::planes::Lists`]): surely for an exact search, likely for an approximate
//! one, whose threshold falls as more candidates are wanted.

use std::ops::Range;

use super::query::Query;
use super::spans::Coded;
use crate::kernels::Hits;
use crate::planes::{Aim, Lists, Reach};

/// Blocks that are scanned as one piece of work.
pub const PIECE: usize = 64;

/// Where a query aims at in the chunks in lists.
pub struct Probe<'a> {
    aims: Vec<(&'a Lists, Aim)>,
}

/// For each chunk in lists the blocks to scan, in ascending order, with how far they reach.
pub type Chosen = Vec<Hits>;

/// Blocks to scan for some queries.
pub struct Pick<'a> {
    /// By their places among the queries of a pass.
    pub queries: Range<usize>,
    pub coded: Coded<'a>,
    pub blocks: Vec<u32>,
}

impl<'a> Probe<'a> {
    pub fn new(query: &Query, chunks: &[(Coded<'a>, &'a Lists)]) -> Self {
        let aim = |&(_, lists): &(Coded<'a>, &'a Lists)| (lists, lists.aim(query.vector, query.norm));
        Probe { aims: chunks.iter().map(aim).collect() }
    }

    /// What so many blocks are likely to reach.
    pub fn reached_by(&self, blocks: usize) -> f32 {
        let reached = self.aims.iter().map(|(lists, aim)| lists.reached_by(aim, blocks));
        reached.fold(f32::NEG_INFINITY, f32::max)
    }

    /// The blocks that may reach a limit.
    pub fn choose(&self, reach: Reach, limit: f32) -> Chosen {
        self.aims.iter().map(|(lists, aim)| lists.reaching(aim, reach, limit)).collect()
    }
}

/// What is scanned for the queries of a pass, in tiles of so many.
pub fn picks<'a>(chunks: &[(Coded<'a>, &Lists)], chosen: &[Chosen], tile: usize) -> Vec<Pick<'a>> {
    let tiles = (0..chosen.len()).step_by(tile).map(|start| start..(start + tile).min(chosen.len()));
    let picks = tiles.flat_map(|queries| {
        chunks.iter().enumerate().map(move |(i, &(coded, lists))| {
            let blocks = match &chosen[queries.clone()] {
                [one] => one[i].rows.clone(),
                several => union(several.iter().map(|one| &one[i].rows[..]), lists.blocks()),
            };
            Pick { queries: queries.clone(), coded, blocks }
        })
    });
    picks.collect()
}

/// What is chosen for any of some queries, in ascending order.
fn union<'m>(several: impl Iterator<Item = &'m [u32]>, blocks: usize) -> Vec<u32> {
    let mut chosen = vec![false; blocks];
    several.flatten().for_each(|&block| chosen[block as usize] = true);
    (0..blocks as u32).filter(|&block| chosen[block as usize]).collect()
}
