//! In which pieces are rows searched?

use crate::chunk::{Block, Chunk};
use crate::matrix::View;
use crate::planes::{BLOCK, Planes};

/// Threads claim this many neighbouring spans at once, so that each reads ahead in one place.
pub const CLAIM: usize = 8;

/// Blocks of planes in a span. Its codes stay in the second-level cache while several queries pass over it, and until
/// what passed is refined; it is what one poll of the abort flag costs.
const RUN: usize = 32;

/// One row in so many eligible is scored as it is found in the mask: that costs less than scanning the codes of all.
const SPARSE: usize = 16;

/// Rows of a span of scattered ones.
const SCATTERED: usize = 512;

/// Neighbouring rows, searched in one way.
pub enum Span<'a> {
    /// f32 rows, the first of this number.
    Rows { first: usize, block: Block<'a> },
    /// Blocks of the planes of a chunk that begins at row `first`.
    Codes { first: usize, planes: &'a Planes, start: usize, count: usize },
    /// Rows by number, to be scored at once.
    Scattered(Vec<u32>),
}

/// The pieces of all eligible rows; `coded` says whether planes may be used.
pub fn spans<'a>(view: &'a View, eligible: Eligible, coded: bool) -> Vec<Span<'a>> {
    if coded && eligible.mask.is_some() && eligible.count() * SPARSE < view.rows {
        let rows: Vec<u32> = eligible.rows().collect();
        return rows.chunks(SCATTERED).map(|rows| Span::Scattered(rows.to_vec())).collect();
    }
    let mut spans = Vec::new();
    for (first, chunk) in view.chunks.iter() {
        match chunk.planes() {
            Some(planes) if coded => {
                spans.extend((0..planes.blocks()).step_by(RUN).map(|start| Span::Codes {
                    first: *first,
                    planes,
                    start,
                    count: RUN.min(planes.blocks() - start),
                }));
            }
            _ => spans.extend(blocks(*first, chunk)),
        }
    }
    spans
}

fn blocks(first: usize, chunk: &Chunk) -> impl Iterator<Item = Span<'_>> {
    (0..chunk.blocks()).map(move |i| {
        let block = chunk.block(i);
        Span::Rows { first: first + block.start, block }
    })
}

/// Which rows may be found?
#[derive(Clone, Copy)]
pub struct Eligible<'a> {
    pub mask: Option<&'a [u32]>,
    rows: usize,
}

impl<'a> Eligible<'a> {
    pub fn new(mask: Option<&'a [u32]>, rows: usize) -> Self {
        Eligible { mask, rows }
    }

    /// The rows of a block of planes, of a chunk of `rows` rows from `first` on: bit r is the r-th.
    #[inline]
    pub fn block(self, first: usize, rows: usize, block: usize) -> u64 {
        let start = block * BLOCK;
        let left = rows - start;
        let exist = if left >= BLOCK { u64::MAX } else { (1 << left) - 1 };
        let Some(mask) = self.mask else { return exist };
        let at = first + start;
        let (word, shift) = (at / 32, at % 32);
        let word = |i: usize| u128::from(mask.get(word + i).copied().unwrap_or(0));
        ((word(0) | word(1) << 32 | word(2) << 64) >> shift) as u64 & exist
    }

    fn count(self) -> usize {
        self.words().map(|(_, word)| word.count_ones() as usize).sum()
    }

    fn rows(self) -> impl Iterator<Item = u32> {
        self.words().flat_map(|(at, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(at + bit)
            })
        })
    }

    /// The words of the mask without bits beyond the rows, with the row of each first bit.
    fn words(self) -> impl Iterator<Item = (u32, u32)> {
        let rows = self.rows;
        let words = self.mask.unwrap_or_default().iter().take(rows.div_ceil(32)).enumerate();
        words.map(move |(i, &word)| {
            let left = rows - 32 * i;
            (32 * i as u32, if left >= 32 { word } else { word & ((1 << left) - 1) })
        })
    }
}
