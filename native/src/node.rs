//! What of matrices does JavaScript see?

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{
    Float32Array, Float32ArraySlice, Object, ObjectFinalize, Uint32Array, Uint32ArraySlice,
};
use napi_derive::napi;

use crate::bound::MAX_DIMENSION;
use crate::chunk::Chunk;
use crate::errors::{Error, Result};
use crate::matrix::{self, check_shape};
use crate::memory::Memory;
use crate::pool::{self, Pool};
use crate::promise::{AbortFlag, Stop, promise_then};
use crate::search::{Request, places, top_k};
use crate::sections::{PlaneRegion, PlaneSection, map_region};

/// Rows resident outside the JavaScript heap.
#[napi(custom_finalize)]
pub struct Matrix {
    inner: Arc<matrix::Matrix>,
}

/// The answer to one or more queries, as many places for each; id 4294967295 marks an empty place.
#[napi(object)]
pub struct Answer {
    pub ids: Uint32Array,
    pub scores: Float32Array,
}

/// Runs a search on the shared pool into places for all queries, `length` together; resolves with an [`Answer`], or with
/// null if it was stopped.
pub fn answer<'env>(
    env: &'env Env,
    length: usize,
    search: impl FnOnce(&Pool, &mut [u32], &mut [f32]) -> Result<bool> + Send + 'static,
) -> napi::Result<Object<'env>> {
    let work = move |pool: &Pool| {
        let (mut ids, mut scores) = (vec![0; length], vec![0.0; length]);
        let done = search(pool, &mut ids, &mut scores)?;
        Ok(done.then_some((ids, scores)))
    };
    promise_then(env, work, |_, answer| {
        Ok(answer.map(|(ids, scores)| Answer { ids: ids.into(), scores: scores.into() }))
    })
}

/// Copies row-major rows; resolves with a [`Matrix`].
#[napi(catch_unwind, ts_return_type = "Promise<Matrix>")]
pub fn load_rows<'env>(env: &'env Env, data: &[f32], dimension: u32) -> napi::Result<Object<'env>> {
    let dimension = check_dimension(dimension)?;
    check_shape(data.len(), dimension)?;
    let copy = Memory::of(&[data])?;
    load(env, move |pool| Chunk::own(copy, dimension, 0, Some(pool)))
}

/// Maps `rows` rows of a file from `byte_offset` on, and their planes if `planes` has them; resolves with a [`Matrix`].
#[napi(catch_unwind, ts_return_type = "Promise<Matrix>")]
pub fn load_file<'env>(
    env: &'env Env,
    path: String,
    byte_offset: f64,
    rows: u32,
    dimension: u32,
    planes: Vec<PlaneRegion>,
) -> napi::Result<Object<'env>> {
    let dimension = check_dimension(dimension)?;
    load(env, move |pool| {
        let chunk = Chunk::map(&path, byte_offset as u64, rows as usize, dimension, pool)?;
        chunk.map_planes(&|name, length| map_region(&planes, name, length))?;
        Ok(chunk)
    })
}

fn load<'env>(
    env: &'env Env,
    make: impl FnOnce(&Pool) -> Result<Chunk> + Send + 'static,
) -> napi::Result<Object<'env>> {
    let work = |pool: &Pool| {
        let chunk = make(pool)?;
        chunk.add_planes(pool)?;
        Ok(matrix::Matrix::new(chunk))
    };
    promise_then(env, work, |env, inner| {
        env.adjust_external_memory(inner.grown_bytes())?;
        Ok(Matrix { inner: Arc::new(inner) })
    })
}

impl Matrix {
    /// The rows, for what is built over them.
    #[cfg(feature = "graph")]
    pub fn share(&self) -> Arc<matrix::Matrix> {
        Arc::clone(&self.inner)
    }
}

fn check_dimension(dimension: u32) -> Result<usize> {
    let dimension = dimension as usize;
    if dimension == 0 || dimension > MAX_DIMENSION {
        return Err(Error::InvalidArgument(format!(
            "Expected 1 to {MAX_DIMENSION} for dimension but received {dimension}"
        )));
    }
    Ok(dimension)
}

