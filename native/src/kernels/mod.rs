//! Which instructions do the inner loops use?
//!
//! Kernels of the same names stand in `assembly/`: [`Kernels::scan`] finds the rows whose f32 score may reach a
//! threshold, [`Kernels::rescore`] is the f64 score, [`select`] keeps the best k, and [`codes`] has those over quantised
//! rows. Each but `select` exists once per instruction set; which is used is decided at run time, once.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub mod codes;
mod scalar;
mod select;

use std::sync::OnceLock;

use crate::planes::{Codes, Lookup};
pub use codes::{Hits, NibbleQuery, Run, TILE};
pub use select::{Key, order, score_of, select, sort};

/// A run of rows with the mask that says which of them are eligible.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Row-major, a whole number of rows, at least one.
    pub data: &'a [f32],
    pub dimension: usize,
    /// The number of the first row.
    pub first: usize,
    /// Bit `i % 32` of word `i / 32` is row `i`; it covers all rows of the run.
    pub mask: Option<&'a [u32]>,
}

impl<'a> Rows<'a> {
    pub fn len(&self) -> usize {
        self.data.len() / self.dimension
    }

    pub fn row(&self, i: usize) -> &'a [f32] {
        &self.data[i * self.dimension..][..self.dimension]
    }

    /// Appends the position of every eligible row to `out`.
    fn pass_all(&self, out: &mut Vec<u32>) {
        for start in (0..self.len()).step_by(8) {
            let mut eligible = self.eligible8(start);
            while eligible != 0 {
                out.push(start as u32 + eligible.trailing_zeros());
                eligible &= eligible - 1;
            }
        }
    }

    /// Bit `i` of the answer: row `start + i` of the run exists and is eligible.
    #[inline(always)]
    fn eligible8(&self, start: usize) -> u32 {
        let left = self.len() - start;
        let exist = if left >= 8 { 0xff } else { (1 << left) - 1 };
        let Some(mask) = self.mask else { return exist };
        let at = self.first + start;
        let (word, shift) = (at / 32, at % 32);
        let low = u64::from(mask[word]);
        let high = u64::from(mask.get(word + 1).copied().unwrap_or(0));
        ((low | high << 32) >> shift) as u32 & exist
    }
}

/// See [`Kernels::reach`].
type Reach = unsafe fn(u32, [&[f32]; 3], [f32; 3], f32, &mut Hits);

/// The kernels of one instruction set.
pub struct Kernels {
    pub isa: &'static str,
    /// Are scans of codes faster than those of f32 rows? Without instructions for bytes they are not.
    pub favours_codes: bool,
    scan: unsafe fn(Rows, &[f32], f32, &mut Vec<u32>),
    rescore: unsafe fn(&[f32], &[f32]) -> f64,
    scan_u4: unsafe fn(&Run, &[NibbleQuery], &mut [Hits]),
    dot_u4: unsafe fn(&[u8], usize, &[i8], &[i8]) -> i32,
    scan_u2: unsafe fn(&Run, &Lookup, f32, &mut Hits),
    combine: unsafe fn(&[f32], &[f32], usize, &mut [f32]),
    reach: Reach,
}

impl Kernels {
    /// Appends to `out` the position in `rows` of every eligible row whose f32 inner product with `query`, summed in
    /// whatever order is fastest, is at least `threshold`. The caller lowers the threshold by [`crate::bound`]. With a
    /// threshold of minus infinity every eligible row passes, even one whose f32 score would overflow.
    pub fn scan(&self, rows: Rows, query: &[f32], threshold: f32, out: &mut Vec<u32>) {
        assert_eq!(query.len(), rows.dimension);
        if let Some(mask) = rows.mask {
            assert!(mask.len() * 32 >= rows.first + rows.len());
        }
        if threshold == f32::NEG_INFINITY {
            return rows.pass_all(out);
        }
        // SAFETY: the instruction set was detected before this value could be had; shapes were asserted.
        unsafe { (self.scan)(rows, query, threshold, out) }
    }

