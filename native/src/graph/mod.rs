//! Which rows probably have a large inner product with a query, without a look at most of them?
//!
//! A hierarchical navigable small-world graph (Malkov and Yashunin, IEEE TPAMI 42, 2020) by the usearch crate, over the
//! points of [`point`]. It serves small k and item-to-item search; [`search`] scores what it finds exactly.
//!
//! # Who may do what at once
//! usearch adds rows from several threads at once, and searches from several, but a search that runs while a row is
//! added reads neighbour lists, the entry point and its level without a lock, and may follow what is half written. So
//! the graph is locked: searches share it, rows are added under an exclusive lock, a few at a time so that a search
//! waits for one [`SLICE`] at most. Rows that are appended need not wait for that: they are found by scoring them one by
//! one until the graph has them.
//!
//! Several threads add rows in an order that nobody fixes, so two graphs of the same rows differ, and may answer
//! differently where they miss rows.

mod node;
mod point;
mod search;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread;

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use crate::errors::{Error, Result};
use crate::matrix::Matrix;
use crate::pool::{self, Pool};
use crate::promise::Stop;
use point::{Point, Points};

/// Links of a row on the upper levels; twice as many on the lowest.
const LINKS: usize = 16;

/// Rows that are kept in view while the neighbours of a new row are sought.
const EXPANSION: usize = 128;

/// Fewer rows have no graph: scanning them is as fast, and they tell too little of the norms to come.
const LEAST_ROWS: usize = 1024;

/// Rows that each thread adds before waiting searches have their turn; each takes some 0.3 ms.
const SLICE: usize = 4;

/// The graph over the first rows of a matrix.
pub struct Graph {
    matrix: Arc<Matrix>,
    /// So many rows are scanned in the time that one candidate takes.
    rows_per_candidate: usize,
    nodes: RwLock<Nodes>,
    /// Searches that wait for a thread that adds rows.
    waiting: AtomicUsize,
    /// Does a thread add what was appended?
    growing: Mutex<bool>,
    bytes: AtomicUsize,
}

#[derive(Default)]
struct Nodes {
    /// Row numbers below this are in the graph.
    rows: usize,
    /// None while there are few rows.
    links: Option<Links>,
}

struct Links {
    index: Index,
    points: Arc<Points>,
}

impl Graph {
    /// A graph without rows. Where fewer than `rows_per_candidate` rows are eligible for each candidate that is asked
    /// for, searches scan the matrix.
    pub fn new(matrix: Arc<Matrix>, rows_per_candidate: usize) -> Self {
        Graph {
            matrix,
            rows_per_candidate,
            nodes: RwLock::default(),
            waiting: AtomicUsize::new(0),
            growing: Mutex::new(false),
            bytes: AtomicUsize::new(0),
        }
    }

    /// Adds all rows that there are on all threads, while searches wait; returns false if it was stopped.
    ///
    /// Cost: 0.2 ms of processor time a row for 200,000 rows of 64 components, 0.4 for a million.
    pub fn build(&self, pool: &Pool, stop: &Stop) -> Result<bool> {
        self.add(usize::MAX, pool, stop)?;
        Ok(!stop.is_raised())
    }

    /// Claims the duty to add what was appended; false if a thread has it already and will see the rows.
    pub fn claim(&self) -> bool {
        !std::mem::replace(&mut *lock(&self.growing), true)
    }

    /// Adds what was appended, a few rows at a time, after [`Graph::claim`]. Where that fails the rows stay to be scored
    /// one by one, and the next to be appended try again.
    pub fn grow(&self, pool: &Pool, stop: &Stop) {
        loop {
            {
                let mut growing = lock(&self.growing);
                let rows = self.matrix.view().map_or(0, |view| view.rows);
                if stop.is_raised() || rows < LEAST_ROWS || self.read().rows >= rows {
                    *growing = false;
                    return;
                }
            }
            while self.waiting.load(Ordering::Relaxed) > 0 {
                thread::yield_now();
            }
            if self.add(SLICE * pool.size().max(1), pool, stop).is_err() {
                *lock(&self.growing) = false;
                return;
            }
        }
    }

