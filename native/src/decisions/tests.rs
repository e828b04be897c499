//! Do widths stay right over a million updates, and are all instruction sets of one mind?

use super::actions::Actions;
use super::kernels::Kernels;
use super::posterior::{Posterior, Ranking};
use crate::testing::Random;

/// A row of rank 8 and some noise, of norm 1: directions that are seldom excited, where forgetting hurts most.
fn row(random: &mut Random, basis: &[f64], dimension: usize) -> Vec<f32> {
    let mut x: Vec<f64> = (0..dimension).map(|_| 0.05 * random.normal()).collect();
    for direction in basis.chunks_exact(dimension) {
        let weight = random.normal();
        x.iter_mut().zip(direction).for_each(|(x, y)| *x += weight * y);
    }
    let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    x.iter().map(|x| (x / norm) as f32).collect()
}

/// x' A^-1 x of each row, by a fresh factorisation.
fn squares(a: &[f64], n: usize, rows: &[Vec<f32>]) -> Vec<f64> {
    let mut l = vec![0.0; n * n];
    for j in 0..n {
        for i in j..n {
            let dot: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
            let rest = a[i * n + j] - dot;
            l[i * n + j] = if i == j { rest.sqrt() } else { rest / l[j * n + j] };
        }
    }
    let square = |row: &Vec<f32>| {
        let mut y = vec![0.0; n];
        for i in 0..n {
            let dot: f64 = (0..i).map(|k| l[i * n + k] * y[k]).sum();
            y[i] = (f64::from(row[i]) - dot) / l[i * n + i];
        }
        y.iter().map(|y| y * y).sum()
    };
    rows.iter().map(square).collect()
}

/// The largest relative error of a width after so many updates with forgetting.
fn worst_width(updates: usize, dimension: usize, keep: f64) -> f64 {
    let n = dimension;
    let mut random = Random(3);
    let basis: Vec<f64> = (0..8 * n).map(|_| random.normal() / (n as f64).sqrt()).collect();
    let mut posterior = Posterior::new(Kernels::best(), n, 1.0, &vec![0.0; n]);
    let mut a = vec![0.0; n * n];
    (0..n).for_each(|i| a[i * n + i] = 1.0);
    for update in 0..updates {
        let x = row(&mut random, &basis, n);
        posterior.learn(&x, 1.0, random.normal());
        posterior.forget(keep);
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = (a[i * n + j] + f64::from(x[i]) * f64::from(x[j])) * keep;
            }
        }
        a[(update % n) * (n + 1)] += n as f64 * (1.0 - keep);
    }
    // Rows as they were learned from, and rows of all directions.
    let mut rows: Vec<Vec<f32>> = (0..200).map(|_| row(&mut random, &basis, n)).collect();
    rows.extend((0..200).map(|_| (0..n).map(|_| random.normal() as f32).collect()));
    let truth = squares(&a, n, &rows);
    let errors = rows.iter().zip(truth).map(|(row, square)| {
        let (_, width) = posterior.predict(row);
        assert!(width > 0.0);
        (width / square.sqrt() - 1.0).abs()
    });
    errors.fold(0.0, f64::max)
}

#[test]
fn widths_stay_right_over_updates_with_forgetting() {
    for (dimension, keep) in [(8, 0.9995), (8, 0.7), (24, 0.999)] {
        let worst = worst_width(20_000, dimension, keep);
        assert!(worst < 1e-8, "{dimension} {keep}: {worst:e}");
    }
}

/// `cargo test --release widths_stay_right_over_a_million -- --ignored --nocapture`
#[test]
#[ignore = "takes some ten seconds"]
fn widths_stay_right_over_a_million_updates_with_forgetting() {
    let worst = worst_width(1_000_000, 64, 0.9995);
    println!("largest relative error of a width after 1e6 updates: {worst:e}");
    assert!(worst < 1e-8, "{worst:e}");
}

#[test]
fn what_bounds_rule_out_is_not_among_the_best() {
    let (dimension, size) = (20, 500);
    let mut random = Random(5);
    let mut actions = Actions::new(dimension);
    let vectors: Vec<f32> =
        (0..size * dimension).map(|i| (random.normal() * (i % 7) as f64 / 7.0) as f32).collect();
    assert!(actions.write(0, &vectors));
    let rows: Vec<u32> = (0..size as u32).collect();
    for kernels in Kernels::available() {
        let mut posterior = Posterior::new(kernels, dimension, 1.0, &[0.0; 20]);
        for step in 0..300 {
            let x: Vec<f32> = (0..dimension).map(|_| random.normal() as f32).collect();
            posterior.learn(&x, 1.0, random.normal());
            if step % 2 == 0 {
                posterior.forget(0.8);
            }
            let ranking = Ranking {
                actions: &actions,
                rows: &rows,
                context: None,
                offsets: None,
                count: 5,
                scores: true,
            };
            let alpha = 2.0 * random.uniform();
            posterior.upper_bound(ranking, alpha).expect("rows that are there");
            let truth = posterior.picks.clone();
            posterior.upper_bound(Ranking { scores: false, ..ranking }, alpha).expect("rows that are there");
            assert_eq!(posterior.picks, truth, "{}", kernels.isa);
        }
    }
}
