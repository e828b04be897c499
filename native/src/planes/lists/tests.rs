mod rounding;

use super::axes::direction;
use super::*;
use crate::planes::bound::limit;
use crate::pool::Threads;
use crate::testing::{KINDS, Random, rows, score};

fn norm(vector: &[f32]) -> f64 {
    vector.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt()
}

fn built(data: &[f32], dimension: usize) -> Lists {
    Lists::build(data, dimension, &Threads::start(2)).expect("memory")
}

/// The rows of each block.
fn blocks(lists: &Lists) -> Vec<Vec<usize>> {
    let row = |position| lists.row(position);
    let block = |block: usize| (block * BLOCK..(block + 1) * BLOCK).map(row).collect::<Vec<_>>();
    (0..lists.blocks()).map(block).collect()
}

#[test]
fn every_row_stands_in_one_list_and_longer_ones_stand_first() {
    for (kind, _) in KINDS {
        for count in [1, 63, 64, 3_000] {
            let data = rows(kind, count, 16, 1);
            let lists = built(&data, 16);
            let mut found = Vec::new();
            for list in lists.starts.windows(2) {
                let positions = list[0] as usize * BLOCK..list[1] as usize * BLOCK;
                let members: Vec<usize> = positions.map(|position| lists.row(position)).collect();
                let length = members.iter().position(|&row| row == VACANT as usize).unwrap_or(members.len());
                assert!(members.len() - length < BLOCK, "only the last block is not full");
                assert!(members[length..].iter().all(|&row| row == VACANT as usize));
                let norms = members[..length].iter().map(|&row| norm(&data[row * 16..][..16]));
                let norms: Vec<f64> = norms.collect();
                // Steps are a sixteenth of an octave, but where f32 or its normal numbers end.
                let tame = |x: f64| (1e-30..1e38).contains(&x);
                let descends = |x: &[f64]| !tame(x[0]) || !tame(x[1]) || x[1] <= x[0] * 1.07;
                assert!(norms.windows(2).all(descends), "{kind}");
                found.extend_from_slice(&members[..length]);
            }
            found.sort_unstable();
            assert!(found.into_iter().eq(0..count), "{kind} {count}");
        }
    }
}

