//! What of the decision kernels does JavaScript see?

use napi::Env;
use napi::bindgen_prelude::{Float32ArraySlice, Float64ArraySlice, ObjectFinalize, Uint32ArraySlice};
use napi_derive::napi;

use super::actions::Actions;
use super::kernels::Kernels;
use super::posterior::{Posterior, Ranking, Refusal};
use super::slate::Slate;
use crate::errors::{Error, Result};

/// The kernels of one instruction set: the best of this machine, or the one named.
#[napi]
pub struct DecisionKernels {
    kernels: &'static Kernels,
    slate: Slate,
    picks: Vec<u32>,
    propensities: Vec<f64>,
}

/// Resident vectors.
#[napi(custom_finalize)]
pub struct DecisionActions {
    actions: Actions,
    reported: i64,
}

/// A posterior; None once closed.
#[napi(custom_finalize)]
pub struct DecisionPosterior {
    posterior: Option<Posterior>,
    reported: i64,
}

#[napi]
impl DecisionKernels {
    #[napi(constructor, catch_unwind)]
    pub fn new(isa: Option<String>) -> napi::Result<Self> {
        let found = match &isa {
            None => Some(Kernels::best()),
            Some(isa) => Kernels::available().into_iter().find(|kernels| kernels.isa == isa),
        };
        let kernels = found
            .ok_or_else(|| Error::InvalidArgument("Expected an instruction set of this machine".into()))?;
        Ok(DecisionKernels {
            kernels,
            slate: Slate::new(kernels),
            picks: Vec::new(),
            propensities: Vec::new(),
        })
    }

    /// The instruction set.
    #[napi(getter)]
    pub fn isa(&self) -> &'static str {
        self.kernels.isa
    }

    #[napi(catch_unwind)]
    pub fn posterior(
        &self,
        env: &Env,
        dimension: u32,
        lambda: f64,
        prior: &[f64],
    ) -> napi::Result<DecisionPosterior> {
        check(prior.len(), dimension as usize)?;
        let posterior = Posterior::new(self.kernels, dimension as usize, lambda, prior);
        let reported = posterior.bytes() as i64;
        env.adjust_external_memory(reported)?;
        Ok(DecisionPosterior { posterior: Some(posterior), reported })
    }

    /// The pick; -1 if a score is NaN or infinity.
    #[napi(catch_unwind)]
    pub fn inverse_gap(
        &mut self,
        scores: &[f32],
        gamma: f64,
        uniform: f64,
        propensities: Option<Float64ArraySlice>,
    ) -> napi::Result<i32> {
        let Some(pick) = self.slate.inverse_gap(scores, gamma, uniform) else { return Ok(-1) };
        if let Some(mut out) = propensities {
            check(out.len(), scores.len())?;
            // SAFETY: JavaScript waits, and the scores are read no more.
            unsafe { out.as_mut() }.copy_from_slice(&self.slate.weights()[..scores.len()]);
        }
        Ok(pick as i32)
    }

    /// False if a score is NaN or infinity.
    #[napi(catch_unwind)]
    pub fn plackett_luce(
        &mut self,
        scores: &[f32],
        temperature: f64,
        key0: u32,
        key1: u32,
        mut picks: Uint32ArraySlice,
        mut propensities: Float64ArraySlice,
    ) -> napi::Result<bool> {
        let count = picks.len().min(scores.len());
        if propensities.len() < count {
            check(propensities.len(), count)?;
        }
        self.picks.resize(count, 0);
        self.propensities.resize(count, 0.0);
        let (slate, out) = (&mut self.slate, (&mut self.picks[..], &mut self.propensities[..]));
        if !slate.plackett_luce(scores, temperature, [key0, key1], out.0, out.1) {
            return Ok(false);
        }
        // SAFETY: JavaScript waits, and the scores are read no more.
        unsafe {
            picks.as_mut()[..count].copy_from_slice(&self.picks);
            propensities.as_mut()[..count].copy_from_slice(&self.propensities);
        }
        Ok(true)
    }
}

