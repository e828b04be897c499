//! Which terms are like a word? A walk over the sorted terms as over a trie.

use std::ops::Range;

use super::layout::Index;

impl Index {
    /// The number of a term.
    pub fn find(&self, word: &str) -> Option<usize> {
        let at = self.first_from(0, |term| term >= word);
        (at < self.sizes.terms && self.term(at) == word).then_some(at)
    }

    /// The numbers of the terms that begin with `prefix`.
    pub fn beginning(&self, prefix: &str) -> Range<usize> {
        let start = self.first_from(0, |term| term >= prefix);
        start..self.first_from(start, |term| !term.starts_with(prefix))
    }

    /// Hands every term within `most` edits of a word to `visit`, with the edits. An edit puts a letter in, leaves one
    /// out, exchanges one, or swaps two neighbours (optimal string alignment: no part is edited twice).
    ///
    /// The table of Wagner and Fischer has a line for each letter of the term. Neighbours in the sorted list share the
    /// lines of their common beginning; a beginning that is too far from every beginning of the word is skipped with
    /// all terms that share it. (A line whose least entry exceeds `most` rules out all below it: a swap adds 1 to an entry
    /// two lines up, and from there the line between is at most 1 away.)
    pub fn near(&self, word: &str, most: usize, mut visit: impl FnMut(usize, usize)) {
        let word: Vec<char> = word.chars().collect();
        let width = word.len() + 1;
        // Line 0 is that of no letter; a line deeper than `word.len() + most` is never reached.
        let mut lines: Vec<usize> = (0..width).collect();
        let mut path: Vec<char> = Vec::new();
        let mut number = 0;
        'terms: while number < self.sizes.terms {
            let term = self.term(number);
            let shared = path.iter().zip(term.chars()).take_while(|(a, b)| **a == *b).count();
            path.truncate(shared);
            lines.truncate((shared + 1) * width);
            for (at, letter) in term.char_indices().skip(shared) {
                let least = push_line(&mut lines, &word, &path, letter);
                path.push(letter);
                if least > most {
                    let prefix = &term[..at + letter.len_utf8()];
                    number = self.first_from(number + 1, |term| !term.starts_with(prefix));
                    continue 'terms;
                }
            }
            let edits = lines[lines.len() - 1];
            if edits <= most {
                visit(number, edits);
            }
            number += 1;
        }
    }

    /// The first number from `start` on of whose term `is` holds, which then holds for all that follow: by steps that
    /// double, then by halves.
    fn first_from(&self, start: usize, is: impl Fn(&str) -> bool) -> usize {
        let end = self.sizes.terms;
        let mut low = start;
        let mut step = 1;
        while low + step - 1 < end && !is(self.term(low + step - 1)) {
            low += step;
            step *= 2;
        }
        let mut high = end.min(low + step - 1);
        while low < high {
            let middle = low.midpoint(high);
            if is(self.term(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Adds the line of a letter that follows `path`; returns its least entry.
fn push_line(lines: &mut Vec<usize>, word: &[char], path: &[char], letter: char) -> usize {
    let width = word.len() + 1;
    let above = lines.len() - width;
    let first = lines[above] + 1;
    lines.push(first);
    let mut least = first;
    for j in 1..width {
        let exchanged = lines[above + j - 1] + usize::from(word[j - 1] != letter);
        let mut entry = exchanged.min(lines[above + j] + 1).min(lines[lines.len() - 1] + 1);
        if j > 1 && path.last() == Some(&word[j - 1]) && letter == word[j - 2] {
            entry = entry.min(lines[above - width + j - 2] + 1);
        }
        lines.push(entry);
        least = least.min(entry);
    }
    least
}
