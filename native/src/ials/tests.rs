use super::*;
use crate::pool::Threads;

/// Deterministic values in [-1, 1).
fn values(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1u64 << 30) as f64 - 1.0
        })
        .collect()
}

/// Users x items, where user u has about `share` of the items.
fn sample(users: usize, items: usize, share: f64) -> Rows {
    let draws = values(users * items, 7);
    let mut offsets = vec![0];
    let mut columns = Vec::new();
    for u in 0..users {
        let skew = 2.0 * share * (u + 1) as f64 / users as f64;
        columns.extend((0..items as u32).filter(|&i| draws[u * items + i as usize] < 2.0 * skew - 1.0));
        offsets.push(columns.len() as u32);
    }
    Rows::new(offsets, columns, items).unwrap()
}

const LOSS: Loss = Loss { regularization: 0.01, unobserved_weight: 0.3 };

fn trained(d: usize, kernels: Kernels, threads: usize, halves: usize) -> (Vec<f32>, Vec<f32>) {
    let rows = sample(90, 150, 0.4);
    let first = values(90 * d, 3);
    let mut ials = Ials::new(rows, 150, d, LOSS, &first).unwrap();
    ials.kernels = kernels;
    let pool = Threads::start(threads);
    for half in 0..halves {
        let which = if half % 2 == 0 { Which::Items } else { Which::Users };
        assert!(ials.solve(which, &pool, &Stop::default()).unwrap());
    }
    let stop = Stop::default();
    (ials.factors(Which::Users, &pool, &stop), ials.factors(Which::Items, &pool, &stop))
}

/// What the gradient of the loss at a solved row must be: zero, in f64, by the definition.
#[test]
fn solved_rows_have_no_gradient_by_the_definition_of_the_loss() {
    for d in [1, 5, 16, 33, 64] {
        let rows = sample(90, 150, 0.4);
        let (users, items) = trained(d, Kernels::best(), 2, 2);
        let by_user = &rows;
        let known_items = rows.transpose(150).known() as f64;
        for u in 0..90 {
            let entries = by_user.row(u);
            let w = &users[u * d..][..d];
            let h = |i: usize| &items[i * d..][..d];
            let y =
                |i: usize| -> f64 { w.iter().zip(h(i)).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum() };
            let ridge = LOSS.regularization * (entries.len() as f64 + LOSS.unobserved_weight * known_items);
            for (f, &x) in w.iter().enumerate() {
                let mut gradient = ridge * f64::from(x);
                let mut size = gradient.abs();
                for i in 0..150 {
                    let term = LOSS.unobserved_weight * y(i) * f64::from(h(i)[f]);
                    gradient += term;
                    size += term.abs();
                }
                for &i in entries {
                    let term = (y(i as usize) - 1.0) * f64::from(h(i as usize)[f]);
                    gradient += term;
                    size += term.abs();
                }
                assert!(gradient.abs() <= 1e-5 * size, "d {d} user {u}: {gradient} of {size}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let one = trained(24, Kernels::best(), 1, 4);
    for threads in [2, 5] {
        assert_eq!(trained(24, Kernels::best(), threads, 4), one);
    }
}

#[test]
fn instruction_sets_agree() {
    let (users, items) = trained(40, Kernels::of("scalar"), 2, 6);
    for kernels in crate::kernels::available() {
        let (a, b) = trained(40, Kernels::of(kernels.isa), 2, 6);
        for (x, y) in a.iter().chain(&b).zip(users.iter().chain(&items)) {
            assert!((x - y).abs() < 1e-5, "{}: {x} {y}", kernels.isa);
        }
    }
}

#[test]
fn eigenvectors_are_orthonormal_and_rebuild_the_matrix() {
    for n in [1usize, 2, 3, 17, 64] {
        let stride = n.next_multiple_of(PAD);
        let mut matrix = vec![0.0; stride * stride];
        let half = values(n * n, 11);
        for i in 0..n {
            for j in 0..n {
                matrix[i * stride + j] = half[i * n + j] + half[j * n + i];
            }
        }
        let (d, q) = eigen::symmetric_eigen(&matrix, n, stride).unwrap();
        for i in 0..n {
            for j in 0..n {
                let rebuilt: f64 = (0..n).map(|k| q[i * stride + k] * d[k] * q[j * stride + k]).sum();
                let product: f64 = (0..n).map(|k| q[k * stride + i] * q[k * stride + j]).sum();
                assert!((rebuilt - matrix[i * stride + j]).abs() < 1e-12);
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }
    assert!(eigen::symmetric_eigen(&[f64::NAN; 256], 2, PAD).is_err());
}

#[test]
fn a_raised_stop_ends_the_work_unfinished() {
    let flag = crate::promise::AbortFlag::new();
    let stop = Stop::new(Some(&flag));
    flag.abort();
    let mut ials = Ials::new(sample(90, 150, 0.4), 150, 8, LOSS, &values(720, 3)).unwrap();
    assert!(!ials.solve(Which::Items, &Threads::start(2), &stop).unwrap());
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    assert!(Rows::new(vec![0, 2], vec![0, 5], 5).is_err());
    assert!(Rows::new(vec![0, 2, 1], vec![0], 5).is_err());
    assert!(Rows::new(vec![], vec![], 5).is_err());
    assert!(Ials::new(sample(3, 4, 0.5), 4, 2, LOSS, &[0.0; 5]).is_err());
}