#[napi]
impl DecisionActions {
    #[napi(constructor, catch_unwind)]
    pub fn new(dimension: u32) -> napi::Result<Self> {
        if dimension == 0 {
            return Err(
                Error::InvalidArgument("Expected at least 1 for dimension but received 0".into()).into()
            );
        }
        Ok(DecisionActions { actions: Actions::new(dimension as usize), reported: 0 })
    }

    /// Writes whole rows from `row` on.
    #[napi(catch_unwind)]
    pub fn write(&mut self, env: &Env, row: u32, vectors: &[f32]) -> napi::Result<()> {
        let Actions { dimension, .. } = self.actions;
        check(vectors.len() % dimension, 0)?;
        if row as usize > self.actions.size() {
            return Err(Error::InvalidArgument("Expected rows without a gap".into()).into());
        }
        if !self.actions.write(row as usize, vectors) {
            return Err(Error::OutOfMemory("Expected memory for the vectors of the actions".into()).into());
        }
        report(env, &mut self.reported, self.actions.bytes())
    }

    #[napi(catch_unwind)]
    pub fn close(&mut self, env: &Env) -> napi::Result<()> {
        self.actions = Actions::new(self.actions.dimension);
        report(env, &mut self.reported, 0)
    }
}

impl ObjectFinalize for DecisionActions {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        report(&env, &mut self.reported, 0)
    }
}

impl ObjectFinalize for DecisionPosterior {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        report(&env, &mut self.reported, 0)
    }
}

