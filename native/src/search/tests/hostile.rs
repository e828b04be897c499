use super::*;
use crate::planes::Rotation;

const DIMENSIONS: [usize; 14] = [1, 2, 16, 17, 31, 32, 33, 63, 64, 65, 128, 256, 257, 300];

/// Asserts of one drawn case that exact searches return what the brute force does, and that approximate ones are sound.
fn attack(seed: u64, pools: &[Threads]) {
    let mut random = Random(!seed);
    let mut draw = |least: usize, most: usize| least + random.below(most - least + 1);
    let dimension = DIMENSIONS[draw(0, DIMENSIONS.len() - 1)];
    let most = [70, 300, 1_200, 3_000][draw(0, 3)];
    let count = draw(1, most);
    let layout: Vec<(usize, Form)> = match draw(0, 2) {
        2 => (0..draw(1, 5)).map(|_| (draw(0, count), [Plain, Planes, Lists, Lists][draw(0, 3)])).collect(),
        _ => vec![(0, Lists)],
    };
    let (batch, pool) = ([1, 1, 3, 8, 9, 33][draw(0, 5)], &pools[draw(0, pools.len() - 1)]);
    let ks = [1, draw(1, count), count.saturating_sub(1).max(1), count, count + 5];
    let (is_masked, is_one_sided) = (draw(0, 1) == 1, draw(0, 1) == 1);

    let mut hostile = Hostile::new(seed, dimension);
    let data = hostile.rows(count);
    let queries: Vec<f32> = (0..batch).flat_map(|_| hostile.query(&data)).collect();
    let mask = is_masked.then(|| {
        if is_one_sided {
            // Whole lists are left empty.
            return one_side(&data, &hostile.vector());
        }
        let share = [0.0, 0.01, 0.06, 0.07, 0.3, 0.9, 1.0][random.below(7)];
        mask(count, share, [1.0, 50.0][random.below(2)], &mut random)
    });
    let mask = mask.as_deref();
    let view = view(&data, dimension, &layout, pool);
    let case = format!("seed {seed}: {count} x {dimension}, {layout:?}, {batch} queries");
    exact(&view, &data, &queries, &ks, mask, pool, &case);
    // Alone, lest one query beyond the proof turn the others away from the codes.
    for query in queries.chunks_exact(dimension).take(9) {
        exact(&view, &data, query, &ks[..2], mask, pool, &format!("{case}, alone"));
    }
    for candidates in [1, 10, count / 2 + 1] {
        let request = Request { queries: &queries, k: ks[1], mask, candidates: Some(candidates) };
        let found = search(&view, &request, pool);
        for (found, query) in found.iter().zip(queries.chunks_exact(dimension)) {
            sound(found, &data, query, mask, &case);
            let truth = brute_force(&data, query, count, |row| kept(mask, row));
            // Rows whose scores are beyond f32 take the places of others.
            if truth.len() == (0..count).filter(|&row| kept(mask, row)).count() {
                assert_eq!(found.len(), truth.len().min(ks[1]), "{case}, {candidates} candidates");
            }
        }
    }
}

/// The mask of rows on one side of a plane.
fn one_side(data: &[f32], normal: &[f32]) -> Vec<u32> {
    let rows = data.chunks_exact(normal.len());
    let mut mask = vec![0u32; rows.len().div_ceil(32)];
    rows.enumerate().for_each(|(i, row)| mask[i / 32] |= u32::from(score(normal, row) > 0.0) << (i % 32));
    mask
}

#[test]
fn rows_made_against_the_bounds_give_what_the_brute_force_gives() {
    let pools = [Threads::start(1), Threads::start(3)];
    // Kept, lest they be made for each case.
    let _rotations = DIMENSIONS.map(Rotation::of);
    for seed in 0..100 {
        attack(seed, &pools);
    }
}

#[test]
fn long_rows_in_lists_give_what_the_brute_force_gives() {
    let threads = Threads::start(2);
    for seed in 0..6 {
        let dimension = 2_048;
        let mut hostile = Hostile::new(seed, dimension);
        let data = hostile.rows(300);
        let queries: Vec<f32> = (0..9).flat_map(|_| hostile.query(&data)).collect();
        let view = view(&data, dimension, &[(0, Lists)], &threads);
        for queries in queries.chunks(8 * dimension) {
            exact(&view, &data, queries, &[1, 20, 299, 301], None, &threads, &format!("seed {seed}"));
        }
    }
}

#[test]
fn searches_are_right_while_lists_arrive() {
    let (threads, dimension) = (Threads::start(2), 24);
    let data = rows("falling spectrum and skewed norms", 9_000, dimension, 25);
    let view = view(&data, dimension, &[(3_000, Plain), (3_000, Plain), (0, Plain)], &threads);
    let queries = rows("normal", 9, dimension, 26);
    let all = || view.chunks.iter().all(|(_, chunk)| chunk.planes().is_some());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (_, chunk) in view.chunks.iter() {
                chunk.quantise(true, &threads).expect("memory");
            }
        });
        while !all() {
            exact(&view, &data, &queries, &[50], None, &threads, "while lists arrive");
            let request = Request { queries: &queries, k: 50, mask: None, candidates: Some(400) };
            for (found, query) in search(&view, &request, &threads).iter().zip(queries.chunks(dimension)) {
                sound(found, &data, query, None, "while lists arrive");
            }
        }
    });
    exact(&view, &data, &queries, &[50], None, &threads, "with all lists");
}
