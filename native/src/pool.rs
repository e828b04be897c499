//! Which threads does native work run on?
//!
//! A fixed pool of plain threads per process, started at the first use and joined when the last JavaScript
//! environment that loaded the addon ends, so that worker threads and the process exit cleanly. Its size is
//! `SLUICE_THREADS`, or the parallelism available. Work that runs for seconds (training) starts a [`Pool`] of its own,
//! so that searches do not wait behind it: [`Threads::start`].
//!
//! A panic in a job never ends a thread: jobs of [`Pool::spawn`] report it themselves (see [`crate::promise`]), and
//! [`Pool::parallel`] hands it to its caller.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

type Job = Box<dyn FnOnce() + Send>;

/// Where work for a fixed set of threads is queued; cheap to clone and to hand to the jobs themselves.
#[derive(Clone)]
pub struct Pool {
    queue: Arc<Queue>,
    size: usize,
}

/// The owner of a pool's threads. Dropping it runs what is queued and joins them, so no job may own it.
pub struct Threads {
    pool: Pool,
    handles: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    ending: bool,
}

/// A panic while a lock is held leaves the guarded data whole here, so a poisoned lock is used on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Threads {
    /// Starts `size` threads (at least one). Where the system refuses some, the pool goes on with fewer.
    pub fn start(size: usize) -> Self {
        let queue = Arc::new(Queue::default());
        let handles: Vec<_> = (0..size.max(1))
            .filter_map(|i| {
                let queue = Arc::clone(&queue);
                let thread = thread::Builder::new().name(format!("sluice-{i}"));
                thread.spawn(move || queue.work()).ok()
            })
            .collect();
        let size = handles.len();
        Threads { pool: Pool { queue, size }, handles }
    }
}

impl Deref for Threads {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.pool
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        lock(&self.pool.queue.state).ending = true;
        self.pool.queue.changed.notify_all();
        for handle in self.handles.drain(..) {
            let _ = handle.join();
        }
    }
}

impl Pool {
    /// The number of threads.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Queues a job; without any thread it runs at once on the caller.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        if self.size == 0 {
            job();
            return;
        }
        lock(&self.queue.state).jobs.push_back(Box::new(job));
        self.queue.changed.notify_one();
    }

    /// Calls `part(0)` to `part(parts - 1)`, in any order, on this thread and those of the pool that are free, and
    /// returns when all have ended. May be called from a job of the pool. A panic of a part is raised here.
    pub fn parallel(&self, parts: usize, part: &(dyn Fn(usize) + Sync)) {
        let helpers = self.size.min(parts).saturating_sub(1);
        if helpers == 0 {
            (0..parts).for_each(part);
            return;
        }
        // SAFETY: the lifetime is erased so that helpers may hold the call. A helper dereferences `part` only after it
        // claimed a number below `parts`, and this function does not return before every claimed part has ended.
        let part: &'static (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(part) };
        let call = Arc::new(Call {
            part,
            parts,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            panic: Mutex::new(None),
            caller: thread::current(),
        });
        for _ in 0..helpers {
            let call = Arc::clone(&call);
            self.spawn(move || call.help());
        }
        call.help();
        while call.done.load(Ordering::Acquire) < parts {
            thread::park();
        }
        if let Some(payload) = lock(&call.panic).take() {
            resume_unwind(payload);
        }
    }
}

impl Queue {
    fn work(&self) {
        loop {
            let mut state = lock(&self.state);
            let job = loop {
                if let Some(job) = state.jobs.pop_front() {
                    break job;
                }
                if state.ending {
                    return;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            drop(state);
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }
}

struct Call {
    part: &'static (dyn Fn(usize) + Sync),
    parts: usize,
    next: AtomicUsize,
    done: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    caller: Thread,
}

impl Call {
    fn help(&self) {
        loop {
            let i = self.next.fetch_add(1, Ordering::Relaxed);
            if i >= self.parts {
                return;
            }
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (self.part)(i))) {
                *lock(&self.panic) = Some(payload);
            }
            if self.done.fetch_add(1, Ordering::AcqRel) + 1 == self.parts {
                self.caller.unpark();
            }
        }
    }
}

/// The pool of the process.
static SHARED: Mutex<Shared> = Mutex::new(Shared { threads: None, users: 0 });

struct Shared {
    threads: Option<Threads>,
    /// How many JavaScript environments have the addon loaded.
    users: usize,
}

/// The number of threads that [`shared`] has or will have.
pub fn configured_threads() -> usize {
    std::env::var("SLUICE_THREADS")
        .ok()
        .and_then(|value| value.parse().ok())
        .filter(|&threads| threads > 0)
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
        .min(256)
}

/// The pool of the process, started when first asked for.
pub fn shared() -> Pool {
    let mut shared = lock(&SHARED);
    let start = || Threads::start(configured_threads());
    shared.threads.get_or_insert_with(start).pool.clone()
}

/// Counts one more environment that uses the shared pool.
pub fn retain() {
    lock(&SHARED).users += 1;
}

/// Counts one less; the last one joins the threads, after the jobs that run have ended.
pub fn release() {
    let mut shared = lock(&SHARED);
    shared.users -= 1;
    let last = if shared.users == 0 { shared.threads.take() } else { None };
    drop(shared);
    drop(last);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_calls_every_part_once() {
        let pool = Threads::start(3);
        let calls: Vec<AtomicUsize> = (0..1000).map(|_| AtomicUsize::new(0)).collect();
        pool.parallel(1000, &|i| {
            calls[i].fetch_add(1, Ordering::Relaxed);
        });
        assert!(calls.iter().all(|c| c.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn parallel_may_be_called_from_every_thread_of_the_pool_at_once() {
        let pool = Threads::start(2);
        let total = AtomicUsize::new(0);
        pool.parallel(8, &|_| {
            pool.parallel(8, &|i| {
                total.fetch_add(i, Ordering::Relaxed);
            });
        });
        assert_eq!(total.load(Ordering::Relaxed), 8 * 28);
    }

    #[test]
    fn a_panic_of_a_part_reaches_the_caller_and_the_pool_lives_on() {
        let pool = Threads::start(2);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            pool.parallel(16, &|i| assert!(i != 7, "part seven"));
        }));
        assert!(caught.is_err());
        let ran = AtomicUsize::new(0);
        pool.parallel(4, &|_| {
            ran.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(ran.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn dropping_a_pool_runs_what_is_queued() {
        let ran = Arc::new(AtomicUsize::new(0));
        let pool = Threads::start(1);
        for _ in 0..10 {
            let ran = Arc::clone(&ran);
            pool.spawn(move || {
                ran.fetch_add(1, Ordering::Relaxed);
            });
        }
        drop(pool);
        assert_eq!(ran.load(Ordering::Relaxed), 10);
    }
}
