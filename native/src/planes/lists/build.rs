//! Into which list does each row go, and where does it stand there?

use std::sync::{Mutex, PoisonError};

use super::axes::{Axes, Nearest, TILE, direction};
use super::extent::{Extent, NUMBERS};
use super::{BLOCK, Lists, SPREAD, VACANT};
use crate::errors::Result;
use crate::memory::{Memory, reserved};
use crate::pool::Pool;

/// Rows that are assigned as one piece of work.
const PIECE: usize = 1 << 12;

/// Rows that are assigned together.
const TOGETHER: usize = 64;

impl Lists {
    /// Puts row-major finite rows into about sqrt(rows) lists. Cost: rows^1.5 x dimension multiplications, on all threads
    /// of the pool. @throws `OutOfMemory`
    pub fn build(data: &[f32], dimension: usize, pool: &Pool) -> Result<Self> {
        let count = count(data.len() / dimension);
        let mut axes = Axes::of(data, dimension, count, pool);
        let places = assign(&axes, data, dimension, pool)?;
        let mut sizes = reserved(count)?;
        sizes.resize(count, 0);
        places.iter().for_each(|place| sizes[place.axis as usize] += 1);
        let mut members = sizes.iter().map(|&size| reserved(size)).collect::<Result<Vec<_>>>()?;
        for (row, place) in places.iter().enumerate() {
            members[place.axis as usize].push(u64::from(place.rank) << 32 | row as u64);
        }
        drop(places);
        let mut starts = vec![0u32];
        for members in &members {
            starts.push(starts[starts.len() - 1] + members.len().div_ceil(BLOCK) as u32);
        }
        let order = Memory::zeroed(4 * BLOCK * starts[count] as usize)?;
        let with_extents =
            |members: Vec<u64>| Ok(Mutex::new((reserved(members.len().div_ceil(BLOCK))?, members)));
        let parts = members.into_iter().map(with_extents).collect::<Result<Vec<_>>>()?;
        pool.parallel(count, &|i| {
            let mut part = parts[i].lock().unwrap_or_else(PoisonError::into_inner);
            let (extents, members) = &mut *part;
            members.sort_unstable();
            let size = 4 * BLOCK * (starts[i + 1] - starts[i]) as usize;
            // SAFETY: every list is written by one part, and nobody reads before all are done.
            let out = unsafe { order.slice_mut(4 * BLOCK * starts[i] as usize, size) };
            let rows = members.iter().map(|&member| member as u32).chain(std::iter::repeat(VACANT));
            for (out, row) in out.chunks_exact_mut(4).zip(rows) {
                out.copy_from_slice(&row.to_le_bytes());
            }
            let axis: Vec<f32> = axes.axis(i).collect();
            let row = |member: &u64| &data[*member as u32 as usize * dimension..][..dimension];
            extents.extend(members.chunks(BLOCK).map(|block| Extent::of(block.iter().map(row), &axis)));
            *members = Vec::new();
        });
        let mut numbers: Vec<[f32; NUMBERS]> = reserved(starts[count] as usize)?;
        for part in parts {
            let (extents, _) = part.into_inner().unwrap_or_else(PoisonError::into_inner);
            numbers.extend(extents.into_iter().map(Extent::numbers));
        }
        let mut extents = reserved(NUMBERS * numbers.len())?;
        extents.extend((0..NUMBERS).flat_map(|i| numbers.iter().map(move |numbers| numbers[i])));
        axes.append(across(&axes, data));
        Ok(Self::of(axes, starts, extents, order))
    }
}

/// The list of a row, and its rank there: those of lower rank stand before it.
#[derive(Clone, Copy, Default)]
struct Place {
    axis: u32,
    rank: u32,
}

fn assign(axes: &Axes, data: &[f32], dimension: usize, pool: &Pool) -> Result<Vec<Place>> {
    let mut places = reserved(data.len() / dimension)?;
    places.resize(data.len() / dimension, Place::default());
    let parts: Vec<_> = places.chunks_mut(PIECE).map(Mutex::new).collect();
    pool.parallel(parts.len(), &|i| {
        let mut places = parts[i].lock().unwrap_or_else(PoisonError::into_inner);
        let rows = &data[i * PIECE * dimension..][..places.len() * dimension];
        let mut directions = vec![0.0; TOGETHER * dimension];
        let mut nearest = [Nearest::default(); TOGETHER];
        let mut norms = [0.0; TOGETHER];
        for (rows, places) in rows.chunks(TOGETHER * dimension).zip(places.chunks_mut(TOGETHER)) {
            for (j, row) in rows.chunks_exact(dimension).enumerate() {
                norms[j] = direction(row, &mut directions[j * dimension..][..dimension]);
            }
            axes.nearest(&directions[..rows.len()], &mut nearest[..places.len()]);
            for ((place, nearest), norm) in places.iter_mut().zip(&nearest).zip(norms) {
                *place = Place { axis: nearest.axis, rank: rank(norm as f32, nearest.cosine) };
            }
        }
    });
    drop(parts);
    Ok(places)
}

/// Longer rows first, in steps of a sixteenth of an octave; within a step by the cosine.
fn rank(norm: f32, cosine: f32) -> u32 {
    let step = norm.to_bits() >> 19;
    let angle = (1.0 - cosine).clamp(0.0, 2.0) * 32_767.0;
    (0xfff - step) << 16 | angle as u32
}

/// Rows less what lies along their axes.
fn across(axes: &Axes, data: &[f32]) -> Axes {
    let dimension = axes.dimension;
    let rows = data.len() / dimension;
    let mut across = Axes::zeros(dimension, SPREAD);
    let mut square = 0f64;
    let mut sample = vec![0.0; SPREAD * dimension];
    for (i, row) in sample.chunks_exact_mut(dimension).enumerate() {
        direction(&data[i * rows / SPREAD * dimension..][..dimension], row);
        let mut nearest = [Nearest::default()];
        axes.nearest(row, &mut nearest);
        for (x, e) in row.iter_mut().zip(axes.axis(nearest[0].axis as usize)) {
            *x -= nearest[0].cosine * e;
            square += f64::from(*x).powi(2);
        }
    }
    let inverse = if square > 0.0 { (SPREAD as f64 / square).sqrt() as f32 } else { 0.0 };
    for (i, row) in sample.chunks_exact_mut(dimension).enumerate() {
        row.iter_mut().for_each(|x| *x *= inverse);
        across.set(i, row);
    }
    across
}

/// The number of lists for so many rows: as many as there are rows in each.
pub fn count(rows: usize) -> usize {
    ((rows as f64).sqrt().ceil() as usize).next_multiple_of(TILE)
}