#[test]
fn no_row_exceeds_what_its_block_surely_reaches() {
    for dimension in [16, 50, 300] {
        for (kind, _) in KINDS {
            let data = rows(kind, 900, dimension, 2);
            let lists = built(&data, dimension);
            let rows_of = blocks(&lists);
            let mut queries = rows("normal", 2, dimension, 3);
            queries.extend(rows("one dominant component", 1, dimension, 4));
            queries.extend(&data[7 * dimension..8 * dimension]);
            queries.extend(data[9 * dimension..10 * dimension].iter().map(|x| -x));
            queries.extend(lists.axes.axis(3));
            for (query, size) in
                queries.chunks_exact(dimension).flat_map(|q| [1.0, 1e20, 1e-20].map(|s| (q, s)))
            {
                let query: Vec<f32> = query.iter().map(|x| x * size).collect();
                if !query.iter().all(|x| x.is_finite()) {
                    continue;
                }
                let norm = norm(&query) * (1.0 + 1e-9);
                let aim = lists.aim(&query, norm);
                let reaching = lists.reaching(&aim, Reach::Sure, f32::NEG_INFINITY);
                assert!(reaching.rows.iter().map(|&block| block as usize).eq(0..lists.blocks()));
                for (&bits, rows) in reaching.values.iter().zip(&rows_of) {
                    let reach = f32::from_bits(bits as u32);
                    for &row in rows.iter().filter(|&&row| row != VACANT as usize) {
                        let score = score(&query, &data[row * dimension..][..dimension]);
                        let below = reach < limit(score, norm);
                        assert!(!score.is_finite() || !below, "{kind} {size}: {score} {reach}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_block_surely_reaches_is_near_where_a_row_attains_it() {
    // A list of one direction, scaled: nothing is across, and the longest row in the query's direction attains the bound.
    let (dimension, count) = (32, 300);
    let direction = rows("normal", 1, dimension, 5);
    let data: Vec<f32> =
        (0..count).flat_map(|i| direction.iter().map(move |x| x * (1.0 + i as f32 / 100.0))).collect();
    let lists = built(&data, dimension);
    for (query, last) in [(direction.clone(), count - 1), (direction.iter().map(|x| -x).collect(), 0)] {
        let aim = lists.aim(&query, norm(&query) * (1.0 + 1e-9));
        let reaching = lists.reaching(&aim, Reach::Sure, f32::NEG_INFINITY);
        let most = reaching.values.iter().map(|&bits| f32::from_bits(bits as u32)).fold(f32::MIN, f32::max);
        let best = score(&query, &data[last * dimension..][..dimension]);
        assert!(most >= best && most - best < 1e-3 * best.abs() * count as f32 / 100.0, "{most} {best}");
    }
}

#[test]
fn a_limit_leaves_some_of_the_blocks_and_most_of_the_best_rows_are_in_them() {
    let dimension = 32;
    for (kind, sure, likely) in
        [("falling spectrum and skewed norms", 0.6, 0.5), ("unit norms", 1.0, 0.9), ("clusters", 1.0, 0.6)]
    {
        let data = rows(kind, 30_000, dimension, 5);
        let lists = built(&data, dimension);
        let rows_of = blocks(&lists);
        let mut hits = 0;
        for query in rows("falling spectrum and skewed norms", 10, dimension, 6).chunks_exact(dimension) {
            let aim = lists.aim(query, norm(query) * (1.0 + 1e-9));
            let mut scores: Vec<(f32, usize)> =
                data.chunks_exact(dimension).enumerate().map(|(i, row)| (score(query, row), i)).collect();
            scores.sort_by(|a, b| b.0.total_cmp(&a.0));
            let limit = scores[99].0;
            let share = |reach| lists.reaching(&aim, reach, limit).rows.len() as f64 / lists.blocks() as f64;
            assert!(share(Reach::Sure) <= sure, "{kind}: {}", share(Reach::Sure));
            assert!(share(Reach::Likely) <= likely, "{kind}: {}", share(Reach::Likely));
            let mut found = vec![false; data.len() / dimension];
            for &block in &lists.reaching(&aim, Reach::Likely, limit).rows {
                let rows = rows_of[block as usize].iter().filter(|&&row| row != VACANT as usize);
                rows.for_each(|&row| found[row] = true);
            }
            hits += scores[..100].iter().filter(|&&(_, row)| found[row]).count();
            // About as many blocks reach what so many are said to reach.
            for count in [20, 200] {
                let reached = lists.reached_by(&aim, count);
                let reaching = lists.reaching(&aim, Reach::Likely, reached).rows.len();
                assert!((count..=2 * count + 20).contains(&reaching), "{kind}: {reaching} for {count}");
            }
            assert_eq!(lists.reached_by(&aim, lists.blocks()), f32::NEG_INFINITY);
        }
        assert!(hits >= 950, "{kind}: {hits}");
    }
}

#[test]
fn lists_come_back_from_their_sections_and_others_are_refused() {
    let (count, dimension) = (5_000, 20);
    let lists = built(&rows("clusters", count, dimension, 7), dimension);
    let map = |bytes: &[u8]| {
        let memory = Memory::zeroed(bytes.len()).expect("memory");
        // SAFETY: nobody else has it yet.
        unsafe { memory.slice_mut(0, bytes.len()) }.copy_from_slice(bytes);
        memory
    };
    let find = |changed: &dyn Fn(&str, &mut Vec<u8>)| {
        let find = |name: &str, length: usize| {
            let sections = lists.sections();
            let (_, bytes) = sections.iter().find(|section| section.0 == name).expect("the section");
            let mut bytes = bytes.to_vec();
            changed(name, &mut bytes);
            Ok((bytes.len() == length).then(|| map(&bytes)))
        };
        Lists::mapped(count, dimension, &find).expect("no error")
    };
    let found = find(&|_, _| {}).expect("lists");
    assert_eq!(found.sections(), lists.sections());
    let query = rows("normal", 1, dimension, 8);
    let reaching = |lists: &Lists| {
        let hits = lists.reaching(&lists.aim(&query, norm(&query)), Reach::Likely, 2.0);
        (hits.rows, hits.values)
    };
    assert_eq!(reaching(&found), reaching(&lists));
    for at in [2, 9, lists.starts.len() * 4 - 2] {
        let flip = |name: &str, bytes: &mut Vec<u8>| {
            if name == STARTS {
                bytes[at] ^= 0x81;
            }
        };
        assert!(find(&flip).is_none(), "byte {at}");
    }
    for section in [AXES, STARTS, EXTENTS, ORDER] {
        let cut =
            |name: &str, bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - usize::from(name == section));
        assert!(find(&cut).is_none(), "{section}");
    }
}

#[test]
fn positions_of_the_most_rows_in_lists_are_below_the_vacant() {
    assert!(LISTS_TO + BLOCK * build::count(LISTS_TO) < VACANT as usize);
}
