mod crafted;
mod hostile;
mod lists;

use super::*;
use crate::chunk::Chunk;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::planes::BLOCK;
use crate::pool::Threads;
use crate::testing::{Hostile, KINDS, Random, brute_force, rows, score};

/// What a chunk has beside its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Planes,
    Lists,
}
use Form::{Lists, Plain, Planes};

/// A view of rows in chunks of the lengths and forms given; the last takes what is left.
fn view(data: &[f32], dimension: usize, chunks: &[(usize, Form)], pool: &Pool) -> View {
    let (mut first, mut made) = (0, Vec::new());
    let total = data.len() / dimension;
    for (i, &(length, form)) in chunks.iter().enumerate() {
        let end = if i + 1 == chunks.len() { total } else { (first + length).min(total) };
        let part = Memory::of(&[&data[first * dimension..end * dimension]]).expect("memory");
        let chunk = Chunk::own(part, dimension, first, None).expect("finite rows");
        if form != Plain {
            chunk.quantise(form == Lists, pool).expect("memory");
        }
        made.push((first, std::sync::Arc::new(chunk)));
        first = end;
    }
    View { dimension, rows: total, chunks: made.into() }
}

type Answers = Vec<Vec<(u32, u32)>>;

/// Of each query, the rows found and the bits of their scores.
fn search(view: &View, request: &Request, pool: &Pool) -> Answers {
    let count = request.queries.len() / view.dimension;
    let places = places(view, request.k);
    let (mut ids, mut scores) = (vec![7; count * places], vec![7.0; count * places]);
    let pool = || pool.clone();
    assert!(top_k(view, request, &pool, &Stop::default(), &mut ids, &mut scores).expect("a search"));
    let answer = |i: usize| {
        let found = ids[i * places..][..places].iter().zip(&scores[i * places..][..places]);
        let (found, empty): (Vec<_>, Vec<_>) =
            found.map(|(&id, score)| (id, score.to_bits())).partition(|&(id, _)| id != NO_ROW);
        let last = (NO_ROW, f32::NEG_INFINITY.to_bits());
        assert!(empty.iter().all(|&place| place == last));
        assert!(ids[i * places..][..found.len()].iter().all(|&id| id != NO_ROW), "empty places come last");
        found
    };
    (0..count).map(answer).collect()
}

fn kept(mask: Option<&[u32]>, row: usize) -> bool {
    mask.is_none_or(|mask| mask[row / 32] >> (row % 32) & 1 == 1)
}

/// Asserts that exact searches for each k return what the brute force does.
fn exact(
    view: &View,
    data: &[f32],
    queries: &[f32],
    ks: &[usize],
    mask: Option<&[u32]>,
    pool: &Pool,
    case: &str,
) {
    let queries_of = || queries.chunks_exact(view.dimension);
    let truth: Answers =
        queries_of().map(|query| brute_force(data, query, view.rows, |row| kept(mask, row))).collect();
    for &k in ks {
        let found = search(view, &Request { queries, k, mask, candidates: None }, pool);
        for (i, (found, truth)) in found.iter().zip(&truth).enumerate() {
            let truth = &truth[..k.min(truth.len())];
            if found != truth {
                let at =
                    found.iter().zip(truth).position(|(a, b)| a != b).unwrap_or(found.len().min(truth.len()));
                let (got, wanted) = (found.get(at), truth.get(at));
                panic!(
                    "{case}, k {k}, query {i}, place {at}: {got:?} instead of {wanted:?}, {} of {}",
                    found.len(),
                    truth.len()
                );
            }
        }
    }
}

/// Rows eligible with a probability, and in runs of about a length.
fn mask(rows: usize, share: f64, run: f64, random: &mut Random) -> Vec<u32> {
    let mut mask = vec![0; rows.div_ceil(32)];
    let mut kept = random.uniform() < share;
    for row in 0..rows {
        if random.uniform() * run < 1.0 {
            kept = random.uniform() < share;
        }
        mask[row / 32] |= u32::from(kept) << (row % 32);
    }
    // Bits beyond the last row mean nothing.
    if !rows.is_multiple_of(32) {
        mask[rows / 32] |= u32::MAX << (rows % 32);
    }
    mask
}

