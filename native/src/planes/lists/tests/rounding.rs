use super::*;
use crate::testing::Hostile;

/// Rows in the first list, in their order, of this axis.
fn of_axis(data: &[f32], axis: &[f32]) -> Lists {
    let n = axis.len();
    let extents: Vec<Extent> =
        data.chunks(BLOCK * n).map(|block| Extent::of(block.chunks_exact(n), axis)).collect();
    let mut axes = Axes::zeros(n, axes::TILE + SPREAD);
    axes.set(0, axis);
    let blocks = extents.len();
    let mut starts = vec![blocks as u32; axes::TILE + 1];
    starts[0] = 0;
    let order = Memory::zeroed(4 * BLOCK * blocks).expect("memory");
    // SAFETY: nobody else has it yet.
    let positions = unsafe { order.slice_mut(0, 4 * BLOCK * blocks) }.chunks_exact_mut(4);
    positions.zip(0..(data.len() / n) as u32).for_each(|(out, row)| out.copy_from_slice(&row.to_le_bytes()));
    let numbers = (0..NUMBERS).flat_map(|i| extents.iter().map(move |extent| extent.numbers()[i]));
    Lists::of(axes, starts, numbers.collect(), order)
}

/// How much of what is added for rounding it takes that no row exceeds what its block surely reaches; queries and rows
/// are tame.
fn taken(lists: &Lists, data: &[f32], query: &[f32]) -> f64 {
    let n = query.len();
    let size = norm(query) * (1.0 + 1e-9);
    let reaching = lists.reaching(&lists.aim(query, size), Reach::Sure, f32::NEG_INFINITY);
    assert_eq!(reaching.rows.len(), lists.blocks());
    let slack = (1.01 * (n + 3) as f64 + 16.0) * 2f64.powi(-24) * size;
    let mut most = f64::NEG_INFINITY;
    for (i, row) in data.chunks_exact(n).enumerate() {
        let reach = f64::from(f32::from_bits(reaching.values[i / BLOCK] as u32));
        let added = slack * f64::from(lists.extent(i / BLOCK).norm);
        if added > 0.0 {
            let score = f64::from(limit(score(query, row), size));
            most = most.max((score - reach + added) / added);
        }
    }
    most
}

/// A unit vector for whose axis an f32 sum of a query errs by nearly a rounding a component: all but nothing is in the
/// first.
fn skewed(dimension: usize) -> Vec<f32> {
    let mut row = vec![0.01 / (dimension as f32).sqrt(); dimension];
    row[0] = 1.0;
    let mut axis = vec![0.0; dimension];
    direction(&row, &mut axis);
    axis
}

#[test]
fn sums_that_err_in_every_addition_take_nearly_all_that_is_added_for_rounding() {
    for dimension in [16, 17, 64, 300, 2_048] {
        let axis = skewed(dimension);
        let mut most = f64::NEG_INFINITY;
        for sign in [1.0, -1.0] {
            let data: Vec<f32> =
                (0..70).flat_map(|i| axis.iter().map(move |x| sign * x * (1.0 + i as f32))).collect();
            let lists = of_axis(&data, &axis);
            // Every term is a little less than half a unit in the last place of the sum before.
            for (first, rest) in [(1.001, 0.99), (1.01, 0.99), (1.01, -0.99), (1.5, 0.99), (1.01, 1.01)] {
                let term =
                    |(j, c): (usize, &f32)| sign * if j == 0 { first } else { rest * 2f32.powi(-24) } / c;
                let query: Vec<f32> = axis.iter().enumerate().map(term).collect();
                most = most.max(taken(&lists, &data, &query));
            }
        }
        let least = if dimension > 1_000 { 0.95 } else { 0.2 };
        assert!((least..=1.0).contains(&most), "{dimension}: {most}");
    }
}

#[test]
fn queries_nearly_along_an_axis_and_rows_off_it_take_no_more_than_is_added_for_rounding() {
    let mut random = Random(9);
    for dimension in [16, 31, 64, 257] {
        for seed in 0..20 {
            let mut hostile = Hostile::new(seed, dimension);
            let axis = loop {
                let mut axis = vec![0.0; dimension];
                if direction(&hostile.vector(), &mut axis) > 0.0 {
                    break axis;
                }
            };
            let mut aside: Vec<f64> = (0..dimension).map(|_| random.normal()).collect();
            let along: f64 = aside.iter().zip(&axis).map(|(x, &e)| x * f64::from(e)).sum();
            aside.iter_mut().zip(&axis).for_each(|(x, &e)| *x -= along * f64::from(e));
            let length = aside.iter().map(|x| x * x).sum::<f64>().sqrt();
            let turned = |x: f64, y: f64| {
                let terms = axis.iter().zip(&aside);
                terms.map(|(&e, a)| (x * f64::from(e) + y * a / length) as f32).collect::<Vec<f32>>()
            };
            for off in [0.0, 1e-7, 1e-4, 0.03, 1.0] {
                for sign in [1.0, -1.0] {
                    let row = turned(sign, off);
                    let data = row.repeat(3);
                    let lists = of_axis(&data, &axis);
                    for aside in [0.0, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 100.0] {
                        for along in [1.0, -1.0] {
                            let most = taken(&lists, &data, &turned(along, aside));
                            assert!(most <= 1.0, "seed {seed} {dimension}: {off} {aside}: {most}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn no_row_made_against_the_bound_exceeds_what_its_block_surely_reaches() {
    for seed in 0..150 {
        let dimension = [16, 17, 40, 100][seed as usize % 4];
        let mut hostile = Hostile::new(seed, dimension);
        let data = hostile.rows(400);
        let lists = built(&data, dimension);
        for _ in 0..10 {
            let query = hostile.query(&data);
            let size = norm(&query) * (1.0 + 1e-9);
            let reaching = lists.reaching(&lists.aim(&query, size), Reach::Sure, f32::NEG_INFINITY);
            for (rows, &bits) in blocks(&lists).iter().zip(&reaching.values) {
                let reach = f32::from_bits(bits as u32);
                for &row in rows.iter().filter(|&&row| row != VACANT as usize) {
                    let score = score(&query, &data[row * dimension..][..dimension]);
                    let below = reach < limit(score, size);
                    assert!(!score.is_finite() || !below, "seed {seed}, row {row}: {score} {reach}");
                }
            }
        }
    }
}