#[napi]
impl DecisionPosterior {
    #[napi(catch_unwind)]
    pub fn learn(&mut self, vector: &[f32], weight: f64, amount: f64) -> napi::Result<()> {
        let posterior = self.open()?;
        check(vector.len(), posterior.dimension())?;
        posterior.learn(vector, weight, amount);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn forget(&mut self, keep: f64) -> napi::Result<()> {
        if !(keep > 0.0 && keep <= 1.0) {
            return Err(Error::InvalidArgument("Expected a number in (0, 1] for keep".into()).into());
        }
        self.open()?.forget(keep);
        Ok(())
    }

    /// Writes mean and width.
    #[napi(catch_unwind)]
    pub fn predict(&mut self, vector: &[f32], mut out: Float64ArraySlice) -> napi::Result<()> {
        let posterior = self.open()?;
        check(vector.len(), posterior.dimension())?;
        check(out.len(), 2)?;
        let (mean, width) = posterior.predict(vector);
        // SAFETY: JavaScript waits, and the vector is read no more.
        unsafe { out.as_mut() }.copy_from_slice(&[mean, width]);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn mean(&mut self, mut out: Float64ArraySlice) -> napi::Result<()> {
        let posterior = self.open()?;
        check(out.len(), posterior.dimension())?;
        // SAFETY: JavaScript made it for this call and waits for it.
        unsafe { out.as_mut() }.copy_from_slice(posterior.mean());
        Ok(())
    }

    /// This and the other rankings return 0, or the number of a `Refusal`.
    #[napi(catch_unwind)]
    pub fn greedy(
        &mut self,
        actions: &DecisionActions,
        rows: &[u32],
        context: Option<&[f32]>,
        offsets: Option<&[f32]>,
        picks: Uint32ArraySlice,
        scores: Option<Float32ArraySlice>,
    ) -> napi::Result<u32> {
        let input = Input { actions, rows, context, offsets };
        self.rank(input, picks, scores, |posterior, ranking| posterior.greedy(ranking))
    }

    // One argument each costs less than an object of them.
    #[allow(clippy::too_many_arguments)]
    #[napi(catch_unwind)]
    pub fn sample(
        &mut self,
        actions: &DecisionActions,
        rows: &[u32],
        context: Option<&[f32]>,
        offsets: Option<&[f32]>,
        picks: Uint32ArraySlice,
        scores: Option<Float32ArraySlice>,
        deviation: f64,
        key0: u32,
        key1: u32,
    ) -> napi::Result<u32> {
        let input = Input { actions, rows, context, offsets };
        self.rank(input, picks, scores, |posterior, ranking| posterior.sample(ranking, deviation, key0, key1))
    }

    #[allow(clippy::too_many_arguments)]
    #[napi(catch_unwind)]
    pub fn upper_bound(
        &mut self,
        actions: &DecisionActions,
        rows: &[u32],
        context: Option<&[f32]>,
        offsets: Option<&[f32]>,
        picks: Uint32ArraySlice,
        scores: Option<Float32ArraySlice>,
        alpha: f64,
    ) -> napi::Result<u32> {
        let input = Input { actions, rows, context, offsets };
        self.rank(input, picks, scores, |posterior, ranking| posterior.upper_bound(ranking, alpha))
    }

    #[napi(catch_unwind)]
    pub fn snapshot(&mut self, mut out: Float64ArraySlice) -> napi::Result<()> {
        let posterior = self.open()?;
        check(out.len(), state_length(posterior.dimension()))?;
        // SAFETY: JavaScript made it for this call and waits for it.
        posterior.snapshot(unsafe { out.as_mut() });
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn restore(&mut self, state: &[f64]) -> napi::Result<()> {
        let posterior = self.open()?;
        check(state.len(), state_length(posterior.dimension()))?;
        posterior.restore(state);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn close(&mut self, env: &Env) -> napi::Result<()> {
        self.posterior = None;
        report(env, &mut self.reported, 0)
    }
}

/// What is ranked, as it comes in.
struct Input<'a> {
    actions: &'a DecisionActions,
    rows: &'a [u32],
    context: Option<&'a [f32]>,
    offsets: Option<&'a [f32]>,
}

impl DecisionPosterior {
    fn open(&mut self) -> Result<&mut Posterior> {
        self.posterior.as_mut().ok_or_else(|| Error::Closed("Expected an open posterior".into()))
    }

    fn rank(
        &mut self,
        input: Input,
        mut picks: Uint32ArraySlice,
        scores: Option<Float32ArraySlice>,
        act: impl FnOnce(&mut Posterior, Ranking) -> std::result::Result<(), Refusal>,
    ) -> napi::Result<u32> {
        let posterior = self.open()?;
        let Input { actions: DecisionActions { actions, .. }, rows, context, offsets } = input;
        check(actions.dimension, posterior.dimension())?;
        check(context.map_or(actions.dimension, <[f32]>::len), actions.dimension)?;
        check(offsets.map_or(rows.len(), <[f32]>::len), rows.len())?;
        check(scores.map_or(rows.len(), |scores| scores.len()), rows.len())?;
        let count = picks.len().min(rows.len());
        let ranking = Ranking { actions, rows, context, offsets, count, scores: scores.is_some() };
        if let Err(refusal) = act(posterior, ranking) {
            return Ok(refusal as u32);
        }
        // SAFETY: JavaScript waits. The inputs, which may share memory with these, are read no more.
        unsafe {
            picks.as_mut()[..count].copy_from_slice(&posterior.picks);
            if let Some(mut scores) = scores {
                scores.as_mut().copy_from_slice(&posterior.scores);
            }
        }
        Ok(0)
    }
}

/// See `stateLength` in `src/decisions/kernels/raw.ts`.
fn state_length(n: usize) -> usize {
    3 + n * (n + 1) / 2 + n
}

fn check(length: usize, expected: usize) -> Result<()> {
    if length == expected {
        return Ok(());
    }
    Err(Error::DimensionMismatch(format!("Expected {expected} numbers but received {length}")))
}

/// Tells V8 how many bytes are held now.
fn report(env: &Env, reported: &mut i64, bytes: usize) -> napi::Result<()> {
    let change = bytes as i64 - *reported;
    if change != 0 {
        env.adjust_external_memory(change)?;
        *reported = bytes as i64;
    }
    Ok(())
}