fn sorted_by_score(data: &[f32], query: &[f32], descending: bool) -> Vec<f32> {
    let mut rows: Vec<&[f32]> = data.chunks_exact(query.len()).collect();
    rows.sort_by(|a, b| score(query, a).total_cmp(&score(query, b)));
    if descending {
        rows.reverse();
    }
    rows.concat()
}

const LAYOUTS: [&[(usize, Form)]; 3] = [
    &[(1_501, Planes), (203, Plain), (64, Planes), (0, Planes)],
    &[(0, Lists)],
    &[(1_777, Lists), (64, Plain), (300, Planes), (0, Lists)],
];

#[test]
fn every_kind_of_rows_in_every_order_gives_what_the_brute_force_gives() {
    let threads = Threads::start(1);
    let dimension = 24;
    for (kind, _) in KINDS {
        let data = rows(kind, 2_900, dimension, 1);
        let mut queries = rows("normal", 2, dimension, 2);
        queries.extend(&data[5 * dimension..6 * dimension]);
        queries.extend(rows(kind, 1, dimension, 3).iter().map(|x| -x));
        for order in ["as drawn", "ascending", "descending"] {
            let data = match order {
                "as drawn" => data.clone(),
                order => sorted_by_score(&data, &queries[..dimension], order == "descending"),
            };
            for layout in LAYOUTS {
                let (view, case) = (view(&data, dimension, layout, &threads), format!("{kind}, {order}"));
                exact(&view, &data, &queries, &[1, 30, 700, 2_900], None, &threads, &case);
                // Alone, lest one query beyond the proof turn the others away from the codes.
                for query in queries.chunks_exact(dimension) {
                    exact(&view, &data, query, &[1, 100], None, &threads, &format!("{case}, alone"));
                }
            }
        }
    }
}

#[test]
fn queries_of_any_size_give_what_the_brute_force_gives() {
    let threads = Threads::start(1);
    let dimension = 20;
    for (kind, _) in KINDS {
        let data = rows(kind, 1_000, dimension, 4);
        let views = [Planes, Lists].map(|form| view(&data, dimension, &[(0, form)], &threads));
        for size in [0.0, 1e-44, 1e-38, 1e-29, 1e-15, 1e15, 1e29, 1e37] {
            let query: Vec<f32> = rows("normal", 1, dimension, 5).iter().map(|x| x * size).collect();
            for view in &views {
                exact(view, &data, &query, &[1, 50], None, &threads, &format!("{kind}, query of {size}"));
            }
        }
    }
}

#[test]
fn masks_of_any_selectivity_and_clustering_give_what_the_brute_force_gives() {
    let (threads, mut random) = (Threads::start(1), Random(6));
    let dimension = 17;
    for kind in ["normal", "whole numbers", "norms over 70 decades"] {
        let data = rows(kind, 3_001, dimension, 7);
        let queries = rows("normal", 3, dimension, 8);
        let small = &[(33, Planes), (31, Planes), (97, Planes), (1, Planes), (64, Plain), (0, Planes)][..];
        for layout in LAYOUTS.into_iter().chain([small]) {
            let view = view(&data, dimension, layout, &threads);
            for share in [0.0, 0.001, 0.03, 0.06, 0.07, 0.5, 0.99, 1.0] {
                for run in [1.0, 40.0, 500.0] {
                    let mask = mask(view.rows, share, run, &mut random);
                    let case = format!("{kind}, {share} in runs of {run}");
                    exact(&view, &data, &queries, &[1, 40, 3_001], Some(&mask), &threads, &case);
                }
            }
        }
    }
}

