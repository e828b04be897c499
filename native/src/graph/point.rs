//! When are two points of the graph near? When their inner product is large, after a reduction to a sphere.
//!
//! # The reduction
//! A graph needs a distance in which a row is near itself, which the inner product is not: a long row is nearer to most
//! rows than they are to themselves. Bachrach et al. (Speeding up the Xbox recommender system using a Euclidean
//! transformation for inner-product spaces, RecSys 2014) add one component, the height `h(x) = sqrt(M^2 - |x|^2)` for
//! rows and 0 for queries. All rows then lie on a sphere of radius M, where the nearest to a query is the row of largest
//! inner product. The distance used here is `-(<x,y> + h(x) h(y)) / M^2` between rows and `-<q,x> / (|q| M)` from a
//! query; on the sphere both grow with the Euclidean distance.
//!
//! # The radius
//! With M the largest norm, as in the paper, heights drown the inner products where norms are skewed: links then join
//! rows of equal length. So M is the norm that [`WITHIN`] of the rows do not exceed; longer rows have height 0 and keep
//! their inner products, as in a graph built on those alone. Recall on 200,000 x 64 rows of log-normal norms (the 99th
//! percentile is 2.4 times the median), 16 links a row: at k = 10 and 100 candidates .39 with the largest norm, .97 with
//! inner products alone, .98 with this radius; at k = 100 and 400 candidates .59, .89, .94.
//!
//! # Points
//! The graph stores eight bytes of a row, its number and its height; the components stay in the matrix.

use std::cell::UnsafeCell;

use crate::kernels;
use crate::matrix::View;

/// The share of rows within the radius.
const WITHIN: f64 = 0.95;

/// Rows that are looked at to find it.
const SAMPLE: usize = 10_000;

/// What the graph stores of a row, or the address of a [`Query`]; told apart by the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point(u64);

impl Point {
    /// `height` is in units of the radius, from 0 to 1.
    fn row(row: u32, height: f32) -> Self {
        Point(u64::from(height.to_bits()) << 33 | u64::from(row) << 1 | 1)
    }

    fn unpack(self) -> (usize, f32) {
        ((self.0 >> 1) as u32 as usize, f32::from_bits((self.0 >> 33) as u32))
    }

    /// As what usearch stores: it copies the bits and computes nothing with them.
    pub fn number(self) -> f64 {
        f64::from_bits(self.0)
    }

    pub fn from_number(number: f64) -> Self {
        Point(number.to_bits())
    }
}

/// A query and what its inner products are multiplied with.
pub struct Query<'a> {
    vector: &'a [f32],
    scale: f64,
}

impl Query<'_> {
    /// To be used while the query lives.
    pub fn point(&self) -> Point {
        Point((std::ptr::from_ref(self) as *const ()).expose_provenance() as u64)
    }
}

/// The rows on their sphere.
pub struct Points {
    view: UnsafeCell<View>,
    radius: f64,
    /// `1 / radius^2`.
    scale: f64,
}

// SAFETY: the view changes only in `set_view`, while nobody reads, as its caller promises.
unsafe impl Sync for Points {}

impl Points {
    /// The radius is taken from the rows of `view` and stays. Cost: the norms of [`SAMPLE`] rows.
    pub fn new(view: View) -> Self {
        let step = view.rows.div_ceil(SAMPLE).max(1);
        let mut norms: Vec<f64> = (0..view.rows).step_by(step).map(|row| norm(view.row(row))).collect();
        norms.sort_unstable_by(f64::total_cmp);
        let within = norms.get((norms.len() as f64 * WITHIN) as usize).copied().unwrap_or(0.0);
        let largest = norms.last().copied().unwrap_or(0.0);
        let radius = [within, largest].into_iter().find(|&radius| radius > 0.0).unwrap_or(1.0);
        Points { view: UnsafeCell::new(view), radius, scale: 1.0 / (radius * radius) }
    }

    /// Lets points stand for the rows of a later view too.
    ///
    /// # Safety
    /// No other thread uses these points during the call.
    pub unsafe fn set_view(&self, view: View) {
        // SAFETY: as promised by the caller.
        unsafe { *self.view.get() = view };
    }

    pub fn view(&self) -> &View {
        // SAFETY: it changes only while nobody reads.
        unsafe { &*self.view.get() }
    }

    /// The point of a row of the view.
    pub fn of(&self, row: usize) -> Point {
        let share = norm(self.view().row(row)) / self.radius;
        Point::row(row as u32, (1.0 - share * share).max(0.0).sqrt() as f32)
    }

