//! What of graphs does JavaScript see?

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use napi::Env;
use napi::bindgen_prelude::{Float32ArraySlice, Object, ObjectFinalize, Uint32ArraySlice};
use napi_derive::napi;

use super::search::{Request, top_k};
use crate::errors::Error;
use crate::matrix::check_shape;
use crate::node::{Matrix, answer};
use crate::pool::{self, Pool, Threads};
use crate::promise::{AbortFlag, Stop, promise_on};
use crate::search::places;

/// A graph over the rows of a matrix, with threads of its own so that searches do not wait until it is built.
#[napi(custom_finalize)]
pub struct Graph {
    /// None once closed, as `inner`.
    threads: Option<Threads>,
    inner: Option<Arc<super::Graph>>,
    /// Raised by `close`.
    closing: AbortFlag,
    /// The bytes that V8 was told of.
    told: Arc<AtomicI64>,
}

#[napi]
impl Graph {
    /// Where fewer than `rows_per_candidate` rows are eligible for each candidate, searches scan the matrix.
    #[napi(constructor, catch_unwind)]
    pub fn new(matrix: &Matrix, rows_per_candidate: u32) -> Self {
        Graph {
            threads: Some(Threads::start(pool::configured_threads())),
            inner: Some(Arc::new(super::Graph::new(matrix.share(), rows_per_candidate as usize))),
            closing: AbortFlag::new(),
            told: Arc::default(),
        }
    }

    /// Adds all rows; resolves with false if `close` stopped it.
    #[napi(catch_unwind, ts_return_type = "Promise<boolean>")]
    pub fn build<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let threads = self.threads.as_ref().ok_or_else(closed)?;
        let inner = Arc::clone(self.inner()?);
        let (built, told) = (Arc::clone(&inner), Arc::clone(&self.told));
        let stop = Stop::new(Some(&self.closing));
        let work = move |pool: &Pool| inner.build(pool, &stop);
        promise_on(env, (**threads).clone(), work, move |env, done| {
            tell(env, &told, if done { built.bytes() } else { 0 })?;
            Ok(done)
        })
    }

    /// Has the threads add what was appended to the matrix.
    #[napi(catch_unwind)]
    pub fn grow(&self, env: Env) -> napi::Result<()> {
        let threads = self.threads.as_ref().ok_or_else(closed)?;
        let inner = Arc::clone(self.inner()?);
        tell(env, &self.told, inner.bytes())?;
        if inner.claim() {
            let pool = (**threads).clone();
            let stop = Stop::new(Some(&self.closing));
            threads.spawn(move || inner.grow(&pool, &stop));
        }
        Ok(())
    }

    /// Searches on the shared pool; resolves with an `Answer`, or with null if the flag stopped it.
    #[napi(catch_unwind, ts_return_type = "Promise<Answer | null>")]
    pub fn top_k<'env>(
        &self,
        env: &'env Env,
        queries: &[f32],
        k: u32,
        candidates: u32,
        mask: Option<&[u32]>,
        flag: Option<&AbortFlag>,
    ) -> napi::Result<Object<'env>> {
        let graph = Arc::clone(self.inner()?);
        let view = graph.matrix.view()?;
        check_shape(queries.len(), view.dimension)?;
        let queries = queries.to_vec();
        let mask = mask.map(<[u32]>::to_vec);
        let (k, candidates) = (k as usize, candidates.max(k) as usize);
        let stop = Stop::new(flag);
        let length = queries.len() / view.dimension * places(&view, k);
        answer(env, length, move |pool, ids, scores| {
            let request = Request { queries: &queries, k, candidates, mask: mask.as_deref() };
            top_k(&graph, &view, &request, &|| pool.clone(), &stop, ids, scores)
        })
    }

    /// Searches now, on this thread and for several queries the shared pool, into arrays of `k` places for each query,
    /// `k` at most the rows.
    #[napi(catch_unwind)]
    pub fn top_k_sync(
        &self,
        queries: &[f32],
        k: u32,
        candidates: u32,
        mask: Option<&[u32]>,
        mut ids: Uint32ArraySlice,
        mut scores: Float32ArraySlice,
    ) -> napi::Result<()> {
        // SAFETY: JavaScript made the two for this call and waits for it.
        let (ids, scores) = unsafe { (ids.as_mut(), scores.as_mut()) };
        let graph = self.inner()?;
        let view = graph.matrix.view()?;
        let request = Request { queries, k: k as usize, candidates: candidates.max(k) as usize, mask };
        top_k(graph, &view, &request, &pool::shared, &Stop::default(), ids, scores)?;
        Ok(())
    }

    /// Bytes held beside the matrix, about.
    #[napi(getter, catch_unwind)]
    pub fn bytes(&self) -> f64 {
        self.inner.as_ref().map_or(0.0, |graph| graph.bytes() as f64)
    }

    /// Row numbers that are in the graph: those from 0 to below this.
    #[napi(getter, catch_unwind)]
    pub fn rows(&self) -> u32 {
        self.inner.as_ref().map_or(0, |graph| graph.read().rows as u32)
    }

    /// Stops what adds rows, within one row, and frees the graph once running searches have ended.
    #[napi(catch_unwind)]
    pub fn close(&mut self, env: Env) -> napi::Result<()> {
        self.closing.abort();
        self.threads = None;
        self.inner = None;
        tell(env, &self.told, 0)
    }

    fn inner(&self) -> napi::Result<&Arc<super::Graph>> {
        Ok(self.inner.as_ref().ok_or_else(closed)?)
    }
}

impl ObjectFinalize for Graph {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        self.close(env)
    }
}

/// Tells V8 how many bytes are held now.
fn tell(env: Env, told: &AtomicI64, bytes: usize) -> napi::Result<()> {
    let before = told.swap(bytes as i64, Ordering::Relaxed);
    env.adjust_external_memory(bytes as i64 - before)?;
    Ok(())
}

fn closed() -> Error {
    Error::Closed("Expected an open graph but it was closed".into())
}