#[test]
fn batches_of_any_size_on_several_threads_give_what_the_brute_force_gives() {
    let threads = Threads::start(4);
    let dimension = 32;
    let data = rows("falling spectrum and skewed norms", 20_003, dimension, 9);
    for form in [Planes, Lists] {
        let view = view(&data, dimension, &[(9_999, form), (500, Plain), (0, form)], &threads);
        for count in [1, 2, 7, 8, 9, 31, 32, 33, 40] {
            let mut queries = rows("normal", count, dimension, count as u64);
            exact(
                &view,
                &data,
                &queries,
                &[10, 1_000],
                None,
                &threads,
                &format!("{count} queries, {form:?}"),
            );
            // One beyond the proof among them.
            queries[(count / 2) * dimension..][..dimension].iter_mut().for_each(|x| *x *= 1e33);
            exact(
                &view,
                &data,
                &queries,
                &[100],
                None,
                &threads,
                &format!("{count} queries, one huge, {form:?}"),
            );
        }
    }
}

#[test]
fn whole_numbers_in_many_chunks_give_what_the_brute_force_gives_without_planes_too() {
    let threads = Threads::start(4);
    for dimension in [1, 5, 16, 33] {
        let data = rows("whole numbers", 40_000, dimension, 3);
        let first = Memory::of(&[&data[..30_000 * dimension]]).expect("memory");
        let matrix = Matrix::new(Chunk::own(first, dimension, 0, None).expect("finite rows"));
        for part in data[30_000 * dimension..].chunks(1_667 * dimension) {
            matrix.append(part).expect("finite rows");
        }
        let view = matrix.view().expect("open");
        let queries = rows("whole numbers", 3, dimension, 4);
        let mask = mask(40_000, 0.5, 1.0, &mut Random(5));
        for mask in [None, Some(&mask[..])] {
            exact(
                &view,
                &data,
                &queries,
                &[1, 100, 40_000],
                mask,
                &threads,
                &format!("dimension {dimension}"),
            );
        }
    }
}

#[test]
fn shapes_drawn_at_random_give_what_the_brute_force_gives() {
    let pools = [Threads::start(1), Threads::start(3)];
    for seed in 0..400 {
        let mut random = Random(seed);
        let mut draw = |least: usize, most: usize| least + random.below(most - least + 1);
        let (dimension, count) = (draw(1, 80), draw(1, 900));
        let layout: Vec<_> =
            (0..draw(1, 5)).map(|_| (draw(0, 400), [Plain, Planes, Lists][draw(0, 2)])).collect();
        let (kind, query_kind) = (KINDS[draw(0, KINDS.len() - 1)].0, KINDS[draw(0, KINDS.len() - 1)].0);
        let (k, batch, pool) = (draw(1, count + 3), [1, 1, 2, 8, 11, 40][draw(0, 5)], &pools[draw(0, 1)]);
        let data = rows(kind, count, dimension, seed);
        let queries = rows(query_kind, batch, dimension, seed + 1);
        let view = view(&data, dimension, &layout, pool);
        let mask = (draw(0, 1) == 1).then(|| {
            let share = [0.01, 0.05, 0.3, 0.9][random.below(4)];
            mask(count, share, [1.0, 50.0][random.below(2)], &mut random)
        });
        let case = format!("seed {seed}: {kind} by {query_kind}, {count} x {dimension}");
        exact(&view, &data, &queries, &[k], mask.as_deref(), pool, &case);
    }
}

/// The blocks that the sample of an exact search reads.
fn sampled(view: &View, query: &[f32]) -> Vec<usize> {
    let query = Query::new(query, view, false);
    let all = parts(view, Eligible::new(None, view.rows), true);
    let is_sampled = |block: &usize| {
        let mut mask = vec![0; view.rows.div_ceil(32)];
        mask[2 * block..][..2].fill(u32::MAX);
        let eligible = Eligible::new(Some(&mask), view.rows);
        Sample::first(&all, 1, None).threshold(&all, &query, eligible, &vec![]) > f32::NEG_INFINITY
    };
    (0..view.rows / BLOCK).filter(is_sampled).collect()
}

