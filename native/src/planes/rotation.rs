//! By which orthonormal matrix are rows rotated, and how far from orthonormal is it in f32?
//!
//! A random rotation gives every component about the same share of a row's length whatever the data, so that one scale
//! for the whole row wastes no bits (Gao and Long, RaBitQ, SIGMOD 2024). The matrix is block diagonal with blocks of at
//! most [`WIDEST`], which keeps the cost of long rows linear; block b takes the components j with j mod blocks = b.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::kernels;

const WIDEST: usize = 256;

/// The rotation of one dimension: the same matrix in every process.
pub struct Rotation {
    pub dimension: usize,
    /// Of each block, the components it takes.
    blocks: Vec<Block>,
    /// The relative error of an inner product taken after the rotation of both sides: see [`super::bound`].
    pub error: f64,
}

struct Block {
    components: Vec<usize>,
    /// Transposed: `columns[j * width + i]` is what component j adds to output i.
    columns: Vec<f32>,
}

impl Rotation {
    /// The rotation for a dimension; made once while anyone holds it. Cost: dimension x 256^2.
    pub fn of(dimension: usize) -> Arc<Self> {
        static MADE: Mutex<Option<HashMap<usize, Weak<Rotation>>>> = Mutex::new(None);
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.get_or_insert_with(HashMap::new);
        if let Some(rotation) = made.get(&dimension).and_then(Weak::upgrade) {
            return rotation;
        }
        let rotation = Arc::new(Self::new(dimension));
        made.insert(dimension, Arc::downgrade(&rotation));
        rotation
    }

    fn new(dimension: usize) -> Self {
        let count = dimension.div_ceil(WIDEST);
        let mut random = SplitMix(dimension as u64);
        let mut worst = 0.0f64;
        let blocks = (0..count)
            .map(|b| {
                let components: Vec<usize> = (b..dimension).step_by(count).collect();
                let width = components.len();
                let matrix = orthonormal(width, &mut random);
                let columns: Vec<f32> = matrix.iter().map(|&x| x as f32).collect();
                // ||R'R - I|| is at most its Frobenius norm; each f64 sum errs by far less than a millionth of u.
                let mut defect = 0.0;
                for i in 0..width {
                    for j in 0..width {
                        let dot: f64 = (0..width)
                            .map(|k| f64::from(columns[i * width + k]) * f64::from(columns[j * width + k]))
                            .sum();
                        defect += (dot - f64::from(u8::from(i == j))).powi(2);
                    }
                }
                let n = width as f64;
                let u = 2f64.powi(-24);
                let rounding = n * u / (1.0 - n * u) * n.sqrt() * (1.0 + defect.sqrt());
                worst = worst.max(1.01 * (defect.sqrt() + 2.0 * rounding));
                Block { components, columns }
            })
            .collect();
        Rotation { dimension, blocks, error: worst }
    }

    /// Rotates row-major rows into rows of `padded` components, zeros behind them.
    pub fn apply(&self, rows: &[f32], out: &mut [f32], padded: usize) {
        out.fill(0.0);
        let count = rows.len() / self.dimension;
        let mut at = 0;
        for block in &self.blocks {
            let width = block.components.len();
            let mut taken = Vec::new();
            if self.blocks.len() > 1 {
                for row in rows.chunks_exact(self.dimension) {
                    taken.extend(block.components.iter().map(|&j| row[j]));
                }
            }
            let taken = if self.blocks.len() > 1 { &taken } else { rows };
            let mut rotated = vec![0.0; count * width];
            kernels::best().combine(taken, &block.columns, width, &mut rotated);
            for (out, rotated) in out.chunks_exact_mut(padded).zip(rotated.chunks_exact(width)) {
                out[at..at + width].copy_from_slice(rotated);
            }
            at += width;
        }
    }
}

/// A random orthonormal matrix: normal columns, orthogonalised twice (Stewart, SIAM J. Numer. Anal. 17, 1980). Column i is `[i * n..][..n]`.
fn orthonormal(n: usize, random: &mut SplitMix) -> Vec<f64> {
    let mut columns: Vec<f64> = (0..n * n).map(|_| random.normal()).collect();
    for i in 0..n {
        let (before, rest) = columns.split_at_mut(i * n);
        let column = &mut rest[..n];
        for _ in 0..2 {
            for other in before.chunks_exact(n) {
                let dot: f64 = other.iter().zip(&*column).map(|(a, b)| a * b).sum();
                column.iter_mut().zip(other).for_each(|(x, a)| *x -= dot * a);
            }
        }
        let norm = column.iter().map(|x| x * x).sum::<f64>().sqrt();
        column.iter_mut().for_each(|x| *x /= norm);
    }
    columns
}

/// The generator of Steele, Lea and Flood, OOPSLA 2014.
pub struct SplitMix(pub u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A whole number below `end`, which is at least 1.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Nearly normal: the sum of twelve uniforms. It needs nothing of the mathematics library, whose last bits differ
    /// between systems, so that planes of a file fit the matrix of every machine.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| (self.next() >> 11) as f64 * 2f64.powi(-53)).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_keeps_inner_products_to_the_stated_error() {
        for dimension in [16, 17, 100, 128, 300, 1000] {
            let rotation = Rotation::of(dimension);
            assert!(rotation.error < 2e-3, "{dimension}: {}", rotation.error);
            let mut random = SplitMix(7);
            let padded = dimension.next_multiple_of(16);
            let mut largest = 0.0f64;
            for _ in 0..20 {
                let a: Vec<f32> = (0..dimension).map(|_| random.normal() as f32).collect();
                let b: Vec<f32> = (0..dimension).map(|_| random.normal() as f32).collect();
                let (mut x, mut y) = (vec![9.0; padded], vec![9.0; padded]);
                rotation.apply(&a, &mut x, padded);
                rotation.apply(&b, &mut y, padded);
                assert!(x[dimension..].iter().all(|&x| x == 0.0));
                let dot = |a: &[f32], b: &[f32]| -> f64 {
                    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
                };
                let norms = dot(&a, &a).sqrt() * dot(&b, &b).sqrt();
                largest = largest.max((dot(&a, &b) - dot(&x, &y)).abs() / norms);
                assert!((dot(&x, &x) / dot(&a, &a) - 1.0).abs() < 1e-5);
                assert!(a.iter().zip(&x).any(|(a, x)| (a - x).abs() > 0.1), "it does rotate");
            }
            assert!(largest <= rotation.error, "{largest} {}", rotation.error);
        }
    }

    #[test]
    fn the_matrix_is_the_same_every_time() {
        let (a, b) = (Rotation::new(40), Rotation::new(40));
        assert_eq!(a.blocks[0].columns, b.blocks[0].columns);
    }
}
