//! In which pieces are rows searched?

use crate::chunk::{Block, Chunk};
use crate::matrix::View;
use crate::planes::{BLOCK, Lists, Planes};

/// Threads claim this many neighbouring spans at once, so that each reads ahead in one place.
pub const CLAIM: usize = 8;

/// Blocks of planes in a span. Its codes stay in the second-level cache while several queries pass over it, and until
/// what passed is refined; it is what one poll of the abort flag costs.
const RUN: usize = 32;

/// One row in so many eligible is scored as it is found in the mask: that costs less than scanning the codes of all.
const SPARSE: usize = 16;

/// Rows of a span of scattered ones.
const SCATTERED: usize = 512;

/// The planes of a chunk.
#[derive(Clone, Copy)]
pub struct Coded<'a> {
    /// The first row of the chunk.
    pub first: usize,
    pub planes: &'a Planes,
}

/// Neighbouring rows, searched in one way.
pub enum Span<'a> {
    /// f32 rows, the first of this number.
    Rows { first: usize, block: Block<'a> },
    /// So many blocks of planes.
    Codes { coded: Coded<'a>, start: usize, count: usize },
    /// Rows by number, to be scored at once.
    Scattered(Vec<u32>),
}

/// All eligible rows.
#[derive(Default)]
pub struct Parts<'a> {
    /// Those searched for every query.
    pub spans: Vec<Span<'a>>,
    /// The planes among them.
    pub coded: Vec<Coded<'a>>,
    /// Chunks in lists, of which each query has its own blocks searched.
    pub listed: Vec<(Coded<'a>, &'a Lists)>,
    /// How many rows there are for each eligible one.
    pub rarity: usize,
}

/// How eligible rows are searched; `coded` says whether planes may be used.
pub fn parts<'a>(view: &'a View, eligible: Eligible, coded: bool) -> Parts<'a> {
    let rarity = if coded && eligible.mask.is_some() { view.rows / eligible.count().max(1) } else { 1 };
    let mut parts = Parts { rarity, ..Parts::default() };
    if rarity >= SPARSE {
        let rows: Vec<u32> = eligible.rows().collect();
        parts.spans.extend(rows.chunks(SCATTERED).map(|rows| Span::Scattered(rows.to_vec())));
        return parts;
    }
    for &(first, ref chunk) in view.chunks.iter() {
        let Some(planes) = chunk.planes().filter(|_| coded) else {
            parts.spans.extend(blocks(first, chunk));
            continue;
        };
        let coded = Coded { first, planes };
        if let Some(lists) = planes.lists() {
            parts.listed.push((coded, lists));
            continue;
        }
        parts.coded.push(coded);
        let starts = (0..planes.blocks()).step_by(RUN);
        let span = |start| Span::Codes { coded, start, count: RUN.min(planes.blocks() - start) };
        parts.spans.extend(starts.map(span));
    }
    parts
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

    /// The rows of a block of planes: bit r is the r-th. Of planes in lists all of them, as the mask is in the order of
    /// rows: [`Eligible::row`] tells then.
    #[inline]
    pub fn block(self, Coded { first, planes }: Coded, block: usize) -> u64 {
        if planes.lists().is_some() {
            return u64::MAX;
        }
        let start = block * BLOCK;
        let left = planes.rows - start;
        let exist = if left >= BLOCK { u64::MAX } else { (1 << left) - 1 };
        let Some(mask) = self.mask else { return exist };
        let at = first + start;
        let (word, shift) = (at / 32, at % 32);
        let word = |i: usize| u128::from(mask.get(word + i).copied().unwrap_or(0));
        ((word(0) | word(1) << 32 | word(2) << 64) >> shift) as u64 & exist
    }

    /// Does [`Eligible::row`] rule out rows that [`Eligible::block`] let pass?
    pub fn is_late(self, coded: Coded) -> bool {
        self.mask.is_some() && coded.planes.lists().is_some()
    }

    /// The number of the row at a position of planes, if it is eligible; for those that [`Eligible::block`] let pass.
    #[inline]
    pub fn row(self, coded: Coded, position: usize) -> Option<u32> {
        let row = coded.first + coded.planes.row(position)?;
        let mask = self.mask.filter(|_| self.is_late(coded));
        mask.is_none_or(|mask| mask[row / 32] >> (row % 32) & 1 == 1).then_some(row as u32)
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
