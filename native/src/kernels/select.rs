//! Which k candidates are the best?

/// A candidate as one number that sorts by score descending, then by row ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// `score` is not NaN and not -0.
    #[inline(always)]
    pub fn new(score: f32, row: u32) -> Self {
        Key(u64::from(order(score)) << 32 | u64::from(row))
    }

    pub fn row(self) -> u32 {
        self.0 as u32
    }

    pub fn score(self) -> f32 {
        score_of((self.0 >> 32) as u32)
    }
}

/// Maps a score to an integer of the opposite order: the higher score has the lower one.
pub fn order(score: f32) -> u32 {
    let bits = score.to_bits();
    if bits >> 31 == 0 { !bits & !(1 << 31) } else { bits }
}

/// The inverse of [`order`].
pub fn score_of(order: u32) -> f32 {
    f32::from_bits(if order >> 31 == 0 { !order & !(1 << 31) } else { order })
}

/// Keeps the best k of the candidates; if there were more, the worst kept is last. Cost: linear.
pub fn select(candidates: &mut Vec<Key>, k: usize) {
    if candidates.len() > k {
        if k > 0 {
            candidates.select_nth_unstable(k - 1);
        }
        candidates.truncate(k);
    }
}

/// Puts candidates in their final order.
pub fn sort(candidates: &mut [Key]) {
    candidates.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_by_score_descending_then_row_ascending_and_give_both_back() {
        let scores = [f32::MAX, 1.0, f32::MIN_POSITIVE, 1e-45, 0.0, -1e-45, -2.5, f32::MIN];
        for (i, &a) in scores.iter().enumerate() {
            assert_eq!(Key::new(a, 7).score().to_bits(), a.to_bits());
            assert_eq!(Key::new(a, u32::MAX).row(), u32::MAX);
            assert!(Key::new(a, 3) < Key::new(a, 4));
            for &b in &scores[i + 1..] {
                assert!(Key::new(a, 9) < Key::new(b, 2));
            }
        }
    }

    #[test]
    fn select_keeps_the_best() {
        let mut keys: Vec<Key> = (0..100).map(|i| Key::new((i * 37 % 100) as f32, i)).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        select(&mut keys, 10);
        sort(&mut keys);
        assert_eq!(keys, sorted[..10]);
    }
}