#[napi]
impl Matrix {
    /// Searches on the pool; resolves with an [`Answer`], or with null if the flag stopped it.
    #[napi(catch_unwind, ts_return_type = "Promise<Answer | null>")]
    pub fn top_k<'env>(
        &self,
        env: &'env Env,
        queries: &[f32],
        k: u32,
        mask: Option<&[u32]>,
        candidates: Option<u32>,
        flag: Option<&AbortFlag>,
    ) -> napi::Result<Object<'env>> {
        let view = self.inner.view()?;
        check_shape(queries.len(), view.dimension)?;
        let (queries, k, candidates) = (queries.to_vec(), k as usize, candidates.map(|n| n as usize));
        let mask = mask.map(<[u32]>::to_vec);
        let stop = Stop::new(flag);
        let length = queries.len() / view.dimension * places(&view, k);
        answer(env, length, move |pool, ids, scores| {
            let request = Request { queries: &queries, k, mask: mask.as_deref(), candidates };
            top_k(&view, &request, &|| pool.clone(), &stop, ids, scores)
        })
    }

    /// Searches now, on this thread and the pool, into arrays of `k` places for each query, `k` at most the rows.
    #[napi(catch_unwind)]
    pub fn top_k_sync(
        &self,
        queries: &[f32],
        k: u32,
        mask: Option<&[u32]>,
        candidates: Option<u32>,
        mut ids: Uint32ArraySlice,
        mut scores: Float32ArraySlice,
    ) -> napi::Result<()> {
        // SAFETY: JavaScript made the two for this call and waits for it.
        let (ids, scores) = unsafe { (ids.as_mut(), scores.as_mut()) };
        let view = self.inner.view()?;
        let candidates = candidates.map(|n| n as usize);
        let request = Request { queries, k: k as usize, mask, candidates };
        top_k(&view, &request, &pool::shared, &Stop::default(), ids, scores)?;
        Ok(())
    }

    /// Exact scores of `rows` into `scores`.
    #[napi(catch_unwind)]
    pub fn score(&self, query: &[f32], rows: &[u32], mut scores: Float32ArraySlice) -> napi::Result<()> {
        // SAFETY: JavaScript made it for this call and waits for it.
        let scores = unsafe { scores.as_mut() };
        Ok(self.inner.view()?.score(query, rows, scores)?)
    }

    /// Copies rows, from `first` on, until `target` is full.
    #[napi(catch_unwind)]
    pub fn read(&self, first: u32, mut target: Float32ArraySlice) -> napi::Result<()> {
        // SAFETY: JavaScript made it for this call and waits for it.
        let target = unsafe { target.as_mut() };
        Ok(self.inner.view()?.read(first as usize, target)?)
    }

    /// Adds rows after the last. Searches that run do not see them; many rows are quantised in the background.
    #[napi(catch_unwind)]
    pub fn append(&self, env: &Env, data: &[f32]) -> napi::Result<()> {
        if let Some(chunk) = self.inner.append(data)? {
            let pool = pool::shared();
            let threads = pool.clone();
            // Without the memory for planes the rows are searched as they are.
            pool.spawn(move || drop(chunk.add_planes(&threads)));
        }
        env.adjust_external_memory(self.inner.grown_bytes())?;
        Ok(())
    }

    /// The planes of all rows, to be saved; none while rows have planes in several chunks, or not yet.
    #[napi(catch_unwind)]
    pub fn planes(&self) -> napi::Result<Vec<PlaneSection>> {
        let view = self.inner.view()?;
        let [(_, chunk)] = &*view.chunks else { return Ok(Vec::new()) };
        let count = chunk.planes().map_or(0, |planes| planes.sections().len());
        Ok((0..count).map(|at| PlaneSection::new(Arc::clone(chunk), at)).collect())
    }

    /// Bytes of planes beside the f32 rows.
    #[napi(getter, catch_unwind)]
    pub fn index_bytes(&self) -> napi::Result<f64> {
        Ok(self.inner.view()?.index_bytes() as f64)
    }

    /// Frees the rows once running searches have ended.
    #[napi(catch_unwind)]
    pub fn close(&self, env: &Env) -> napi::Result<()> {
        self.inner.close();
        env.adjust_external_memory(self.inner.grown_bytes())?;
        Ok(())
    }
}

impl ObjectFinalize for Matrix {
    fn finalize(self, env: Env) -> napi::Result<()> {
        self.inner.close();
        env.adjust_external_memory(self.inner.grown_bytes())?;
        Ok(())
    }
}
