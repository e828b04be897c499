//! Where are the vectors of the actions? Padded with zeros to whole cache lines, with their norms.

use super::padded;

/// Sixteen f32, a cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f32; 16]);

pub struct Actions {
    pub dimension: usize,
    lines: Vec<Line>,
    /// Of each row at least its norm.
    norms: Vec<f64>,
}

impl Actions {
    pub fn new(dimension: usize) -> Self {
        Actions { dimension, lines: Vec::new(), norms: Vec::new() }
    }

    pub fn size(&self) -> usize {
        self.norms.len()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.lines.capacity() * 64 + self.norms.capacity() * 8
    }

    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// Rows of the padded dimension.
    pub fn data(&self) -> &[f32] {
        // SAFETY: a line is sixteen f32 without anything between.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * 16) }
    }

    /// Writes rows from `row`, at most the size, on. False where memory is short; nothing is written then.
    pub fn write(&mut self, row: usize, vectors: &[f32]) -> bool {
        let count = vectors.len() / self.dimension;
        let size = self.size().max(row + count);
        let line_count = size * padded(self.dimension) / 16;
        if self.norms.try_reserve(size - self.size()).is_err()
            || self.lines.try_reserve(line_count - self.lines.len()).is_err()
        {
            return false;
        }
        self.norms.resize(size, 0.0);
        self.lines.resize(line_count, Line([0.0; 16]));
        let per_row = padded(self.dimension) / 16;
        for (i, vector) in vectors.chunks_exact(self.dimension).enumerate() {
            let lines = &mut self.lines[(row + i) * per_row..][..per_row];
            for (line, part) in lines.iter_mut().zip(vector.chunks(16)) {
                line.0[..part.len()].copy_from_slice(part);
            }
            let square = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
            self.norms[row + i] = square.sqrt() * (1.0 + 1e-9);
        }
        true
    }
}
