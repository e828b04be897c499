//! How do the words of rows become an index? Field by field, then row by row, then term by term.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::layout::{Draft, Index, Sizes};
use crate::errors::{Error, Result};

/// Saturates what a row gains by holding a term again; of the usual 1.2 to 2.
const K1: f32 = 1.2;
/// How much the length of a field counts, 0 to 1.
const B: f32 = 0.75;

/// FNV-1a: words are short, and whoever chooses them harms nobody but his own index.
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The words of one field of all rows: those of row r are `words[ends[r - 1]..ends[r]]`.
struct Field {
    weight: f32,
    words: Vec<u32>,
    ends: Vec<usize>,
}

/// The words of rows, as they come.
pub struct Builder {
    /// Terms by first appearance.
    numbers: HashMap<Box<str>, u32, BuildHasherDefault<Fnv>>,
    fields: Vec<Field>,
}

/// The terms of rows, distinct, with their impacts.
struct Rows {
    terms: Vec<u32>,
    impacts: Vec<u8>,
    ends: Vec<usize>,
}

impl Builder {
    pub fn new(weights: &[f64]) -> Self {
        let fields = weights.iter().map(|&weight| Field {
            weight: weight as f32,
            words: Vec::new(),
            ends: Vec::new(),
        });
        Builder { numbers: HashMap::default(), fields: fields.collect() }
    }

    /// Adds the next rows of a field: text i is `bytes[offsets[i]..offsets[i + 1]]`, words separated by blanks.
    pub fn add(&mut self, field: usize, bytes: &[u8], offsets: &[u32]) -> Result<()> {
        let invalid = |what: &str| Error::InvalidArgument(format!("Expected {what} of field {field}"));
        let text = std::str::from_utf8(bytes).map_err(|_| invalid("UTF-8 for the texts"))?;
        let fields = self.fields.len();
        let Field { words, ends, .. } = self.fields.get_mut(field).ok_or_else(|| {
            Error::InvalidArgument(format!("Expected a field below {fields} but received {field}"))
        })?;
        for pair in offsets.windows(2) {
            let row = text
                .get(pair[0] as usize..pair[1] as usize)
                .ok_or_else(|| invalid("ascending offsets within the texts"))?;
            for word in row.split(' ').filter(|word| !word.is_empty()) {
                let number = match self.numbers.get(word) {
                    Some(&number) => number,
                    None => {
                        let number = self.numbers.len() as u32;
                        self.numbers.insert(word.into(), number);
                        number
                    }
                };
                words.push(number);
            }
            ends.push(words.len());
        }
        Ok(())
    }

    /// The index over what was added. @throws `InvalidArgument` unless all fields have as many rows; `OutOfMemory`
    pub fn finish(self, rows: usize) -> Result<Index> {
        let Builder { numbers, fields } = self;
        if fields.iter().any(|field| field.ends.len() != rows) {
            return Err(Error::InvalidArgument(format!("Expected {rows} rows of every field")));
        }
        let by_row = weigh(&fields, rows);
        drop(fields);
        let mut terms: Vec<(Box<str>, u32)> = numbers.into_iter().collect();
        terms.sort_unstable();
        let term_bytes: usize = terms.iter().map(|(term, _)| term.len()).sum();
        if term_bytes > u32::MAX as usize {
            return Err(Error::OutOfMemory("Expected at most 4 GiB of distinct words".into()));
        }
        let sizes = Sizes { rows, terms: terms.len(), term_bytes, postings: by_row.terms.len() };
        Index::build(sizes, |draft| write(draft, &terms, &by_row))
    }
}

/// The terms of every row with what they are worth there, before it is known how rare they are.
fn weigh(fields: &[Field], rows: usize) -> Rows {
    let means: Vec<f32> = fields
        .iter()
        .map(|field| {
            let filled = (0..rows).filter(|&row| !field.row(row).is_empty()).count();
            field.words.len() as f32 / filled.max(1) as f32
        })
        .collect();
    let mut out = Rows { terms: Vec::new(), impacts: Vec::new(), ends: Vec::with_capacity(rows) };
    let mut held: Vec<(u32, f32)> = Vec::new();
    for row in 0..rows {
        held.clear();
        for (field, mean) in fields.iter().zip(&means) {
            let words = field.row(row);
            let one = field.weight / (1.0 - B + B * words.len() as f32 / mean);
            held.extend(words.iter().map(|&word| (word, one)));
        }
        // Stable, so that sums do not depend on anything but the order of fields and words.
        held.sort_by_key(|&(word, _)| word);
        for same in held.chunk_by(|a, b| a.0 == b.0) {
            let total: f32 = same.iter().map(|&(_, one)| one).sum();
            out.terms.push(same[0].0);
            out.impacts.push((255.0 * total / (K1 + total)).round().max(1.0) as u8);
        }
        out.ends.push(out.terms.len());
    }
    out
}

impl Field {
    fn row(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.words[start..self.ends[row]]
    }
}

/// Writes terms in order, and the rows of each in order.
fn write(draft: Draft, terms: &[(Box<str>, u32)], by_row: &Rows) {
    let mut counts = vec![0u64; terms.len()];
    for &term in &by_row.terms {
        counts[term as usize] += 1;
    }
    // Where the next posting of a term goes, by first appearance.
    let mut next = vec![0usize; terms.len()];
    let (mut byte, mut posting) = (0, 0);
    for (place, (term, number)) in terms.iter().enumerate() {
        draft.terms[byte..byte + term.len()].copy_from_slice(term.as_bytes());
        next[*number as usize] = posting as usize;
        byte += term.len();
        posting += counts[*number as usize];
        draft.term_starts[place + 1] = byte as u32;
        draft.posting_starts[place + 1] = posting;
    }
    let mut at = 0;
    for (row, &end) in by_row.ends.iter().enumerate() {
        for held in at..end {
            let place = &mut next[by_row.terms[held] as usize];
            draft.rows[*place] = row as u32;
            draft.impacts[*place] = by_row.impacts[held];
            *place += 1;
        }
        at = end;
    }
}
