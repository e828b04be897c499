use super::bound::{LEAST, limit};
use super::*;
use crate::kernels::codes::{high_bounds, high_scale};
use crate::kernels::{Hits, NibbleQuery, Run, available};
use crate::pool::Threads;
use crate::testing::{KINDS, Random, rows, score};

fn norm(vector: &[f32]) -> f64 {
    vector.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt()
}

fn coded(query: &[f32], planes: &Planes) -> Option<Codes> {
    let mut rotated = vec![0.0; planes.shape.padded];
    planes.rotation.apply(query, &mut rotated, planes.shape.padded);
    Codes::new(&rotated, norm(query) * (1.0 + 1e-9), &planes.rotation)
}

/// Asserts that no instruction set rules a row out by its own score, neither by the upper halves nor by the whole codes.
fn never_ruled_out(data: &[f32], query: &[f32], planes: &Planes, case: &str) {
    let Some(codes) = coded(query, planes) else { return };
    for (i, row) in data.chunks_exact(query.len()).enumerate() {
        let truth = score(query, row);
        if !truth.is_finite() {
            continue;
        }
        let (limit, r) = (codes.limit(truth), i % BLOCK);
        let high = planes.high_of(i / BLOCK);
        let run = Run { bytes: high, shape: planes.shape, first: 0, blocks: &[0], eligible: &[1 << r] };
        for kernels in available() {
            let mut hits = [Hits::default()];
            let query = NibbleQuery { codes: &codes, bounds: codes.bounds, limit };
            kernels.scan_u4(&run, &[query], &mut hits);
            assert_eq!(hits[0].rows, [r as u32], "{} {case}, row {i} of score {truth}", kernels.isa);
            let low = kernels.dot_u4(planes.low_from(i), &codes);
            let scale = high_scale(high, planes.shape, r);
            let whole = codes.whole_bound(hits[0].values[0], low, scale, &high_bounds(high, planes.shape));
            let above = whole.is_nan() || whole >= f64::from(limit);
            assert!(above, "{} {case}, row {i} of score {truth}: {whole}", kernels.isa);
        }
    }
}

#[test]
fn no_row_is_ruled_out_by_a_threshold_that_it_reaches() {
    let threads = Threads::start(1);
    for dimension in [16, 50, 300] {
        for (kind, _) in KINDS {
            let data = rows(kind, 130, dimension, 1);
            let planes = Planes::build(&data, dimension, false, &threads).expect("memory");
            for query_kind in [
                "normal",
                "one component each",
                "one dominant component",
                "falling spectrum and skewed norms",
            ] {
                for size in [1.0, 1e22, 1e-28] {
                    let query =
                        rows(query_kind, 1, dimension, 2).iter().map(|x| x * size).collect::<Vec<_>>();
                    never_ruled_out(
                        &data,
                        &query,
                        &planes,
                        &format!("{kind} {query_kind} {size} {dimension}"),
                    );
                }
            }
            // A row as the query, and its opposite.
            for row in [0, 77] {
                let query = &data[row * dimension..][..dimension];
                never_ruled_out(&data, query, &planes, &format!("{kind} by row {row} {dimension}"));
                let query: Vec<f32> = query.iter().map(|x| -x).collect();
                never_ruled_out(&data, &query, &planes, &format!("{kind} by less row {row} {dimension}"));
            }
        }
    }
}

/// What the rotation of a query must be multiplied with to give it back.
fn unrotate(rotated: &[f32], planes: &Planes) -> Vec<f32> {
    let (n, padded) = (planes.rotation.dimension, planes.shape.padded);
    (0..n)
        .map(|j| {
            let (mut unit, mut column) = (vec![0.0; n], vec![0.0; padded]);
            unit[j] = 1.0;
            planes.rotation.apply(&unit, &mut column, padded);
            column.iter().zip(rotated).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() as f32
        })
        .collect()
}

/// What the upper halves, or the whole codes, of a row miss.
fn missed(y: &[f32], planes: &Planes, row: usize, whole: bool) -> Vec<f32> {
    let (shape, r) = (planes.shape, row % BLOCK);
    let (high, low) = (planes.high_of(row / BLOCK), planes.low_from(row));
    let scale = high_scale(high, shape, r) / 16.0;
    let half = shape.padded / 2;
    let nibble = |byte: u8, j: usize| i32::from(if j < half { byte & 15 } else { byte >> 4 });
    (0..planes.rotation.dimension)
        .map(|j| {
            let at = j % half;
            let upper = nibble(high[at / 4 * 4 * BLOCK + 4 * r + at % 4], j);
            let code = if whole {
                (16 * upper + nibble(low[at], j)) as f32 - 127.5
            } else {
                16.0 * (upper as f32 - 7.5)
            };
            y[j] - scale * code
        })
        .collect()
}

