//! How does a text index lie in memory and in its file?
//!
//! A header of 64 bytes and sections, each at a multiple of 8. All numbers are little-endian.
//!
//! | byte | of the header |
//! |---|---|
//! | 0 | `SLUICETX` |
//! | 8 | format version, u32; 0 for u32 |
//! | 16 | rows, terms, bytes of terms, postings, each u64 |
//! | 48 | 0, u64 |
//! | 56 | checksum of all other bytes, u64 |
//!
//! Sections: where terms begin (u32, terms + 1), where the postings of terms begin (u64, terms + 1), rows of postings (u32,
//! ascending within a term), impacts of postings (u8, 1 to 255), terms (UTF-8, ascending, distinct).

use std::ops::Range;

use crate::errors::{Error, Result};
use crate::memory::Memory;

const MAGIC: &[u8; 8] = b"SLUICETX";
/// The format that this version writes, and the newest that it reads.
const FORMAT: u32 = 1;
const HEADER: usize = 64;
const CHECKSUM: usize = 56;

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub rows: usize,
    pub terms: usize,
    pub term_bytes: usize,
    pub postings: usize,
}

/// Where the sections lie.
struct Sections {
    term_starts: Range<usize>,
    posting_starts: Range<usize>,
    rows: Range<usize>,
    impacts: Range<usize>,
    terms: Range<usize>,
}

impl Sizes {
    /// None where the sum exceeds the address space.
    fn sections(&self) -> Option<Sections> {
        let mut end = HEADER;
        let mut next = |count: usize, size: usize| {
            let start = end;
            let stop = start.checked_add(count.checked_mul(size)?)?;
            end = stop.checked_next_multiple_of(8)?;
            Some(start..stop)
        };
        Some(Sections {
            term_starts: next(self.terms.checked_add(1)?, 4)?,
            posting_starts: next(self.terms.checked_add(1)?, 8)?,
            rows: next(self.postings, 4)?,
            impacts: next(self.postings, 1)?,
            terms: next(self.term_bytes, 1)?,
        })
    }
}

/// A text index, built or mapped.
pub struct Index {
    memory: Memory,
    pub sizes: Sizes,
    sections: Sections,
}

/// The sections of an index that is being built, all zero at first.
pub struct Draft<'a> {
    pub term_starts: &'a mut [u32],
    pub posting_starts: &'a mut [u64],
    pub rows: &'a mut [u32],
    pub impacts: &'a mut [u8],
    pub terms: &'a mut [u8],
}

impl Index {
    /// An index of the given sizes, its sections written by `write`. @throws `OutOfMemory`
    pub fn build(sizes: Sizes, write: impl FnOnce(Draft)) -> Result<Self> {
        let sections = sizes.sections().ok_or_else(|| too_large(&sizes))?;
        let memory = Memory::zeroed(sections.terms.end)?;
        let part = |range: &Range<usize>| {
            // SAFETY: the sections do not overlap, and nobody else knows this memory yet.
            unsafe { memory.slice_mut(range.start, range.len()) }
        };
        write(Draft {
            // SAFETY: every bit pattern is a number; the parts are aligned, so that nothing is cut off.
            term_starts: unsafe { part(&sections.term_starts).align_to_mut().1 },
            // SAFETY: as above.
            posting_starts: unsafe { part(&sections.posting_starts).align_to_mut().1 },
            // SAFETY: as above.
            rows: unsafe { part(&sections.rows).align_to_mut().1 },
            impacts: part(&sections.impacts),
            terms: part(&sections.terms),
        });
        let header = part(&(0..HEADER));
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        let counts = [sizes.rows, sizes.terms, sizes.term_bytes, sizes.postings];
        for (place, count) in header[16..48].chunks_exact_mut(8).zip(counts) {
            place.copy_from_slice(&(count as u64).to_le_bytes());
        }
        let sum = checksum(&memory);
        part(&(CHECKSUM..HEADER)).copy_from_slice(&sum.to_le_bytes());
        Ok(Index { memory, sizes, sections })
    }

    /// Maps a file, which must not change while it is open, and reads it once to check it.
    /// @throws `DataNotFound`, `DataInvalid`, `IndexDamaged`, `IndexTooNew`
    pub fn open(path: &str) -> Result<Self> {
        let size = std::fs::metadata(path)
            .map_err(|e| Error::DataNotFound(format!("Expected a readable file at {path}: {e}")))?
            .len();
        let memory = Memory::map(path, 0, size as usize, "a text index")?;
        let damaged =
            |what: &str| Error::IndexDamaged(format!("Expected a whole text index at {path} but {what}"));
        if memory.len() < HEADER || memory[..8] != *MAGIC {
            return Err(Error::DataInvalid(format!(
                "Expected a text index at {path} but it does not begin as one"
            )));
        }
        let format = u32::from_le_bytes(memory[8..12].try_into().expect("four bytes"));
        if format > FORMAT {
            return Err(Error::IndexTooNew(format!(
                "Expected a text index of format {FORMAT} or older at {path} but received format {format}"
            )));
        }
        let count = |at: usize| {
            usize::try_from(u64::from_le_bytes(memory[at..at + 8].try_into().expect("eight bytes"))).ok()
        };
        let sizes = (|| {
            Some(Sizes { rows: count(16)?, terms: count(24)?, term_bytes: count(32)?, postings: count(40)? })
        })();
        let sections = sizes.and_then(|sizes| sizes.sections());
        let (Some(sizes), Some(sections)) = (sizes, sections) else {
            return Err(damaged("its header names sizes that nothing has"));
        };
        if format == 0 || sections.terms.end != memory.len() {
            return Err(damaged(&format!("it has {} bytes instead of {}", memory.len(), sections.terms.end)));
        }
        let stated = u64::from_le_bytes(memory[CHECKSUM..HEADER].try_into().expect("eight bytes"));
        if stated != checksum(&memory) {
            return Err(damaged("its checksum is another than when it was written"));
        }
        let index = Index { memory, sizes, sections };
        match index.fault() {
            None => Ok(index),
            Some(what) => Err(damaged(what)),
        }
    }

