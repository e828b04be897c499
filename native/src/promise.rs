//! How does a function run on the pool and settle a promise?

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi::bindgen_prelude::{Object, ToNapiValue};
use napi::{Env, JsDeferred};
use napi_derive::napi;

use crate::errors::{Error, Result};
use crate::pool::{self, Pool};

thread_local! {
    /// Raised when the JavaScript environment of this thread ends.
    static ENDING: RefCell<Arc<AtomicBool>> = RefCell::default();
}

/// Runs once for every environment (main thread or worker thread) that loads the addon.
#[napi(module_exports)]
pub fn attach(_exports: Object, env: Env) -> napi::Result<()> {
    pool::retain();
    let ending = Arc::new(AtomicBool::new(false));
    ENDING.with(|slot| *slot.borrow_mut() = Arc::clone(&ending));
    env.add_env_cleanup_hook(ending, |ending| {
        ending.store(true, Ordering::Relaxed);
        pool::release();
    })?;
    Ok(())
}

/// A flag by which JavaScript stops running work. Work polls it once per block.
#[napi]
#[derive(Default)]
pub struct AbortFlag {
    raised: Arc<AtomicBool>,
}

#[napi]
impl AbortFlag {
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the work that was started with this flag.
    #[napi]
    pub fn abort(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }
}

/// What work polls to learn that nobody waits for it any more.
#[derive(Clone, Default)]
pub struct Stop {
    aborted: Arc<AtomicBool>,
    ending: Arc<AtomicBool>,
}

impl Stop {
    /// Of the caller's flag, if any, and the environment of this thread. To be called on the JavaScript thread.
    pub fn new(flag: Option<&AbortFlag>) -> Self {
        Stop {
            aborted: flag.map_or_else(Arc::default, |flag| Arc::clone(&flag.raised)),
            ending: ENDING.with(|slot| Arc::clone(&slot.borrow())),
        }
    }

    /// True once the caller aborted or the environment ends.
    pub fn is_raised(&self) -> bool {
        self.aborted.load(Ordering::Relaxed) || self.ending.load(Ordering::Relaxed)
    }
}

/// Runs `work` on the shared pool and returns a promise of what `settle` makes of its value on the JavaScript thread. An
/// error or a panic rejects it.
///
/// `work` must own everything it reads: no JavaScript buffer may be held across threads.
pub fn promise_then<'env, R, T, W, S>(env: &'env Env, work: W, settle: S) -> napi::Result<Object<'env>>
where
    R: Send + 'static,
    T: ToNapiValue + 'static,
    W: FnOnce(&Pool) -> Result<R> + Send + 'static,
    S: FnOnce(Env, R) -> napi::Result<T> + Send + 'static,
{
    promise_on(env, pool::shared(), work, settle)
}

/// The same on a pool of the caller's.
pub fn promise_on<'env, R, T, W, S>(
    env: &'env Env,
    pool: Pool,
    work: W,
    settle: S,
) -> napi::Result<Object<'env>>
where
    R: Send + 'static,
    T: ToNapiValue + 'static,
    W: FnOnce(&Pool) -> Result<R> + Send + 'static,
    S: FnOnce(Env, R) -> napi::Result<T> + Send + 'static,
{
    type Resolver<T> = Box<dyn FnOnce(Env) -> napi::Result<T> + Send>;
    let (deferred, promise): (JsDeferred<T, Resolver<T>>, _) = env.create_deferred()?;
    pool.clone().spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| work(&pool)))
            .unwrap_or_else(|payload| Err(Error::from_panic(&*payload)));
        match result {
            Ok(value) => deferred.resolve(Box::new(move |env| settle(env, value))),
            Err(error) => deferred.reject(error.into()),
        }
    });
    Ok(promise)
}
