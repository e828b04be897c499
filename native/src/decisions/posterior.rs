//! What is the posterior of a linear model? As in `src/decisions/kernels/reference/posterior.ts`.

use super::actions::Actions;
use super::aligned::Aligned;
use super::kernels::Kernels;
use super::padded;
use super::upper::Widest;

/// Below it the scale is folded into L and b, by a power of two, so that nothing is rounded.
const LEAST_SCALE: f64 = 1.0 / 18446744073709551616.0;

/// What is ranked. Lengths have been checked.
#[derive(Clone, Copy)]
pub struct Ranking<'a> {
    pub actions: &'a Actions,
    pub rows: &'a [u32],
    pub context: Option<&'a [f32]>,
    pub offsets: Option<&'a [f32]>,
    /// How many picks are wanted, at most as many as rows.
    pub count: usize,
    /// Are the scores of all rows wanted?
    pub scores: bool,
}

/// What a ranking found wrong, before it wrote anything; the numbers are those of `src/decisions/kernels/raw.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    RowBeyond = 1,
    OffsetNan = 2,
}

/// A = scale L L'; the vector b of the contract is scale b.
pub struct Posterior {
    pub(super) kernels: &'static Kernels,
    pub(super) dimension: usize,
    lambda: f64,
    prior: Vec<f64>,
    pub(super) factor: Aligned,
    b: Vec<f64>,
    pub(super) scale: f64,
    axis: usize,
    pub(super) inverse: Aligned,
    mean: Aligned,
    solved: bool,
    pub(super) widest: Widest,
    work: Aligned,
    theta: Vec<f32>,
    /// The answer of the last ranking.
    pub picks: Vec<u32>,
    /// The scores of all rows in it, if they were wanted.
    pub scores: Vec<f32>,
}

impl Posterior {
    pub fn new(kernels: &'static Kernels, dimension: usize, lambda: f64, prior: &[f64]) -> Self {
        let width = padded(dimension);
        let mut factor = Aligned::zeros(width * width);
        for j in 0..width {
            factor[j * width + j] = if j < dimension { lambda.sqrt() } else { 1.0 };
        }
        let mut b = vec![0.0; width];
        for (b, prior) in b.iter_mut().zip(prior) {
            *b = lambda * prior;
        }
        Posterior {
            kernels,
            dimension,
            lambda,
            prior: prior.to_vec(),
            factor,
            b,
            scale: 1.0,
            axis: 0,
            inverse: Aligned::zeros(width),
            mean: Aligned::zeros(width),
            solved: false,
            widest: Widest::new(1.0 / lambda),
            work: Aligned::zeros(width),
            theta: vec![0.0; width],
            picks: Vec::new(),
            scores: Vec::new(),
        }
    }

    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Bytes held, nearly.
    pub fn bytes(&self) -> usize {
        8 * self.factor.len()
    }

    pub fn learn(&mut self, vector: &[f32], weight: f64, amount: f64) {
        let root = (weight / self.scale).sqrt();
        let change = amount / self.scale;
        self.work.fill(0.0);
        for ((b, w), &x) in self.b.iter_mut().zip(&mut *self.work).zip(vector) {
            *b += change * f64::from(x);
            *w = root * f64::from(x);
        }
        self.update(0);
    }

    pub fn forget(&mut self, keep: f64) {
        if keep == 1.0 {
            return;
        }
        self.scale *= keep;
        while self.scale < LEAST_SCALE {
            self.fold();
        }
        let given = (self.dimension as f64 * (1.0 - keep) * self.lambda) / self.scale;
        let axis = self.axis;
        self.b[axis] += given * self.prior[axis];
        self.work.fill(0.0);
        self.work[axis] = given.sqrt();
        self.update(axis);
        self.axis = (axis + 1) % self.dimension;
    }

    /// Moves 2^64 from the scale into L and b.
    fn fold(&mut self) {
        let width = self.b.len();
        self.scale /= LEAST_SCALE;
        self.b.iter_mut().for_each(|b| *b *= LEAST_SCALE);
        for column in self.factor.chunks_exact_mut(width).take(self.dimension) {
            column.iter_mut().for_each(|x| *x *= LEAST_SCALE.sqrt());
        }
        self.widest.grow(1.0 / LEAST_SCALE);
    }

    fn update(&mut self, first: usize) {
        self.kernels.update(&mut self.factor, &mut self.work, first);
        self.solved = false;
        self.widest.age();
    }

    /// Mean and width of one vector.
    pub fn predict(&mut self, vector: &[f32]) -> (f64, f64) {
        self.solve();
        self.work.fill(0.0);
        for (w, &x) in self.work.iter_mut().zip(vector) {
            *w = f64::from(x);
        }
        let mean = dot(&self.mean, &self.work);
        self.kernels.solve_forward(&self.factor, &self.inverse, &mut self.work);
        let square = self.work.iter().fold(0.0, |sum, y| sum + y * y);
        (mean, (square / self.scale).sqrt())
    }

