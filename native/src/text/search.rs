//! Which rows score best? Term by term over windows of rows, so that sums stay in the cache.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::layout::Index;
use super::terms::{Word, terms_of};
use crate::promise::Stop;

/// Rows of a window: sums of both kinds take 512 KiB.
const WINDOW: usize = 1 << 16;

/// A row found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub row: u32,
    pub score: f32,
}

impl Eq for Hit {}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The better one is greater: the higher score, then the lower row.
impl Ord for Hit {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}

/// The postings of a term that no window has had, at least one.
struct Rest<'a> {
    /// The first of `rows`, beside the others of its word: most terms of a beginning are rare and miss most windows.
    next: u32,
    rows: &'a [u32],
    impacts: &'a [u8],
    /// What an impact of 1 scores.
    worth: f32,
}

impl Rest<'_> {
    /// Hands over the postings of rows below `end`; true if some are left.
    fn take(&mut self, end: usize, mut visit: impl FnMut(u32, f32)) -> bool {
        if self.next as usize >= end {
            return true;
        }
        let mut count = 0;
        while let Some(&row) = self.rows.get(count)
            && (row as usize) < end
        {
            visit(row, self.worth * f32::from(self.impacts[count]));
            count += 1;
        }
        self.rows = &self.rows[count..];
        self.impacts = &self.impacts[count..];
        self.next = self.rows.first().copied().unwrap_or(u32::MAX);
        !self.rows.is_empty()
    }
}

/// The best `k` rows of those in `mask`, best first; none if it was stopped. The mask has a bit for every row.
pub fn search(
    index: &Index,
    words: &[Word],
    k: usize,
    mask: Option<&[u32]>,
    stop: &Stop,
) -> Option<Vec<Hit>> {
    let mut words: Vec<Vec<Rest>> = words
        .iter()
        .map(|word| {
            let rest = |(term, worth)| {
                let (rows, impacts) = index.postings(term);
                Rest { next: rows[0], rows, impacts, worth: worth / 255.0 }
            };
            terms_of(index, word).into_iter().map(rest).collect()
        })
        .collect();
    let width = WINDOW.min(index.sizes.rows);
    let mut totals = vec![0f32; width];
    let mut best_terms = vec![0f32; width];
    // Places of a window that are above 0.
    let mut found: Vec<u32> = Vec::new();
    let mut touched: Vec<u32> = Vec::new();
    let mut best: BinaryHeap<Reverse<Hit>> = BinaryHeap::new();

    for start in (0..index.sizes.rows).step_by(WINDOW) {
        if stop.is_raised() {
            return None;
        }
        let end = start + WINDOW;
        let mut add = |found: &mut Vec<u32>, place: u32, score: f32| {
            let total = &mut totals[place as usize];
            if *total == 0.0 {
                found.push(place);
            }
            *total += score;
        };
        for terms in &mut words {
            if let [term] = &mut terms[..] {
                if !term.take(end, |row, score| add(&mut found, row - start as u32, score)) {
                    terms.clear();
                }
                continue;
            }
            terms.retain_mut(|term| {
                term.take(end, |row, score| {
                    let place = row - start as u32;
                    let best = &mut best_terms[place as usize];
                    if *best == 0.0 {
                        touched.push(place);
                    }
                    *best = best.max(score);
                })
            });
            for place in touched.drain(..) {
                add(&mut found, place, std::mem::take(&mut best_terms[place as usize]));
            }
        }
        for place in found.drain(..) {
            let score = std::mem::take(&mut totals[place as usize]);
            let hit = Hit { row: start as u32 + place, score };
            if best.len() == k && best.peek().is_some_and(|Reverse(worst)| *worst > hit) {
                continue;
            }
            let row = hit.row as usize;
            if mask.is_some_and(|mask| mask[row / 32] >> (row % 32) & 1 == 0) {
                continue;
            }
            if best.len() == k {
                best.pop();
            }
            best.push(Reverse(hit));
        }
    }
    Some(best.into_sorted_vec().into_iter().map(|Reverse(hit)| hit).collect())
}
