//! Which terms does a word of a query stand for, and how much is each worth?

use super::layout::Index;

/// Of what a term is worth that a word begins, at least this much if it is much longer.
const PREFIX: f32 = 0.45;
/// Of what a term is worth that is another spelling, before its edits are counted.
const TYPO: f32 = 0.7;

/// A word of a query.
#[derive(Clone, Debug)]
pub struct Word {
    pub text: String,
    /// Terms may differ by so many edits.
    pub typos: usize,
    /// Terms that it begins are meant too.
    pub prefix: bool,
}

/// The terms that a word stands for, ascending, each with the score of an impact of 255.
///
/// A term is worth its rarity times its likeness: 1 for the word itself; for one that the word begins 0.9 falling to 0.45
/// with the letters that it has more; for another spelling 0.7 falling with the share of letters edited. Where the word
/// itself is a term, none counts as rarer than it.
pub fn terms_of(index: &Index, word: &Word) -> Vec<(usize, f32)> {
    let letters = word.text.chars().count() as f32;
    let exact = index.find(&word.text);
    let rarest = exact.map_or(f32::INFINITY, |term| rarity(index, term));
    let mut terms: Vec<(usize, f32)> = Vec::new();
    if word.typos > 0 {
        index.near(&word.text, word.typos, |term, edits| {
            terms.push((term, TYPO * (1.0 - edits as f32 / (letters + 1.0))));
        });
    }
    if word.prefix {
        for term in index.beginning(&word.text) {
            let share = letters / index.term(term).chars().count() as f32;
            terms.push((term, PREFIX * (1.0 + share)));
        }
    }
    terms.extend(exact.map(|term| (term, 1.0)));
    terms.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    terms.dedup_by_key(|(term, _)| *term);
    for (term, worth) in &mut terms {
        *worth *= rarity(index, *term).min(rarest);
    }
    terms
}

/// Of the score: `ln(1 + (N - n + 0.5) / (n + 0.5))`, always above 0.
fn rarity(index: &Index, term: usize) -> f32 {
    let (n, all) = (index.count(term) as f32, index.sizes.rows as f32);
    ((all - n + 0.5) / (n + 0.5)).ln_1p()
}