    pub fn mean(&mut self) -> &[f64] {
        self.solve();
        &self.mean[..self.dimension]
    }

    pub fn greedy(&mut self, ranking: Ranking) -> Result<(), Refusal> {
        self.score_by_mean(ranking)?;
        self.pick(ranking.count);
        Ok(())
    }

    pub fn sample(&mut self, ranking: Ranking, deviation: f64, key0: u32, key1: u32) -> Result<(), Refusal> {
        self.solve();
        self.kernels.normals(key0, key1, &mut self.work);
        self.work[self.dimension..].fill(0.0);
        self.kernels.solve_backward(&self.factor, &self.inverse, &mut self.work);
        let factor = deviation / self.scale.sqrt();
        for (theta, mean) in self.work.iter_mut().zip(&*self.mean) {
            *theta = mean + factor * *theta;
        }
        score(self.kernels, &self.work, &mut self.theta, ranking, &mut self.scores)?;
        self.pick(ranking.count);
        Ok(())
    }

    /// Picks by the scores.
    pub(super) fn pick(&mut self, count: usize) {
        self.picks.resize(count, 0);
        self.kernels.pick(&self.scores, &mut self.picks);
    }

    pub(super) fn score_by_mean(&mut self, ranking: Ranking) -> Result<(), Refusal> {
        self.solve();
        score(self.kernels, &self.mean, &mut self.theta, ranking, &mut self.scores)
    }

    /// Dimension, scale, next axis, L by columns without zeros, b. `out` has room for them.
    pub fn snapshot(&self, out: &mut [f64]) {
        let n = self.dimension;
        let head = [n as f64, self.scale, self.axis as f64];
        let columns = self.factor.chunks_exact(self.b.len()).enumerate().take(n);
        let factor = columns.flat_map(|(j, column)| &column[j..n]);
        for (to, from) in out.iter_mut().zip(head.iter().chain(factor).chain(&self.b[..n])) {
            *to = *from;
        }
    }

    /// From a state of this dimension that has been checked.
    pub fn restore(&mut self, state: &[f64]) {
        let n = self.dimension;
        self.scale = state[1];
        self.axis = state[2] as usize % n;
        let mut rest = &state[3..];
        for (j, column) in self.factor.chunks_exact_mut(self.b.len()).enumerate().take(n) {
            let (head, tail) = rest.split_at(n - j);
            column[j..n].copy_from_slice(head);
            rest = tail;
        }
        self.b[..n].copy_from_slice(rest);
        self.solved = false;
        self.widest = Widest::unknown();
    }

    /// The inverse of the diagonal, and A^-1 b.
    fn solve(&mut self) {
        if self.solved {
            return;
        }
        let width = self.b.len();
        for j in 0..width {
            self.inverse[j] = 1.0 / self.factor[j * width + j];
        }
        self.mean.copy_from_slice(&self.b);
        self.kernels.solve_forward(&self.factor, &self.inverse, &mut self.mean);
        self.kernels.solve_backward(&self.factor, &self.inverse, &mut self.mean);
        self.solved = true;
    }
}

/// Scores all rows by theta, with offsets; `work` is for theta in f32. Where f32 overflows both ways the score is minus
/// infinity.
fn score(
    kernels: &Kernels,
    theta: &[f64],
    work: &mut [f32],
    ranking: Ranking,
    out: &mut Vec<f32>,
) -> Result<(), Refusal> {
    let Ranking { actions, rows, context, offsets, .. } = ranking;
    for (to, &theta) in work.iter_mut().zip(theta) {
        *to = theta as f32;
    }
    for ((to, &theta), &c) in work.iter_mut().zip(theta).zip(context.unwrap_or_default()) {
        *to = (theta * f64::from(c)) as f32;
    }
    out.resize(rows.len(), 0.0);
    if !kernels.score(work, actions.data(), rows, out) {
        return Err(Refusal::RowBeyond);
    }
    if let Some(offsets) = offsets {
        if offsets.iter().any(|offset| offset.is_nan()) {
            return Err(Refusal::OffsetNan);
        }
        for (score, offset) in out.iter_mut().zip(offsets) {
            *score = or_least(*score + offset);
        }
    }
    Ok(())
}

/// A score that is a number, and of one sign at zero.
#[inline(always)]
pub fn or_least(score: f32) -> f32 {
    if score.is_nan() { f32::NEG_INFINITY } else { score + 0.0 }
}

/// The inner product in eight lanes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for lane in 0..8 {
            s[lane] += a[lane] * b[lane];
        }
    }
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}
