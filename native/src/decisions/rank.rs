//! Which indexes have the highest scores? Ties by lower index.

use crate::kernels::Key;

/// Beyond so many picks a selection from all is faster than insertion.
pub const MOST_PICKS: usize = 64;

/// The best so far, in order.
pub struct Best<'a> {
    /// Indexes; room for as many as are wanted, at least one.
    picks: &'a mut [u32],
    scores: [f32; MOST_PICKS],
    filled: usize,
}

impl<'a> Best<'a> {
    /// For one to [`MOST_PICKS`].
    pub fn new(picks: &'a mut [u32]) -> Self {
        assert!((1..=MOST_PICKS).contains(&picks.len()));
        Best { picks, scores: [f32::NEG_INFINITY; MOST_PICKS], filled: 0 }
    }

    pub fn len(&self) -> usize {
        self.picks.len()
    }

    /// What a score must reach to be taken, by a lower index than the last even if it is equal.
    #[inline(always)]
    pub fn threshold(&self) -> f32 {
        self.scores[self.picks.len() - 1]
    }

    /// Would it be taken?
    #[inline(always)]
    pub fn takes(&self, score: f32, index: u32) -> bool {
        if self.filled < self.picks.len() {
            return true;
        }
        let last = self.filled - 1;
        score > self.scores[last] || score == self.scores[last] && index < self.picks[last]
    }

    #[inline(always)]
    pub fn insert(&mut self, score: f32, index: u32) {
        if !self.takes(score, index) {
            return;
        }
        if self.filled < self.picks.len() {
            self.filled += 1;
        }
        let mut at = self.filled - 1;
        while at > 0
            && (self.scores[at - 1] < score || self.scores[at - 1] == score && self.picks[at - 1] > index)
        {
            self.scores[at] = self.scores[at - 1];
            self.picks[at] = self.picks[at - 1];
            at -= 1;
        }
        self.scores[at] = score;
        self.picks[at] = index;
    }
}

/// Fills `picks`, no longer than `scores`. No score is NaN or -0.
#[inline(always)]
pub fn pick(scores: &[f32], picks: &mut [u32]) {
    if let [pick] = picks {
        let mut greatest = [f32::NEG_INFINITY; 16];
        let (chunks, rest) = scores.as_chunks::<16>();
        for chunk in chunks {
            for lane in 0..16 {
                greatest[lane] = if chunk[lane] > greatest[lane] { chunk[lane] } else { greatest[lane] };
            }
        }
        let top = greatest.iter().chain(rest).fold(f32::NEG_INFINITY, |top, &x| top.max(x));
        *pick = position(scores, top).unwrap_or(0) as u32;
    } else if (2..=MOST_PICKS).contains(&picks.len()) {
        let mut best = Best::new(picks);
        for (i, chunk) in scores.chunks(16).enumerate() {
            let limit = best.threshold();
            let mut reached = best.filled < best.picks.len();
            for &score in chunk {
                reached |= score > limit;
            }
            if reached {
                for (j, &score) in chunk.iter().enumerate() {
                    best.insert(score, (16 * i + j) as u32);
                }
            }
        }
    } else if !picks.is_empty() {
        let mut keys: Vec<Key> = scores.iter().zip(0..).map(|(&score, i)| Key::new(score, i)).collect();
        crate::kernels::select(&mut keys, picks.len());
        crate::kernels::sort(&mut keys);
        for (pick, key) in picks.iter_mut().zip(keys) {
            *pick = key.row();
        }
    }
}

/// The first index of a score.
#[inline(always)]
pub fn position(scores: &[f32], wanted: f32) -> Option<usize> {
    let (chunks, rest) = scores.as_chunks::<16>();
    for (i, chunk) in chunks.iter().enumerate() {
        let mut found = 0u32;
        for lane in 0..16 {
            found |= u32::from(chunk[lane] == wanted) << lane;
        }
        if found != 0 {
            return Some(16 * i + found.trailing_zeros() as usize);
        }
    }
    rest.iter().position(|&x| x == wanted).map(|at| 16 * chunks.len() + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_are_those_of_a_full_sort_whatever_their_number() {
        for (n, levels) in [(1, 1), (15, 3), (16, 100), (200, 5), (333, 1000)] {
            let scores: Vec<f32> = (0..n)
                .map(|i| ((i * 7919) % levels) as f32 - if i % 9 == 0 { f32::INFINITY } else { 0.0 })
                .collect();
            let mut order: Vec<u32> = (0..n as u32).collect();
            order.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
            for count in [0, 1, 2, 10, 64, 65, 333].into_iter().filter(|&count| count <= n) {
                let mut picks = vec![0; count];
                pick(&scores, &mut picks);
                assert_eq!(picks, order[..count], "{n} {count}");
            }
        }
    }
}