    /// The inner product in f64, in the order that all backends share: eight sums, sum `j % 8` taking the product of
    /// components `j` in ascending order, then `((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7))`. Products of two f32 are exact in
    /// f64, so that a fused multiply-add gives the same bits as a multiplication and an addition.
    pub fn rescore(&self, query: &[f32], row: &[f32]) -> f64 {
        assert_eq!(query.len(), row.len());
        // SAFETY: as in `scan`.
        unsafe { (self.rescore)(query, row) }
    }

    /// Appends to the hits of each query every eligible row of a run of upper nibbles that its bound does not rule out.
    pub fn scan_u4(&self, run: &Run, queries: &[NibbleQuery], hits: &mut [Hits]) {
        assert_eq!(queries.len(), hits.len());
        assert!(run.eligible.len() <= run.blocks.len());
        assert!(queries.iter().all(|query| query.codes.lower().len() >= run.shape.padded / 2 + 64));
        // SAFETY: as in `scan`.
        unsafe { (self.scan_u4)(run, queries, hits) }
    }

    /// The inner product of a query's codes with the lower nibbles of a row, behind which at least 64 bytes follow.
    #[inline(always)]
    pub fn dot_u4(&self, row: &[u8], codes: &Codes) -> i32 {
        let (lower, upper) = (codes.lower(), codes.upper());
        let half = lower.len() - 64;
        assert!(row.len() >= half + 64 && upper.len() == lower.len());
        // SAFETY: as in `scan`.
        unsafe { (self.dot_u4)(row, half, lower, upper) }
    }

    /// Appends to `hits` every eligible row of a run of 2-bit codes whose estimate is at least `limit`.
    pub fn scan_u2(&self, run: &Run, query: &Lookup, limit: f32, hits: &mut Hits) {
        assert!(run.eligible.len() <= run.blocks.len());
        assert_eq!(query.tables.len(), 8 * run.shape.padded);
        // SAFETY: as in `scan`.
        unsafe { (self.scan_u2)(run, query, limit, hits) }
    }

    /// Of each row of weights the sum of the vectors, each of `width`, times their weights, added in ascending order, into
    /// a row of `out`. All row-major.
    pub fn combine(&self, weights: &[f32], vectors: &[f32], width: usize, out: &mut [f32]) {
        let count = vectors.len() / width;
        assert_eq!(vectors.len(), count * width);
        assert_eq!(weights.len() * width, out.len() * count);
        // SAFETY: as in `scan`.
        unsafe { (self.combine)(weights, vectors, width, out) }
    }

    /// Appends to the hits every place, counted from `first`, at which the weighted sum of three numbers is at least
    /// `limit` or NaN, with the bits of the sum.
    pub fn reach(&self, first: u32, numbers: [&[f32]; 3], weights: [f32; 3], limit: f32, hits: &mut Hits) {
        assert!(numbers.iter().all(|other| other.len() == numbers[0].len()));
        // SAFETY: as in `scan`.
        unsafe { (self.reach)(first, numbers, weights, limit, hits) }
    }
}

/// Asks memory for bytes that will be read soon.
#[inline(always)]
pub fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(64) {
        // SAFETY: a hint, which reads nothing.
        unsafe { std::arch::x86_64::_mm_prefetch::<3>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}

static SCALAR: Kernels = Kernels {
    isa: if cfg!(target_arch = "x86_64") { "sse2" } else { "scalar" },
    favours_codes: false,
    scan: scalar::scan,
    rescore: scalar::rescore,
    scan_u4: codes::scalar::scan_u4,
    dot_u4: codes::scalar::dot_u4,
    scan_u2: codes::scalar::scan_u2,
    combine: codes::scalar::combine,
    reach: scalar::reach,
};

#[cfg(target_arch = "x86_64")]
static AVX2: Kernels = Kernels {
    isa: "avx2",
    favours_codes: true,
    scan: avx2::scan,
    rescore: avx2::rescore,
    scan_u4: codes::avx2::scan_u4,
    dot_u4: codes::avx2::dot_u4,
    scan_u2: codes::avx2::scan_u2,
    combine: codes::avx2::combine,
    reach: avx2::reach,
};

#[cfg(target_arch = "x86_64")]
static AVX512: Kernels = Kernels {
    isa: "avx512",
    favours_codes: true,
    scan: avx512::scan,
    rescore: avx512::rescore,
    scan_u4: codes::avx512::scan_u4,
    dot_u4: codes::avx512::dot_u4,
    scan_u2: codes::avx512::scan_u2,
    combine: codes::avx512::combine,
    reach: avx512::reach,
};

/// Every set of kernels that this machine can run, best first.
pub fn available() -> Vec<&'static Kernels> {
    let mut all = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let vnni = is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("popcnt");
        if avx2 && vnni && is_x86_feature_detected!("avx512f") {
            all.push(&AVX512);
        }
        if avx2 {
            all.push(&AVX2);
        }
    }
    all.push(&SCALAR);
    all
}