    /// What of its structure does not hold; searches rely on all of it.
    fn fault(&self) -> Option<&'static str> {
        let ascends = |ok: bool, what| if ok { None } else { Some(what) };
        let starts = self.term_starts();
        let text = &self.memory[self.sections.terms.clone()];
        let covers = |first: usize, last: usize, end: usize| first == 0 && last == end;
        ascends(
            covers(starts[0] as usize, starts[self.sizes.terms] as usize, text.len())
                && starts.is_sorted()
                && std::str::from_utf8(text)
                    .is_ok_and(|text| starts.iter().all(|&at| text.is_char_boundary(at as usize))),
            "its terms are no texts",
        )
        .or_else(|| {
            let rising = (1..self.sizes.terms).all(|i| self.term(i - 1) < self.term(i));
            ascends(rising, "its terms do not ascend")
        })
        .or_else(|| {
            let starts = self.posting_starts();
            let whole = covers(starts[0] as usize, starts[self.sizes.terms] as usize, self.sizes.postings);
            ascends(whole && starts.is_sorted(), "its postings do not belong to its terms")
        })
        .or_else(|| {
            let rising = (0..self.sizes.terms).all(|term| {
                let rows = self.postings(term).0;
                rows.is_sorted_by(|a, b| a < b)
                    && rows.last().is_some_and(|&row| (row as usize) < self.sizes.rows)
            });
            ascends(rising, "its postings name no rows")
        })
    }

    /// The whole, as a file holds it.
    pub fn bytes(&self) -> &[u8] {
        &self.memory
    }

    /// Bytes that count as held outside the JavaScript heap.
    pub fn owned_bytes(&self) -> usize {
        self.memory.owned_bytes()
    }

    /// The term of a number below `sizes.terms`; numbers ascend as terms do.
    pub fn term(&self, number: usize) -> &str {
        let starts = self.term_starts();
        let text = &self.memory[self.sections.terms.clone()];
        // SAFETY: written as UTF-8, or checked when opened.
        unsafe { std::str::from_utf8_unchecked(&text[starts[number] as usize..starts[number + 1] as usize]) }
    }

    /// The rows that hold a term, and its impact on each.
    pub fn postings(&self, term: usize) -> (&[u32], &[u8]) {
        let starts = self.posting_starts();
        let range = starts[term] as usize..starts[term + 1] as usize;
        (&self.rows()[range.clone()], &self.memory[self.sections.impacts.clone()][range])
    }

    /// How many rows hold a term.
    pub fn count(&self, term: usize) -> usize {
        let starts = self.posting_starts();
        (starts[term + 1] - starts[term]) as usize
    }

    fn term_starts(&self) -> &[u32] {
        // SAFETY: every bit pattern is a number; sections are aligned, so that nothing is cut off.
        unsafe { self.memory[self.sections.term_starts.clone()].align_to().1 }
    }

    fn posting_starts(&self) -> &[u64] {
        // SAFETY: as above.
        unsafe { self.memory[self.sections.posting_starts.clone()].align_to().1 }
    }

    fn rows(&self) -> &[u32] {
        // SAFETY: as above.
        unsafe { self.memory[self.sections.rows.clone()].align_to().1 }
    }
}

fn too_large(sizes: &Sizes) -> Error {
    Error::OutOfMemory(format!("Expected a text index that fits into memory but received {sizes:?}"))
}

/// Of all bytes but those that hold it: a multiply and a rotation for each eight, four streams side by side.
fn checksum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sums = [1u64, 2, 3, 4];
    let mut step = |at: usize, word: u64| {
        let sum = &mut sums[at % 4];
        *sum = (*sum ^ word).wrapping_mul(PRIME).rotate_left(29);
    };
    let mut take = |part: &[u8]| {
        for (at, chunk) in part.chunks(8).enumerate() {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            step(at, u64::from_le_bytes(word));
        }
    };
    take(&bytes[..CHECKSUM]);
    take(&bytes[HEADER..]);
    sums.iter().fold(bytes.len() as u64, |all, sum| (all ^ sum).wrapping_mul(PRIME).rotate_left(31))
}