#[test]
fn an_order_made_against_the_sample_costs_a_pass_or_two_and_no_row() {
    let threads = Threads::start(1);
    let (dimension, count) = (16, 200 * BLOCK);
    let mut data = rows("normal", count, dimension, 11);
    let query = vec![1.0; dimension];
    let first = view(&data, dimension, &[(0, Planes)], &threads);
    let blocks = sampled(&first, &query);
    assert!((3..=12).contains(&blocks.len()), "{blocks:?}");
    // The best rows are just those of the sample, and fewer than are asked for.
    for &block in &blocks {
        data[block * BLOCK * dimension..][..BLOCK * dimension].iter_mut().for_each(|x| *x = x.abs() + 100.0);
    }
    let view = view(&data, dimension, &[(0, Planes)], &threads);
    let ks = [blocks.len() * BLOCK - 1, blocks.len() * BLOCK, blocks.len() * BLOCK + 1, 1_500, count];
    exact(&view, &data, &query, &ks, None, &threads, "made against the sample");
    // The guess is too high twice, then there is none.
    let all = parts(&view, Eligible::new(None, count), true);
    let coded = Query::new(&query, &view, false);
    let mut sample = Sample::first(&all, 1_500, None);
    let mut guesses = vec![];
    for _ in 0..3 {
        guesses.push(sample.threshold(&all, &coded, Eligible::new(None, count), &vec![]));
        sample = sample.next();
    }
    assert!(guesses[0] > 1_000.0 && guesses[2] == f32::NEG_INFINITY, "{guesses:?}");
}

#[test]
fn approximate_answers_are_true_rows_without_repetition_and_find_most_of_the_best() {
    let pools = [Threads::start(1), Threads::start(4)];
    let dimension = 64;
    for kind in [
        "normal",
        "unit norms",
        "falling spectrum and skewed norms",
        "few different",
        "norms of 1e30",
        "norms of 1e-30",
    ] {
        let data = rows(kind, 20_000, dimension, 12);
        let queries = rows("falling spectrum and skewed norms", 5, dimension, 13);
        let layouts: [&[(usize, Form)]; 4] = [
            &[(0, Planes)],
            &[(12_345, Planes), (777, Plain), (0, Planes)],
            &[(0, Lists)],
            &[(12_345, Lists), (777, Plain), (0, Planes)],
        ];
        for (threads, layout) in pools.iter().cycle().zip(layouts) {
            let view = view(&data, dimension, layout, threads);
            let half = mask(view.rows, 0.5, 3.0, &mut Random(14));
            for mask in [None, Some(&half[..])] {
                let (k, candidates) = (100, Some(1_000));
                let found = search(&view, &Request { queries: &queries, k, mask, candidates }, threads);
                let mut hits = 0;
                for (found, query) in found.iter().zip(queries.chunks_exact(dimension)) {
                    let truth = brute_force(&data, query, k, |row| kept(mask, row));
                    sound(found, &data, query, mask, kind);
                    assert_eq!(found.len(), k);
                    // Rows of equal score stand for each other.
                    let last = f32::from_bits(truth[k - 1].1);
                    hits += found.iter().filter(|found| f32::from_bits(found.1) >= last).count();
                }
                assert!(hits >= 5 * k * 95 / 100, "{kind}: {hits} of {}", 5 * k);
            }
        }
    }
}

#[test]
fn approximate_answers_do_not_depend_on_the_number_of_threads_nor_on_the_batch() {
    let pools = [Threads::start(1), Threads::start(2), Threads::start(5)];
    let dimension = 32;
    let data = rows("falling spectrum and skewed norms", 70_000, dimension, 20);
    let view = view(&data, dimension, &[(40_001, Lists), (777, Plain), (0, Planes)], &pools[2]);
    let queries = rows("falling spectrum and skewed norms", 9, dimension, 21);
    for candidates in [100, 130, 1_000, 20_000] {
        let ask = |queries: &[f32], pool: &Pool| {
            search(&view, &Request { queries, k: 100, mask: None, candidates: Some(candidates) }, pool)
        };
        let truth: Answers = queries.chunks(dimension).flat_map(|query| ask(query, &pools[0])).collect();
        for _ in 0..3 {
            for pool in &pools {
                assert_eq!(ask(&queries, pool), truth, "{candidates} candidates");
            }
        }
    }
}

