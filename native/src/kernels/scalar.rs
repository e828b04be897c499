//! The kernels in plain Rust: the fallback everywhere, compiled to SSE2 on x86-64.

use super::{Hits, Rows, add_sums};

/// See [`super::Kernels::scan`].
pub unsafe fn scan(rows: Rows, query: &[f32], threshold: f32, out: &mut Vec<u32>) {
    for start in (0..rows.len()).step_by(8) {
        let mut eligible = rows.eligible8(start);
        while eligible != 0 {
            let i = start + eligible.trailing_zeros() as usize;
            eligible &= eligible - 1;
            if dot(query, rows.row(i)) >= threshold {
                out.push(i as u32);
            }
        }
    }
}

/// See [`super::Kernels::reach`].
pub unsafe fn reach(first: u32, [a, b, c]: [&[f32]; 3], weights: [f32; 3], limit: f32, hits: &mut Hits) {
    for (i, ((a, b), c)) in a.iter().zip(b).zip(c).enumerate() {
        let sum = weights[0] * a + weights[1] * b + weights[2] * c;
        if sum >= limit || sum.is_nan() {
            hits.push(first + i as u32, sum.to_bits() as i32);
        }
    }
}

fn dot(query: &[f32], row: &[f32]) -> f32 {
    let mut sums = [0.0f32; 16];
    let (q, q_rest) = query.as_chunks::<16>();
    let (x, x_rest) = row.as_chunks::<16>();
    for (q, x) in q.iter().zip(x) {
        for lane in 0..16 {
            sums[lane] += q[lane] * x[lane];
        }
    }
    let rest: f32 = q_rest.iter().zip(x_rest).map(|(q, x)| q * x).sum();
    sums.iter().sum::<f32>() + rest
}

/// See [`super::Kernels::rescore`].
pub unsafe fn rescore(query: &[f32], row: &[f32]) -> f64 {
    let mut sums = [0.0f64; 8];
    let (q, q_rest) = query.as_chunks::<8>();
    let (x, x_rest) = row.as_chunks::<8>();
    for (q, x) in q.iter().zip(x) {
        for lane in 0..8 {
            sums[lane] += f64::from(q[lane]) * f64::from(x[lane]);
        }
    }
    for (sum, (&q, &x)) in sums.iter_mut().zip(q_rest.iter().zip(x_rest)) {
        *sum += f64::from(q) * f64::from(x);
    }
    add_sums(sums)
}
