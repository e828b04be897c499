//! Which factor fits one row, the other side being fixed and in the basis where the shared part is diagonal?

use super::PAD;
use super::cholesky;
use super::product::{Isa, View, add_square, axpy};
use crate::errors::Result;

/// Entries gathered at once: 128 of them in 128 dimensions are 128 KiB, which stays in the second-level cache.
const GATHER: usize = 128;

/// (diag(base) + ridge + H'H) w = H'1, H being the rows of the fixed side that were interacted with.
pub struct System<'a> {
    /// Rows x padded dimension.
    pub factors: &'a [f64],
    pub entries: &'a [u32],
    /// As many as dimensions.
    pub base: &'a [f64],
    pub ridge: f64,
}

/// Scratch of one thread.
pub struct Workspace {
    dimension: usize,
    padded: usize,
    gathered: Vec<f64>,
    matrix: Vec<f64>,
    panel: Vec<f64>,
    ones: Vec<f64>,
    scale: Vec<f64>,
}

impl Workspace {
    pub fn new(dimension: usize, padded: usize) -> Self {
        Workspace {
            dimension,
            padded,
            gathered: vec![0.0; padded * padded.max(GATHER)],
            matrix: vec![0.0; padded * padded],
            panel: Vec::new(),
            ones: vec![0.0; padded],
            scale: vec![0.0; padded],
        }
    }
}

/// Writes the solution to `out`, of padded length.
#[inline(always)]
pub fn solve<I: Isa>(system: &System, work: &mut Workspace, out: &mut [f64]) -> Result<()> {
    out.fill(0.0);
    if system.entries.is_empty() {
        Ok(())
    } else if system.entries.len() < work.dimension {
        solve_short::<I>(system, work, out)
    } else {
        solve_long::<I>(system, work, out)
    }
}

/// With B = diag(base) + ridge: w = B^-1 H' (1 + H B^-1 H')^-1 1, an n x n system.
#[inline(always)]
fn solve_short<I: Isa>(system: &System, work: &mut Workspace, out: &mut [f64]) -> Result<()> {
    let (d, p, n) = (work.dimension, work.padded, system.entries.len());
    let stride = n.next_multiple_of(PAD);
    for (scale, base) in work.scale.iter_mut().zip(system.base) {
        *scale = 1.0 / (base + system.ridge).sqrt();
    }
    // H B^-1/2, transposed: row f holds dimension f of all entries, then zeros.
    let gathered = &mut work.gathered[..d * stride];
    for row in gathered.chunks_mut(stride) {
        row[n..].fill(0.0);
    }
    for (r, &entry) in system.entries.iter().enumerate() {
        let row = &system.factors[entry as usize * p..][..d];
        for f in 0..d {
            gathered[f * stride + r] = row[f] * work.scale[f];
        }
    }
    let gathered = &*gathered;
    let matrix = &mut work.matrix[..stride * stride];
    matrix.fill(0.0);
    add_square::<I>(View { data: gathered, stride }, d, (0, stride), 1.0, (matrix, stride));
    for r in 0..n {
        matrix[r * stride + r] += 1.0;
    }
    let ones = &mut work.ones[..n];
    ones.fill(1.0);
    cholesky::factor::<I>(matrix, n, stride, &mut work.panel)?;
    cholesky::solve::<I>(matrix, n, stride, ones);
    for (r, &entry) in system.entries.iter().enumerate() {
        axpy::<I>(out, ones[r], &system.factors[entry as usize * p..][..p]);
    }
    for (out, scale) in out.iter_mut().zip(&work.scale[..d]) {
        *out *= scale * scale;
    }
    Ok(())
}

#[inline(always)]
fn solve_long<I: Isa>(system: &System, work: &mut Workspace, out: &mut [f64]) -> Result<()> {
    let (d, p) = (work.dimension, work.padded);
    let matrix = &mut work.matrix[..p * p];
    matrix.fill(0.0);
    for entries in system.entries.chunks(GATHER) {
        for (to, &entry) in work.gathered.chunks_mut(p).zip(entries) {
            to.copy_from_slice(&system.factors[entry as usize * p..][..p]);
            axpy::<I>(out, 1.0, to);
        }
        let rows = View { data: &work.gathered, stride: p };
        add_square::<I>(rows, entries.len(), (0, p), 1.0, (matrix, p));
    }
    for f in 0..d {
        matrix[f * p + f] += system.base[f] + system.ridge;
    }
    cholesky::factor::<I>(matrix, d, p, &mut work.panel)?;
    cholesky::solve::<I>(matrix, d, p, out);
    Ok(())
}