/// Queries along what codes miss bring the inequality of Cauchy and Schwarz to equality.
#[test]
fn no_row_is_ruled_out_by_queries_made_against_its_codes_and_the_bound_is_nearly_reached() {
    let threads = Threads::start(1);
    for dimension in [16, 60, 256, 300] {
        for (kind, size) in
            [("normal", 1.0f32), ("one component each", 1.0), ("two values", 1e20), ("normal", 1e-25)]
        {
            let source: Vec<f32> = rows(kind, 1, dimension, 3).iter().map(|x| x * size).collect();
            // The same row throughout, so that the bounds of the block are its own.
            let data = source.repeat(BLOCK);
            let planes = Planes::build(&data, dimension, false, &threads).expect("memory");
            let mut y = vec![0.0; planes.shape.padded];
            planes.rotation.apply(&source, &mut y, planes.shape.padded);
            for whole in [false, true] {
                let query = unrotate(&missed(&y, &planes, 0, whole), &planes);
                let length = norm(&query) as f32;
                let query: Vec<f32> = query.iter().map(|x| x / length).collect();
                let case = format!("{kind} {size} {dimension} {whole}");
                never_ruled_out(&data[..dimension], &query, &planes, &case);
                for seed in 0..20 {
                    let noise = rows("normal", 1, dimension, seed);
                    let share = 10f32.powi(-(seed as i32) % 5) / norm(&noise) as f32;
                    let query: Vec<f32> = query.iter().zip(noise).map(|(q, x)| q + share * x).collect();
                    never_ruled_out(&data[..dimension], &query, &planes, &case);
                }
                let codes = coded(&query, &planes).expect("a tame query");
                let (value, bound) = bound(&codes, &planes, whole);
                let truth = f64::from(score(&query, &source));
                assert!(truth - value > 0.0 && truth <= bound, "{case}: {value} {truth} {bound}");
                let reached = (truth - value) / (bound - value);
                assert!(reached > if whole { 0.3 } else { 0.9 }, "{case}: {reached}");
            }
        }
    }
}

/// Of a query of one large component and others just below half a unit, the codes have the large one alone; a row that
/// has no error but there, and the signs of the others, brings both inequalities of Cauchy and Schwarz to equality.
#[test]
fn no_row_is_ruled_out_by_queries_whose_rounding_lies_along_it() {
    let threads = Threads::start(1);
    for dimension in [16, 60, 256, 300] {
        for whole in [false, true] {
            let mut random = Random(dimension as u64);
            let (mut y, mut p) = (vec![0.0f32; dimension], vec![0.0f32; dimension]);
            for j in 0..dimension {
                let sign = if random.below(2) == 0 { -1.0 } else { 1.0 };
                // What whole codes, or upper halves, represent but for the last bits.
                y[j] = sign * if j == 3 || whole { 127.49 } else { 120.0 };
                p[j] = sign * if j == 3 { 127.0 } else { 0.49 };
            }
            let of_dimension =
                Planes::build(&vec![0.0; dimension], dimension, false, &threads).expect("memory");
            let (row, query) = (unrotate(&y, &of_dimension), unrotate(&p, &of_dimension));
            let planes = Planes::build(&row.repeat(BLOCK), dimension, false, &threads).expect("memory");
            let case = format!("{dimension} {whole}");
            never_ruled_out(&row, &query, &planes, &case);
            let (value, bound) = bound(&coded(&query, &planes).expect("a tame query"), &planes, whole);
            let truth = f64::from(score(&query, &row));
            let reached = (truth - value) / (bound - value);
            assert!((0.9..=1.0).contains(&reached), "{case}: {reached}");
        }
    }
}

/// Of row 0, the inner product of the codes and the bound.
fn bound(codes: &Codes, planes: &Planes, whole: bool) -> (f64, f64) {
    let kernels = available()[0];
    let mut hits = [Hits::default()];
    let run = Run { bytes: planes.high(), shape: planes.shape, first: 0, blocks: &[0], eligible: &[1] };
    let query = NibbleQuery { codes, bounds: codes.bounds, limit: f32::NEG_INFINITY };
    kernels.scan_u4(&run, &[query], &mut hits);
    let high = planes.high_of(0);
    let (scale, bounds) = (high_scale(high, planes.shape, 0), high_bounds(high, planes.shape));
    let dot = hits[0].values[0];
    if whole {
        let low = kernels.dot_u4(planes.low_from(0), codes);
        let above = codes.whole_bound(dot, low, scale, &bounds);
        (above - f64::from(scale) / 16.0 * codes.bounds.whole(&bounds), above)
    } else {
        let value = f64::from(scale) * codes.bounds.unit * (f64::from(dot) - codes.rest);
        (value, value + f64::from(scale) * f64::from(codes.bounds.high(0.0).of(&bounds)))
    }
}