/// Asserts that what was found are eligible rows, each once, with their scores, in order.
fn sound(found: &[(u32, u32)], data: &[f32], query: &[f32], mask: Option<&[u32]>, case: &str) {
    for &(row, bits) in found {
        assert!(kept(mask, row as usize), "{case}: row {row}");
        let truth = score(query, &data[row as usize * query.len()..][..query.len()]);
        assert!(truth.is_finite() && truth.to_bits() == bits, "{case}: row {row}");
    }
    let before = |a: &(u32, u32), b: &(u32, u32)| {
        let (x, y) = (f32::from_bits(a.1), f32::from_bits(b.1));
        x > y || x == y && a.0 < b.0
    };
    assert!(found.is_sorted_by(before), "{case}");
}

#[test]
fn any_number_of_candidates_is_harmless_for_every_kind_of_rows() {
    let threads = Threads::start(2);
    let dimension = 16;
    for (kind, _) in KINDS {
        let data = rows(kind, 3_000, dimension, 15);
        let layout = [(1_000, Planes), (40, Plain), (1_500, Lists), (0, Planes)];
        let view = view(&data, dimension, &layout, &threads);
        let queries = rows("normal", 3, dimension, 16);
        let few = mask(view.rows, 0.02, 1.0, &mut Random(17));
        for mask in [None, Some(&few[..])] {
            for candidates in [0, 1, 20, 500, 3_000, 3_001, u32::MAX as usize] {
                for k in [1, 20, 3_000] {
                    let request = Request { queries: &queries, k, mask, candidates: Some(candidates) };
                    let found = search(&view, &request, &threads);
                    for (found, query) in found.iter().zip(queries.chunks_exact(dimension)) {
                        sound(found, &data, query, mask, kind);
                        let truth = brute_force(&data, query, k, |row| kept(mask, row));
                        // All are found where all are candidates, or the rows are few enough to score at once.
                        if candidates >= 3_000 || k == 3_000 || mask.is_some() {
                            assert_eq!(found, &truth, "{kind} {k} {candidates}");
                        } else if kind != "scores beyond f32" && kind != "components over 60 decades" {
                            assert_eq!(found.len(), truth.len(), "{kind} {k} {candidates}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn searches_are_right_while_planes_arrive() {
    let (threads, dimension) = (Threads::start(2), 48);
    let data = rows("normal", 6_000, dimension, 18);
    let view = view(&data, dimension, &[(2_000, Plain), (2_000, Plain), (0, Plain)], &threads);
    let queries = rows("normal", 9, dimension, 19);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            view.chunks.iter().for_each(|(_, chunk)| chunk.quantise(false, &threads).expect("memory"))
        });
        while view.chunks.iter().any(|(_, chunk)| chunk.planes().is_none()) {
            exact(&view, &data, &queries, &[50], None, &threads, "while planes arrive");
        }
    });
    exact(&view, &data, &queries, &[50], None, &threads, "with all planes");
}

#[test]
fn places_that_no_row_fills_are_marked() {
    let chunk =
        Chunk::own(Memory::of(&[&[3e38, 1.0, 2.0]]).expect("memory"), 1, 0, None).expect("finite rows");
    let view = Matrix::new(chunk).view().expect("open");
    let request = Request { queries: &[10.0], k: 9, mask: None, candidates: None };
    let (mut ids, mut scores) = (vec![0; 3], vec![0.0; 3]);
    let pool = || unreachable!("a small search stays on its thread");
    assert!(top_k(&view, &request, &pool, &Stop::default(), &mut ids, &mut scores).expect("a search"));
    assert_eq!(ids, [2, 1, NO_ROW]);
}
