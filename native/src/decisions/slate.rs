//! Which action, or which slate, do scores give? Draws over the weights of [`super::choice`].

use super::choice::{BLOCK, draw};
use super::kernels::Kernels;
use super::normals::block;

/// Where so little is left of the greatest weight, 1, weights are formed anew: those that had vanished may count now: 2^-512.
const LEAST_TOTAL: f64 = f64::from_bits((1023 - 512) << 52);

/// Room for the weights of one choice.
pub struct Slate {
    kernels: &'static Kernels,
    weights: Vec<f64>,
    sums: Vec<f64>,
}

impl Slate {
    pub fn new(kernels: &'static Kernels) -> Self {
        Slate { kernels, weights: Vec::new(), sums: Vec::new() }
    }

    /// The weights of the last choice; of [`Slate::inverse_gap`] the probabilities.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Makes room for whole blocks, zeros behind the last score.
    fn fit(&mut self, count: usize) {
        let padded = count.next_multiple_of(BLOCK);
        self.weights.resize(padded, 0.0);
        self.weights[count..].fill(0.0);
        self.sums.resize((padded / BLOCK).next_multiple_of(8), 0.0);
        self.sums[padded / BLOCK..].fill(0.0);
    }

    /// The pick; None if a score is NaN or infinity.
    pub fn inverse_gap(&mut self, scores: &[f32], gamma: f64, uniform: f64) -> Option<usize> {
        let (top, best, present) = self.kernels.survey(scores)?;
        let count = if present == 0 { scores.len() } else { present };
        self.fit(scores.len());
        self.kernels.shares(scores, top, count as f64, gamma, &mut self.weights);
        self.weights[best] = 0.0;
        self.kernels.sum_blocks(&self.weights, &mut self.sums);
        let pick = draw(&self.weights, &self.sums, uniform).unwrap_or(best);
        self.weights[best] = (1.0 - self.kernels.sum(&self.sums)).max(0.0);
        Some(pick)
    }

    /// Fills `picks`, no longer than `scores`, and as many propensities; false if a score is NaN or infinity.
    pub fn plackett_luce(
        &mut self,
        scores: &[f32],
        temperature: f64,
        key: [u32; 2],
        picks: &mut [u32],
        propensities: &mut [f64],
    ) -> bool {
        let Some((mut top, ..)) = self.kernels.survey(scores) else { return scores.is_empty() };
        self.fit(scores.len());
        let mut total = 0.0;
        for place in 0..picks.len() {
            let (taken, rest) = picks.split_at_mut(place);
            if total < LEAST_TOTAL {
                if place > 0 {
                    top = greatest_left(scores, taken);
                }
                self.kernels.weights(scores, top, temperature, &mut self.weights);
                for &pick in &*taken {
                    self.weights[pick as usize] = 0.0;
                }
                self.kernels.sum_blocks(&self.weights, &mut self.sums);
                total = self.kernels.sum(&self.sums);
            }
            let words = block(key[0], key[1], place as u32);
            let uniform =
                (f64::from(words[0] >> 5) * 67108864.0 + f64::from(words[1] >> 6)) / 9007199254740992.0;
            let drawn = draw(&self.weights, &self.sums, uniform * total);
            // Rounding may leave a rest behind the last weight, which then has it.
            let pick = drawn.or_else(|| self.weights.iter().rposition(|&weight| weight > 0.0)).unwrap_or(0);
            rest[0] = pick as u32;
            propensities[place] = self.weights[pick] / total;
            self.weights[pick] = 0.0;
            let block = pick / BLOCK;
            self.sums[block] = self.kernels.sum(&self.weights[block * BLOCK..(block + 1) * BLOCK]);
            total = self.kernels.sum(&self.sums);
        }
        true
    }
}

fn greatest_left(scores: &[f32], taken: &[u32]) -> f32 {
    let mut left = scores.to_vec();
    for &pick in taken {
        left[pick as usize] = f32::NEG_INFINITY;
    }
    left.into_iter().fold(f32::NEG_INFINITY, f32::max)
}
