//! What runs natively? The kernels of `vectors/`, matrices resident outside the JavaScript heap, and training.
//!
//! JavaScript reaches this crate through `src/vectors/addon.ts` alone. Arguments were validated there; shapes are
//! checked here once more, because a wrong one would read foreign memory.

// Under test the macros of napi generate nothing, so what only JavaScript calls looks unused.
#![cfg_attr(test, allow(dead_code))]

mod bandwidth;
mod bound;
mod chunk;
mod decisions;
mod errors;
#[cfg(feature = "graph")]
mod graph;
mod ials;
mod info;
mod kernels;
mod matrix;
mod memory;
mod node;
mod planes;
mod pool;
mod promise;
mod search;
mod sections;
mod speeds;
#[cfg(test)]
mod testing;
mod text;
