//! Where do numbers stand that are read a cache line at a time? At a multiple of 64 bytes.

use std::ops::{Deref, DerefMut};

/// A fixed number of f64, aligned.
pub struct Aligned {
    /// Longer than what is used by up to seven; never moved.
    data: Box<[f64]>,
    start: usize,
    length: usize,
}

impl Aligned {
    pub fn zeros(length: usize) -> Self {
        let data = vec![0.0; length + 7].into_boxed_slice();
        let start = data.as_ptr().align_offset(64).min(7);
        Aligned { data, start, length }
    }
}

impl Deref for Aligned {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.data[self.start..][..self.length]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.data[self.start..][..self.length]
    }
}