    pub fn query<'a>(&self, vector: &'a [f32]) -> Query<'a> {
        let norm = norm(vector);
        let scale = if norm > 0.0 { 1.0 / (norm * self.radius) } else { 0.0 };
        Query { vector, scale }
    }

    /// The distance from a row or a query to a row; finite.
    ///
    /// # Safety
    /// A query that `from` points to lives, and rows are of the view.
    pub unsafe fn distance(&self, from: Point, to: Point) -> f32 {
        let (to, to_height) = to.unpack();
        let to = self.view().row(to);
        let nearness = if from.0 & 1 == 0 {
            let address = std::ptr::with_exposed_provenance::<Query>(from.0 as usize);
            // SAFETY: as promised by the caller.
            let query = unsafe { &*address };
            product(query.vector, to) * query.scale
        } else {
            let (from, height) = from.unpack();
            let heights = f64::from(height) * f64::from(to_height);
            product(self.view().row(from), to) * self.scale + heights
        };
        -nearness.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
    }
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    kernels::best().rescore(a, b)
}

fn norm(row: &[f32]) -> f64 {
    product(row, row).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk::Chunk;
    use crate::matrix::Matrix;
    use crate::memory::Memory;

    const DIMENSION: usize = 5;

    /// 100 rows, the longer the later: the last five are beyond the radius.
    fn rows() -> Vec<f32> {
        let component = |i: usize| ((i * 37 % 101) as f32 / 50.0 - 1.0) * (1.0 + (i / DIMENSION) as f32);
        (0..100 * DIMENSION).map(component).collect()
    }

    fn points(data: Vec<f32>) -> Points {
        Points::new(
            Matrix::new(Chunk::own(Memory::of(&[&data]).unwrap(), DIMENSION, 0, None).unwrap())
                .view()
                .unwrap(),
        )
    }

    #[test]
    fn a_point_keeps_the_row_and_the_height() {
        for row in [0, 1, 12_345_678, u32::MAX] {
            for height in [0.0, f32::MIN_POSITIVE, 0.7, 1.0] {
                let point = Point::from_number(Point::row(row, height).number());
                assert_eq!(point.unpack(), (row as usize, height));
            }
        }
    }

    #[test]
    fn between_rows_within_the_radius_the_distance_is_that_on_the_sphere() {
        let points = points(rows());
        let lifted = |row: usize| {
            let components = points.view().row(row).iter().map(|&x| f64::from(x) / points.radius);
            let squares: f64 = components.clone().map(|x| x * x).sum();
            components.chain([(1.0 - squares).max(0.0).sqrt()]).collect::<Vec<f64>>()
        };
        for a in 0..95 {
            for b in 0..95 {
                let square: f64 = lifted(a).iter().zip(lifted(b)).map(|(x, y)| (x - y).powi(2)).sum();
                // SAFETY: both are rows of the view.
                let distance = unsafe { points.distance(points.of(a), points.of(b)) };
                assert!((f64::from(distance) - (square / 2.0 - 1.0)).abs() < 1e-6, "{a} {b}");
            }
        }
    }

    #[test]
    fn five_rows_of_a_hundred_are_beyond_the_radius_and_keep_their_inner_products() {
        let points = points(rows());
        let flat: Vec<usize> = (0..100).filter(|&row| points.of(row).unpack().1 == 0.0).collect();
        assert!(flat.len() >= 4 && flat.len() <= 6, "{flat:?}");
        let (a, b) = (flat[0], flat[flat.len() - 1]);
        // SAFETY: both are rows of the view.
        let distance = unsafe { points.distance(points.of(a), points.of(b)) };
        let truth = product(points.view().row(a), points.view().row(b)) / points.radius.powi(2);
        assert!((f64::from(distance) + truth).abs() < 1e-6 * truth.abs());
    }

    #[test]
    fn from_a_query_rows_of_any_length_stand_in_the_order_of_their_inner_products() {
        let points = points(rows());
        let vector = [0.3, -1.0, 0.2, 2.0, -0.7];
        let query = points.query(&vector);
        // SAFETY: the query lives, the rows are of the view.
        let distance = |row: usize| unsafe { points.distance(query.point(), points.of(row)) };
        let mut near: Vec<usize> = (0..100).collect();
        near.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        let score = |row: usize| product(&vector, points.view().row(row));
        assert!(near.windows(2).all(|pair| score(pair[0]) >= score(pair[1]) - 1e-4));
    }

    #[test]
    fn distances_of_rows_of_zeros_and_of_every_magnitude_are_finite() {
        for magnitude in [0.0, 1e-45, 1e-20, 1.0, 3e38] {
            let mut data = rows().iter().map(|x| x / 1000.0 * magnitude).collect::<Vec<f32>>();
            data[..DIMENSION].fill(3e38);
            let points = points(data);
            for vector in [[0.0; DIMENSION], [1e-45; DIMENSION], [3e38; DIMENSION]] {
                let query = points.query(&vector);
                for row in 0..100 {
                    // SAFETY: the query lives, the rows are of the view.
                    let distances = unsafe {
                        [query.point(), points.of(0), points.of(row)]
                            .map(|p| points.distance(p, points.of(row)))
                    };
                    assert!(distances.iter().all(|distance| distance.is_finite()), "{magnitude} {row}");
                }
            }
        }
    }
}