    /// Bytes held, about. Does not wait.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Adds at most `most` rows.
    fn add(&self, most: usize, pool: &Pool, stop: &Stop) -> Result<()> {
        let view = self.matrix.view()?;
        if view.rows < LEAST_ROWS {
            return Ok(());
        }
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        let Nodes { rows, links } = &mut *nodes;
        let links = match links {
            Some(links) => links,
            None => links.insert(Links::new(Points::new(view.clone()))?),
        };
        let end = view.rows.min(rows.saturating_add(most));
        links.reserve(view.rows)?;
        // SAFETY: the lock is exclusive, and the threads that add rows read the points after this.
        unsafe { links.points.set_view(view) };
        let failed = Mutex::new(None);
        pool.parallel(end - *rows, &|i| {
            let row = *rows + i;
            if stop.is_raised() || lock(&failed).is_some() {
                return;
            }
            if let Err(error) = links.add(row) {
                *lock(&failed) = Some(error);
            }
        });
        if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        if !stop.is_raised() {
            *rows = end;
        }
        self.bytes.store(links.bytes(), Ordering::Relaxed);
        Ok(())
    }

    /// The graph as it is, once the slice that is being added has ended.
    fn read(&self) -> RwLockReadGuard<'_, Nodes> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        nodes
    }
}

impl Links {
    fn new(points: Points) -> Result<Self> {
        let options = IndexOptions {
            // One number: a point.
            dimensions: 1,
            metric: MetricKind::IP,
            quantization: ScalarKind::F64,
            connectivity: LINKS,
            expansion_add: EXPANSION,
            // So many are searched as are asked for.
            expansion_search: 1,
            multi: false,
        };
        let mut index = Index::new(&options).map_err(refused)?;
        let points = Arc::new(points);
        let measured = Arc::clone(&points);
        let distance = move |from: *const f64, to: *const f64| {
            // SAFETY: usearch hands over the points it was given, each in eight bytes; see `Points::distance`.
            unsafe {
                let from = Point::from_number(from.read_unaligned());
                measured.distance(from, Point::from_number(to.read_unaligned()))
            }
        };
        index.change_metric::<f64>(Box::new(distance));
        Ok(Links { index, points })
    }

    /// Makes room for so many rows; when that needs a move, for half as many again. Needs the exclusive lock.
    fn reserve(&self, rows: usize) -> Result<()> {
        let capacity = self.index.capacity();
        if rows <= capacity {
            return Ok(());
        }
        let wanted = if capacity == 0 { rows } else { rows + rows / 2 };
        // The threads of the pool, and the one of JavaScript.
        let threads = pool::configured_threads() + 1;
        self.index.reserve_capacity_and_threads(wanted, threads).map_err(refused)
    }

    /// Links, points and the two tables of usearch, about.
    fn bytes(&self) -> usize {
        let stats = self.index.memory_stats();
        let arenas = stats.graph_allocated + stats.vectors_allocated;
        let unused = stats.graph_reserved + stats.vectors_reserved;
        let capacity = self.index.capacity();
        arenas.saturating_sub(unused) + capacity * 16 + (capacity * 3 / 2).next_power_of_two() * 16
    }

    /// Adds a row unless it is there; from any thread.
    fn add(&self, row: usize) -> Result<()> {
        if self.index.contains(row as u64) {
            return Ok(());
        }
        self.index.add(row as u64, &[self.points.of(row).number()]).map_err(refused)
    }
}

/// What usearch refused.
fn refused(error: impl std::fmt::Display) -> Error {
    let message = error.to_string();
    if message.to_lowercase().contains("memory") || message.contains("bad_alloc") {
        return Error::OutOfMemory(format!("Expected memory to be free for the graph: {message}"));
    }
    Error::Internal(format!("The graph refused: {message}"))
}

/// A panic while such a lock is held leaves the data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
