//! Which instructions do the inner loops use? The same code compiled for each instruction set, chosen at run time.

use super::TURN_BLOCK;
use super::isa::*;
use super::product::{Isa, View, add_square, add_tile};
use super::row::{self, System, Workspace};
use crate::errors::Result;

type Gram = unsafe fn(&[f64], usize, &mut [f64]);
type Turn = unsafe fn(&mut [f64], &[f64], usize);
type Solve = unsafe fn(&System, &mut Workspace, &mut [f64]) -> Result<()>;

/// The kernels of one instruction set.
#[derive(Clone, Copy)]
pub struct Kernels {
    gram: Gram,
    turn: Turn,
    solve: Solve,
}

impl Kernels {
    /// Adds the sum of w w' over rows of length `p` to `sum`, upper tiles only.
    pub fn gram(&self, rows: &[f64], p: usize, sum: &mut [f64]) {
        // SAFETY: the instruction set was detected before this value could be had; the slices are checked inside.
        unsafe { (self.gram)(rows, p, sum) }
    }

    /// Replaces every row w of length `p` by w Q, for Q row-major.
    pub fn turn(&self, rows: &mut [f64], basis: &[f64], p: usize) {
        // SAFETY: as in `gram`.
        unsafe { (self.turn)(rows, basis, p) }
    }

    /// See [`row::solve`].
    pub fn solve(&self, system: &System, work: &mut Workspace, out: &mut [f64]) -> Result<()> {
        // SAFETY: as in `gram`.
        unsafe { (self.solve)(system, work, out) }
    }

    /// Those of the instruction set that the other kernels use.
    pub fn best() -> Self {
        Self::of(crate::kernels::best().isa)
    }

    /// Those of an instruction set that this machine has.
    pub fn of(isa: &str) -> Self {
        match isa {
            #[cfg(target_arch = "x86_64")]
            "avx512" => Kernels { gram: avx512::gram, turn: avx512::turn, solve: avx512::solve },
            #[cfg(target_arch = "x86_64")]
            "avx2" => Kernels { gram: avx2::gram, turn: avx2::turn, solve: avx2::solve },
            _ => Kernels { gram: scalar::gram, turn: scalar::turn, solve: scalar::solve },
        }
    }
}

#[inline(always)]
fn gram<I: Isa>(rows: &[f64], p: usize, sum: &mut [f64]) {
    add_square::<I>(View { data: rows, stride: p }, rows.len() / p, (0, p), 1.0, (sum, p));
}

#[inline(always)]
fn turn<I: Isa>(rows: &mut [f64], basis: &[f64], p: usize) {
    let count = rows.len() / p;
    let mut columns = vec![0.0; p * TURN_BLOCK];
    for (r, row) in rows.chunks(p).enumerate() {
        for f in 0..p {
            columns[f * TURN_BLOCK + r] = row[f];
        }
    }
    let mut turned = vec![0.0; TURN_BLOCK * p];
    let (a, b) = (View { data: &columns, stride: TURN_BLOCK }, View { data: basis, stride: p });
    for i in (0..count).step_by(I::M) {
        for j in (0..p).step_by(I::N) {
            add_tile::<I>(a, b, p, (i, j), 1.0, (&mut turned, p));
        }
    }
    rows.copy_from_slice(&turned[..rows.len()]);
}

/// The three kernels, compiled for one instruction set.
macro_rules! kernels {
    ($name:ident, $isa:ty $(, $feature:literal)?) => {
        mod $name {
            use super::*;

            $(#[target_feature(enable = $feature)])?
            pub unsafe fn gram(rows: &[f64], p: usize, sum: &mut [f64]) {
                super::gram::<$isa>(rows, p, sum)
            }

            $(#[target_feature(enable = $feature)])?
            pub unsafe fn turn(rows: &mut [f64], basis: &[f64], p: usize) {
                super::turn::<$isa>(rows, basis, p)
            }

            $(#[target_feature(enable = $feature)])?
            pub unsafe fn solve(system: &System, work: &mut Workspace, out: &mut [f64]) -> Result<()> {
                row::solve::<$isa>(system, work, out)
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
kernels!(avx512, Avx512, "avx512f,fma");
#[cfg(target_arch = "x86_64")]
kernels!(avx2, Avx2, "avx2,fma");
kernels!(scalar, Scalar);
