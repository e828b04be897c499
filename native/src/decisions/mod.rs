//! What do policies compute with? Resident actions, a Gaussian posterior, and draws from scores.
//!
//! The contract is `src/decisions/kernels/kernels.ts`; `src/decisions/kernels/reference/` is the plain form of all that
//! stands here, and gives the same bits. So does `assembly/decisions/`.

// Lanes are numbers here, and the same number in several registers.
#![allow(clippy::needless_range_loop)]

mod actions;
mod aligned;
mod bound;
mod choice;
mod elementary;
mod factor;
mod kernels;
mod node;
mod normals;
mod posterior;
mod rank;
mod simd;
mod slate;
#[cfg(test)]
mod tests;
mod upper;

/// Rows and columns are padded with zeros to a multiple of sixteen.
fn padded(dimension: usize) -> usize {
    dimension.next_multiple_of(16)
}
