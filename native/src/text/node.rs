//! What of text search does JavaScript see?

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Object, ObjectFinalize, Uint8Array};
use napi_derive::napi;

use super::{Builder, Hit, Index, Word, search};
use crate::errors::{Error, Result};
use crate::node::Answer;
use crate::pool::Pool;
use crate::promise::{AbortFlag, Stop, promise_then};

/// A text index that is being built.
#[napi]
pub struct TextIndexBuilder {
    /// None once finished.
    inner: Option<Builder>,
}

/// A text index outside the JavaScript heap.
#[napi(custom_finalize)]
pub struct TextIndex {
    /// None once closed.
    inner: Option<Arc<Index>>,
}

/// A word of a query.
#[napi(object)]
pub struct TextWord {
    pub text: String,
    pub typos: u32,
    pub prefix: bool,
}

#[napi]
impl TextIndexBuilder {
    /// For fields of the given weights.
    #[napi(constructor, catch_unwind)]
    pub fn new(weights: &[f64]) -> Self {
        TextIndexBuilder { inner: Some(Builder::new(weights)) }
    }

    /// Adds the next rows of a field; words are separated by blanks. Both arrays are copied.
    #[napi(catch_unwind)]
    pub fn add(&mut self, field: u32, bytes: &[u8], offsets: &[u32]) -> napi::Result<()> {
        Ok(self.inner.as_mut().ok_or_else(closed)?.add(field as usize, bytes, offsets)?)
    }

    /// Resolves with the [`TextIndex`] of what was added; nothing can be added afterwards.
    #[napi(catch_unwind, ts_return_type = "Promise<TextIndex>")]
    pub fn finish<'env>(&mut self, env: &'env Env, rows: u32) -> napi::Result<Object<'env>> {
        let builder = self.inner.take().ok_or_else(closed)?;
        promise(env, move || builder.finish(rows as usize))
    }
}

/// Maps the file of a text index; resolves with a [`TextIndex`].
#[napi(catch_unwind, ts_return_type = "Promise<TextIndex>")]
pub fn open_text_index<'env>(env: &'env Env, path: String) -> napi::Result<Object<'env>> {
    promise(env, move || Index::open(&path))
}

fn promise<'env>(
    env: &'env Env,
    make: impl FnOnce() -> Result<Index> + Send + 'static,
) -> napi::Result<Object<'env>> {
    promise_then(
        env,
        move |_: &Pool| make(),
        |env, index| {
            env.adjust_external_memory(index.owned_bytes() as i64)?;
            Ok(TextIndex { inner: Some(Arc::new(index)) })
        },
    )
}

#[napi]
impl TextIndex {
    /// Searches on the pool; resolves with an `Answer` of at most `k` places, or with null if the flag stopped it.
    #[napi(catch_unwind, ts_return_type = "Promise<Answer | null>")]
    pub fn search<'env>(
        &self,
        env: &'env Env,
        words: Vec<TextWord>,
        k: u32,
        mask: Option<&[u32]>,
        flag: Option<&AbortFlag>,
    ) -> napi::Result<Object<'env>> {
        let index = Arc::clone(self.inner()?);
        let rows = index.sizes.rows;
        if mask.is_some_and(|mask| mask.len() != rows.div_ceil(32)) {
            return Err(
                Error::InvalidArgument(format!("Expected a bit for each of {rows} rows for mask")).into()
            );
        }
        let mask = mask.map(<[u32]>::to_vec);
        let word = |TextWord { text, typos, prefix }| Word { text, typos: typos as usize, prefix };
        let words: Vec<Word> = words.into_iter().map(word).collect();
        let stop = Stop::new(flag);
        promise_then(
            env,
            move |_: &Pool| Ok(search(&index, &words, k as usize, mask.as_deref(), &stop)),
            |_, hits: Option<Vec<Hit>>| {
                Ok(hits.map(|hits| Answer {
                    ids: hits.iter().map(|hit| hit.row).collect::<Vec<u32>>().into(),
                    scores: hits.iter().map(|hit| hit.score).collect::<Vec<f32>>().into(),
                }))
            },
        )
    }

    /// The rows of the catalogue.
    #[napi(getter, catch_unwind)]
    pub fn rows(&self) -> napi::Result<u32> {
        Ok(self.inner()?.sizes.rows as u32)
    }

    /// A copy of the whole, as a file holds it.
    #[napi(catch_unwind)]
    pub fn bytes(&self) -> napi::Result<Uint8Array> {
        Ok(Uint8Array::from(self.inner()?.bytes()))
    }

    /// Frees the index once running searches have ended.
    #[napi(catch_unwind)]
    pub fn close(&mut self, env: Env) -> napi::Result<()> {
        if let Some(index) = self.inner.take() {
            env.adjust_external_memory(-(index.owned_bytes() as i64))?;
        }
        Ok(())
    }

    fn inner(&self) -> napi::Result<&Arc<Index>> {
        Ok(self.inner.as_ref().ok_or_else(closed)?)
    }
}

impl ObjectFinalize for TextIndex {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        self.close(env)
    }
}

fn closed() -> Error {
    Error::Closed("Expected an open text index but it was closed".into())
}
