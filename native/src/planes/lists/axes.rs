//! Which directions stand for the rows?
//!
//! Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): rows count by their direction alone, so that long
//! ones do not draw all axes to themselves.

use std::sync::{Mutex, PoisonError};

use super::super::rotation::SplitMix;
use crate::kernels;
use crate::pool::Pool;

/// Axes of a tile: for 64 components it fits the first-level cache.
pub const TILE: usize = 128;

/// Rows of the sample for each axis.
const SAMPLED: usize = 64;

/// After so many rounds the axes hardly move.
const ROUNDS: usize = 6;

/// Rows that pass over a tile together: it stays in the first-level cache meanwhile.
const TOGETHER: usize = 64;

/// Unit vectors.
pub struct Axes {
    pub dimension: usize,
    count: usize,
    /// Component j of axis i is at `(i / TILE * dimension + j) * TILE + i % TILE`.
    tiles: Vec<f32>,
}

/// The axis nearest to a row, and their cosine.
#[derive(Clone, Copy, Default)]
pub struct Nearest {
    pub axis: u32,
    pub cosine: f32,
}

impl Axes {
    /// Finds `count` axes, a multiple of [`TILE`], for row-major finite rows. Cost: count^2 x 400 x dimension
    /// multiplications, on all threads of the pool. The same rows have the same axes.
    pub fn of(data: &[f32], dimension: usize, count: usize, pool: &Pool) -> Self {
        let rows = data.len() / dimension;
        let sampled = rows.min(SAMPLED * count);
        let mut random = SplitMix(rows as u64);
        let mut sample = vec![0.0; sampled * dimension];
        for (i, out) in sample.chunks_exact_mut(dimension).enumerate() {
            // One of each of so many equal parts.
            let (start, end) = (i * rows / sampled, (i + 1) * rows / sampled);
            let row = start + random.below(end - start);
            direction(&data[row * dimension..][..dimension], out);
        }
        let mut axes = Self::zeros(dimension, count);
        for i in 0..count {
            axes.set(i, pick(&sample, dimension, &mut random));
        }
        for _ in 0..ROUNDS {
            let nearest = axes.nearest_of(&sample, pool);
            let mut sums = vec![0f64; count * dimension];
            for (row, nearest) in sample.chunks_exact(dimension).zip(nearest) {
                let sum = &mut sums[nearest.axis as usize * dimension..][..dimension];
                sum.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x));
            }
            for (i, sum) in sums.chunks_exact(dimension).enumerate() {
                let norm = sum.iter().map(|x| x * x).sum::<f64>().sqrt();
                if norm > 0.0 {
                    let mean: Vec<f32> = sum.iter().map(|x| (x / norm) as f32).collect();
                    axes.set(i, &mean);
                } else {
                    axes.set(i, pick(&sample, dimension, &mut random));
                }
            }
        }
        axes
    }

    pub fn zeros(dimension: usize, count: usize) -> Self {
        Axes { dimension, count, tiles: vec![0.0; count * dimension] }
    }

    /// The axis numbered i.
    pub fn axis(&self, i: usize) -> impl Iterator<Item = f32> {
        let start = i / TILE * self.dimension * TILE + i % TILE;
        (0..self.dimension).map(move |j| self.tiles[start + j * TILE])
    }

    pub fn set(&mut self, i: usize, axis: &[f32]) {
        let start = i / TILE * self.dimension * TILE + i % TILE;
        for (j, &x) in axis.iter().enumerate() {
            self.tiles[start + j * TILE] = x;
        }
    }

    /// The inner products of a vector with all axes.
    pub fn products(&self, vector: &[f32]) -> Vec<f32> {
        let mut products = vec![0.0; self.count];
        let tiles = self.tiles.chunks_exact(self.dimension * TILE);
        for (out, tile) in products.chunks_exact_mut(TILE).zip(tiles) {
            kernels::best().combine(vector, tile, TILE, out);
        }
        products
    }

    /// The axis nearest to each of a few rows, whose directions are given.
    pub fn nearest(&self, directions: &[f32], out: &mut [Nearest]) {
        out.fill(Nearest { axis: 0, cosine: f32::NEG_INFINITY });
        let mut products = vec![0.0; out.len() * TILE];
        for (t, tile) in self.tiles.chunks_exact(self.dimension * TILE).enumerate() {
            kernels::best().combine(directions, tile, TILE, &mut products);
            for (products, nearest) in products.chunks_exact(TILE).zip(&mut *out) {
                let largest = largest(products);
                if largest > nearest.cosine {
                    let at = products.iter().position(|&x| x == largest).unwrap_or(0);
                    *nearest = Nearest { axis: (t * TILE + at) as u32, cosine: largest };
                }
            }
        }
    }

    pub fn tiles(&self) -> &[f32] {
        &self.tiles
    }

    pub fn from_tiles(dimension: usize, tiles: Vec<f32>) -> Self {
        Axes { dimension, count: tiles.len() / dimension, tiles }
    }

    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        self.tiles.extend(other.tiles);
    }

    fn nearest_of(&self, directions: &[f32], pool: &Pool) -> Vec<Nearest> {
        let mut all = vec![Nearest::default(); directions.len() / self.dimension];
        let parts: Vec<_> = all.chunks_mut(TOGETHER).map(Mutex::new).collect();
        pool.parallel(parts.len(), &|i| {
            let mut out = parts[i].lock().unwrap_or_else(PoisonError::into_inner);
            let start = i * TOGETHER * self.dimension;
            self.nearest(&directions[start..start + out.len() * self.dimension], &mut out);
        });
        drop(parts);
        all
    }
}

/// A row over its norm, which is returned; zeros stay zeros.
pub fn direction(row: &[f32], out: &mut [f32]) -> f64 {
    let norm = kernels::best().rescore(row, row).sqrt();
    let inverse = if norm > 0.0 { 1.0 / norm } else { 0.0 };
    out.iter_mut().zip(row).for_each(|(out, &x)| *out = (f64::from(x) * inverse) as f32);
    norm
}

fn pick<'a>(sample: &'a [f32], dimension: usize, random: &mut SplitMix) -> &'a [f32] {
    &sample[random.below(sample.len() / dimension) * dimension..][..dimension]
}

#[inline]
fn largest(products: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    for chunk in products.chunks_exact(16) {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = if x > *lane { x } else { *lane };
        }
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, f32::max)
}
