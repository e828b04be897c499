//! What of the factorisation does JavaScript see?

use std::sync::{Arc, Mutex};

use napi::Env;
use napi::bindgen_prelude::{Float32Array, Object};
use napi_derive::napi;

use super::{Ials, Loss, Rows, Which, lock};
use crate::errors::Error;
use crate::pool::{self, Threads};
use crate::promise::{AbortFlag, Stop, promise_on};

/// A factorisation under way, with threads of its own so that searches do not wait behind it.
#[napi]
pub struct IalsTrainer {
    /// None once closed.
    threads: Option<Threads>,
    inner: Arc<Mutex<Option<Ials>>>,
}

/// Where a factorisation starts.
#[napi(object)]
pub struct IalsStart {
    pub item_count: u32,
    pub dimension: u32,
    pub regularization: f64,
    pub unobserved_weight: f64,
}

#[napi]
impl IalsTrainer {
    /// `offsets` and `items` are the items by user, `users` the first factors, users x dimension; all are copied.
    #[napi(constructor, catch_unwind)]
    pub fn new(start: IalsStart, offsets: &[u32], items: &[u32], users: &[f64]) -> napi::Result<Self> {
        let item_count = start.item_count as usize;
        let rows = Rows::new(offsets.to_vec(), items.to_vec(), item_count)?;
        let loss = Loss { regularization: start.regularization, unobserved_weight: start.unobserved_weight };
        let ials = Ials::new(rows, item_count, start.dimension as usize, loss, users)?;
        Ok(IalsTrainer {
            threads: Some(Threads::start(pool::configured_threads())),
            inner: Arc::new(Mutex::new(Some(ials))),
        })
    }

    /// Solves one side exactly, the other fixed; resolves with false if the flag stopped it.
    #[napi(
        catch_unwind,
        ts_args_type = "users: boolean, flag?: AbortFlag",
        ts_return_type = "Promise<boolean>"
    )]
    pub fn solve<'env>(
        &self,
        env: &'env Env,
        users: bool,
        flag: Option<&AbortFlag>,
    ) -> napi::Result<Object<'env>> {
        let threads = self.threads.as_ref().ok_or_else(closed)?;
        let inner = Arc::clone(&self.inner);
        let stop = Stop::new(flag);
        let which = if users { Which::Users } else { Which::Items };
        let work =
            move |pool: &pool::Pool| lock(&inner).as_mut().ok_or_else(closed)?.solve(which, pool, &stop);
        promise_on(env, (**threads).clone(), work, |_, done| Ok(done))
    }

    /// The factors of one side, rows x dimension.
    #[napi(catch_unwind, ts_return_type = "Promise<Float32Array>")]
    pub fn factors<'env>(&self, env: &'env Env, users: bool) -> napi::Result<Object<'env>> {
        let threads = self.threads.as_ref().ok_or_else(closed)?;
        let inner = Arc::clone(&self.inner);
        let stop = Stop::new(None);
        let work = move |pool: &pool::Pool| {
            Ok(lock(&inner).as_ref().ok_or_else(closed)?.factors(which(users), pool, &stop))
        };
        promise_on(env, (**threads).clone(), work, |_, factors| Ok(Float32Array::from(factors)))
    }

    /// Ends the threads once running work has ended, and frees the memory.
    #[napi(catch_unwind)]
    pub fn close(&mut self) {
        self.threads = None;
        *lock(&self.inner) = None;
    }
}

fn which(users: bool) -> Which {
    if users { Which::Users } else { Which::Items }
}

fn closed() -> Error {
    Error::Closed("Expected an open factorisation but it was closed".into())
}