/// The best kernels of this machine, or lower ones where `SLUICE_ISA` is `avx2` or `scalar`.
pub fn best() -> &'static Kernels {
    static BEST: OnceLock<&'static Kernels> = OnceLock::new();
    BEST.get_or_init(|| {
        let all = available();
        let wanted = std::env::var("SLUICE_ISA").unwrap_or_default();
        let lowered = match wanted.as_str() {
            "scalar" => all.last(),
            "avx2" => all.iter().find(|kernels| kernels.isa != "avx512"),
            _ => None,
        };
        lowered.unwrap_or(&all[0])
    })
}

/// Adds the eight sums of [`Kernels::rescore`].
#[inline(always)]
fn add_sums(s: [f64; 8]) -> f64 {
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic values of mixed magnitude and sign.
    fn values(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed.wrapping_mul(747_796_405).wrapping_add(1);
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        (0..n)
            .map(|_| (next() as f32 / 8_388_608.0 - 1.0) * [1e-20, 1.0, 1e6, 3.0][next() as usize % 4])
            .collect()
    }

    fn score_by_definition(query: &[f32], row: &[f32]) -> f64 {
        let mut sums = [0.0; 8];
        for (j, (&q, &x)) in query.iter().zip(row).enumerate() {
            sums[j % 8] += f64::from(q) * f64::from(x);
        }
        add_sums(sums)
    }

    #[test]
    fn rescore_gives_the_same_bits_in_every_instruction_set() {
        for dimension in (1..70).chain([127, 128, 129, 257]) {
            let (query, row) = (values(dimension, 1), values(dimension, 2));
            let truth = score_by_definition(&query, &row);
            for kernels in available() {
                assert_eq!(
                    kernels.rescore(&query, &row).to_bits(),
                    truth.to_bits(),
                    "{} {dimension}",
                    kernels.isa
                );
            }
        }
    }

    #[test]
    fn scan_finds_every_eligible_row_that_is_clearly_above_the_threshold() {
        for dimension in [1, 3, 8, 15, 16, 17, 31, 64, 65] {
            for count in [1, 7, 8, 9, 40] {
                for first in [0, 5, 37] {
                    let (query, data) = (values(dimension, 3), values(dimension * count, count as u32));
                    let mask: Vec<u32> = (0..4u32).map(|i| 0x9e37_79b9 ^ i).collect();
                    let rows = Rows { data: &data, dimension, first, mask: Some(&mask) };
                    let size: f64 = query.iter().map(|&q| f64::from(q).abs()).sum();
                    for kernels in available() {
                        let mut out = Vec::new();
                        kernels.scan(rows, &query, 0.0, &mut out);
                        for i in 0..count {
                            let at = first + i;
                            let eligible = mask[at / 32] >> (at % 32) & 1 == 1;
                            let score = score_by_definition(&query, rows.row(i));
                            let slack = size * 3e6 * 1e-5;
                            let found = out.contains(&(i as u32));
                            assert!(eligible || !found);
                            assert!(found || !eligible || score <= slack);
                            assert!(!found || score >= -slack);
                        }
                    }
                }
            }
        }
    }
}