#[test]
fn most_rows_are_ruled_out_by_the_score_of_the_best_hundredth() {
    let (threads, count, dimension) = (Threads::start(1), 64 * BLOCK, 128);
    for (kind, size, most) in [
        ("normal", 1.0f32, [0.25, 0.02]),
        ("unit norms", 1.0, [0.25, 0.02]),
        ("falling spectrum and skewed norms", 1.0, [0.25, 0.02]),
        ("clusters", 1.0, [0.5, 0.22]),
        ("normal", 1e25, [0.25, 0.02]),
        ("normal", 1e-25, [0.25, 0.02]),
    ] {
        let mut data: Vec<f32> = rows(kind, count, dimension, 1).iter().map(|x| x * size).collect();
        // Rows that decayed to nothing, or to denormals, do not keep the others of their blocks from being ruled out.
        data.chunks_exact_mut(dimension).step_by(9).for_each(|row| row.fill(0.0));
        data.chunks_exact_mut(dimension).step_by(11).for_each(|row| row.fill(1e-41));
        let planes = Planes::build(&data, dimension, false, &threads).expect("memory");
        let query = rows("normal", 1, dimension, 9);
        let codes = coded(&query, &planes).expect("a tame query");
        let mut scores: Vec<f32> = data.chunks_exact(dimension).map(|row| score(&query, row)).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        let limit = codes.limit(scores[count / 100]);
        let mut hits = [Hits::default()];
        let all = vec![u64::MAX; planes.blocks()];
        let blocks: Vec<u32> = (0..planes.blocks() as u32).collect();
        let run =
            Run { bytes: planes.high(), shape: planes.shape, first: 0, blocks: &blocks, eligible: &all };
        let kernels = available()[0];
        kernels.scan_u4(&run, &[NibbleQuery { codes: &codes, bounds: codes.bounds, limit }], &mut hits);
        let passed = hits[0].rows.iter().zip(&hits[0].values).filter(|&(&row, &dot)| {
            let row = row as usize;
            let (high, low) = (planes.high_of(row / BLOCK), kernels.dot_u4(planes.low_from(row), &codes));
            let scale = high_scale(high, planes.shape, row % BLOCK);
            codes.whole_bound(dot, low, scale, &high_bounds(high, planes.shape)) >= f64::from(limit)
        });
        let shares = [hits[0].rows.len(), passed.count()].map(|n| n as f64 / count as f64);
        assert!(shares[0] < most[0] && shares[1] < most[1], "{kind} {size}: {shares:?}");
    }
}

#[test]
fn a_limit_is_below_its_threshold_and_none_below_a_threshold_of_none() {
    let thresholds = [f32::MAX, 1.0, 1e-30, f32::MIN_POSITIVE, 1e-45, 0.0, -1e-45, -1.0, f32::MIN];
    for threshold in thresholds {
        for norm in [0.0, 1.0, 1e20] {
            let t = f64::from(threshold);
            let below = t - 2.0 * 2f64.powi(-24) * t.abs() - 2f64.powi(-149) - 1.005 * LEAST * norm;
            assert!(f64::from(limit(threshold, norm)) < below, "{threshold} {norm}");
        }
    }
    assert_eq!(limit(f32::NEG_INFINITY, 1.0), f32::NEG_INFINITY);
    assert!((limit(1.0, 1.0) - 1.0).abs() < 3e-7);
}

#[test]
fn scales_of_pairs_make_estimates_of_rows_of_any_norm() {
    let (threads, dimension) = (Threads::start(1), 64);
    let kernels = available()[0];
    for exponent in [-38, -30, -20, 0, 20, 30, 36] {
        let size = 10f64.powi(exponent);
        let data: Vec<f32> =
            rows("normal", BLOCK, dimension, 4).iter().map(|&x| (f64::from(x) * size) as f32).collect();
        let planes = Planes::build(&data, dimension, false, &threads).expect("memory");
        let mut random = Random(5);
        let query: Vec<f32> = (0..dimension).map(|_| random.normal() as f32).collect();
        let mut rotated = vec![0.0; planes.shape.padded];
        planes.rotation.apply(&query, &mut rotated, planes.shape.padded);
        let run =
            Run { bytes: planes.pairs(), shape: planes.shape, first: 0, blocks: &[0], eligible: &[u64::MAX] };
        let mut hits = Hits::default();
        kernels.scan_u2(&run, &Lookup::new(&rotated, planes.shape), f32::NEG_INFINITY, &mut hits);
        assert_eq!(hits.rows.len(), BLOCK);
        let (mut error, mut spread) = (0.0, 0.0);
        for (&row, &bits) in hits.rows.iter().zip(&hits.values) {
            let truth = f64::from(score(&query, &data[row as usize * dimension..][..dimension])) / size;
            error += (f64::from(f32::from_bits(bits as u32)) / size - truth).powi(2);
            spread += truth.powi(2);
        }
        assert!(error < 0.3 * spread, "1e{exponent}: {error} {spread}");
    }
}
