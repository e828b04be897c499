//! What does a search keep of a query?

use std::sync::atomic::{AtomicU32, Ordering};

use crate::bound::norm_from_squares;
use crate::kernels::{self, order, score_of};
use crate::matrix::View;
use crate::planes::{Codes, Lookup, Rotation, Shape};

/// A query with its codes and how far the search for it has come.
pub struct Query<'a> {
    pub vector: &'a [f32],
    pub norm: f64,
    /// None where no chunk has planes, or where the query is beyond their proof.
    pub codes: Option<Codes>,
    /// Of an approximate search that has codes.
    pub lookup: Option<Lookup>,
    /// The best k-th score that any thread has reached, or the guess that the pass began with.
    pub threshold: Threshold,
    /// The same of the estimates, for the candidates of an approximate search.
    pub estimate: Threshold,
}

impl<'a> Query<'a> {
    pub fn new(vector: &'a [f32], view: &View, approximate: bool) -> Self {
        let norm = norm_from_squares(kernels::best().rescore(vector, vector));
        let planes = view.chunks.iter().find_map(|(_, chunk)| chunk.planes());
        let rotated = planes.map(|planes| rotated(vector, &planes.rotation, planes.shape));
        let coded = planes.zip(rotated.as_ref());
        let codes = coded.and_then(|(planes, rotated)| Codes::new(rotated, norm, &planes.rotation));
        let lookup =
            coded.filter(|_| approximate).map(|(planes, rotated)| Lookup::new(rotated, planes.shape));
        Query { vector, norm, codes, lookup, threshold: Threshold::new(), estimate: Threshold::new() }
    }

    /// Begins a pass at a guess of the k-th best score, or of the last candidate's estimate.
    pub fn begin(&self, score: f32, estimate: f32) {
        self.threshold.set(score);
        self.estimate.set(estimate);
    }

    /// Did the pass begin without a guess?
    pub fn began_open(&self) -> bool {
        self.threshold.first() == f32::NEG_INFINITY && self.estimate.first() == f32::NEG_INFINITY
    }
}

fn rotated(vector: &[f32], rotation: &Rotation, shape: Shape) -> Vec<f32> {
    let mut rotated = vec![0.0; shape.padded];
    rotation.apply(vector, &mut rotated, shape.padded);
    rotated
}

/// An f32 that rises during a pass, shared by threads.
pub struct Threshold {
    now: AtomicU32,
    first: AtomicU32,
}

impl Threshold {
    pub fn new() -> Self {
        let lowest = order(f32::NEG_INFINITY);
        Threshold { now: AtomicU32::new(lowest), first: AtomicU32::new(lowest) }
    }

    fn set(&self, value: f32) {
        self.now.store(order(value), Ordering::Relaxed);
        self.first.store(order(value), Ordering::Relaxed);
    }

    fn first(&self) -> f32 {
        score_of(self.first.load(Ordering::Relaxed))
    }

    pub fn get(&self) -> f32 {
        score_of(self.now.load(Ordering::Relaxed))
    }

    /// Raises it to `value` if that is higher; returns the result.
    pub fn raise(&self, value: f32) -> f32 {
        let order = order(value);
        score_of(self.now.fetch_min(order, Ordering::Relaxed).min(order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
