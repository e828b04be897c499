//! Which rows hold words like these? A dictionary with typos and beginnings over lists of rows with their weight.
//!
//! Words arrive folded and separated by blanks: `src/catalog/text-index/words.ts` alone knows what a word is.
//!
//! # The score
//! BM25F (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.6): with `n` of `N` rows
//! holding a term, `f` its occurrences in a field of `l` words, `a` the mean of `l` over rows where it is above 0,
//! ```text
//! t = sum over fields: weight f / (1 - B + B l / a)
//! score = ln(1 + (N - n + 0.5) / (n + 0.5)) t / (K1 + t)
//! ```
//! `t / (K1 + t)`, which no query changes, is stored in one byte, so that it is off by at most 1/510. A word of a query
//! scores in a row what the best of its terms does there, times how like the term is (see [`terms`]); words add up.

mod builder;
mod dictionary;
mod layout;
mod node;
mod search;
mod terms;
#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use layout::Index;
pub use search::{Hit, search};
pub use terms::Word;
