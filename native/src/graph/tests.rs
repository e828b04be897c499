use super::search::{Request, top_k};
use super::*;
use crate::chunk::Chunk;
use crate::memory::Memory;
use crate::pool::Threads;
use crate::promise::AbortFlag;
use crate::search::{self, NO_ROW};

const DIMENSION: usize = 16;

/// Low, so that a graph over few rows is searched.
const PER_CANDIDATE: usize = 8;

/// Rows around 200 centres, of norms over an order of magnitude.
fn rows(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f32>() - 6.0;
    let centres: Vec<f32> = (0..200 * DIMENSION).map(|_| normal()).collect();
    let mut data = Vec::with_capacity(count * DIMENSION);
    for row in 0..count {
        let length = (0.6 * normal()).exp();
        let centre = &centres[row * 7919 % 200 * DIMENSION..][..DIMENSION];
        data.extend(centre.iter().map(|x| length * (x + 0.8 * normal())));
    }
    data
}

fn matrix(data: Vec<f32>) -> Arc<Matrix> {
    Arc::new(Matrix::new(Chunk::own(Memory::of(&[&data]).unwrap(), DIMENSION, 0, None).unwrap()))
}

/// The answer for each query.
fn answer(graph: &Graph, queries: &[f32], candidates: Option<usize>, mask: Option<&[u32]>) -> Vec<Vec<u32>> {
    let view = graph.matrix.view().unwrap();
    let length = queries.len() / DIMENSION * 10;
    let (mut ids, mut scores) = (vec![0; length], vec![0.0; length]);
    let threads = Threads::start(2);
    let (pool, stop) = (|| threads.clone(), Stop::default());
    let done = match candidates {
        Some(candidates) => {
            let request = Request { queries, k: 10, candidates, mask };
            top_k(graph, &view, &request, &pool, &stop, &mut ids, &mut scores)
        }
        None => {
            let request = search::Request { queries, k: 10, mask, candidates: None };
            search::top_k(&view, &request, &pool, &stop, &mut ids, &mut scores)
        }
    };
    assert!(done.unwrap());
    ids.chunks(10).map(|ids| ids.iter().copied().filter(|&id| id != NO_ROW).collect()).collect()
}

fn recall(found: &[Vec<u32>], truth: &[Vec<u32>]) -> f64 {
    let hits = found.iter().zip(truth).map(|(f, t)| t.iter().filter(|id| f.contains(id)).count());
    hits.sum::<usize>() as f64 / truth.iter().map(Vec::len).sum::<usize>() as f64
}

#[test]
fn most_of_the_best_are_found_and_more_with_more_candidates() {
    let data = rows(10_000, 1);
    let queries = data[..200 * DIMENSION].to_vec();
    let graph = Graph::new(matrix(data), PER_CANDIDATE);
    assert!(graph.build(&Threads::start(2), &Stop::default()).unwrap());
    let truth = answer(&graph, &queries, None, None);
    let [few, many] = [10, 200].map(|c| recall(&answer(&graph, &queries, Some(c), None), &truth));
    assert!(few < many && many > 0.97, "{few} {many}");
}

#[test]
fn a_mask_is_kept_and_where_it_leaves_few_rows_the_answer_is_exact() {
    let data = rows(10_000, 2);
    let queries = data[..50 * DIMENSION].to_vec();
    let graph = Graph::new(matrix(data), PER_CANDIDATE);
    graph.build(&Threads::start(2), &Stop::default()).unwrap();
    for (every, least) in [(2, 0.95), (100, 1.0), (5000, 1.0)] {
        let mut mask = vec![0u32; 10_000usize.div_ceil(32)];
        (0..10_000).step_by(every).for_each(|row| mask[row / 32] |= 1 << (row % 32));
        let found = answer(&graph, &queries, Some(100), Some(&mask));
        assert!(found.iter().flatten().all(|&row| (row as usize).is_multiple_of(every)));
        let truth = answer(&graph, &queries, None, Some(&mask));
        assert!(recall(&found, &truth) >= least, "{every}");
    }
}

#[test]
fn appended_rows_are_found_before_and_after_they_are_in_the_graph() {
    let data = rows(4000, 3);
    let queries = data[3500 * DIMENSION..3550 * DIMENSION].to_vec();
    let graph = Graph::new(matrix(data[..3000 * DIMENSION].to_vec()), PER_CANDIDATE);
    let (threads, stop) = (Threads::start(2), Stop::default());
    graph.build(&threads, &stop).unwrap();
    for part in data[3000 * DIMENSION..].chunks(250 * DIMENSION) {
        graph.matrix.append(part).unwrap();
        let truth = answer(&graph, &queries, None, None);
        assert!(recall(&answer(&graph, &queries, Some(150), None), &truth) > 0.95);
        assert!(graph.claim() && !graph.claim());
        graph.grow(&threads, &stop);
        assert_eq!(graph.read().rows, graph.matrix.view().unwrap().rows);
        assert!(recall(&answer(&graph, &queries, Some(150), None), &truth) > 0.95);
    }
}

#[test]
fn searches_go_on_while_rows_are_added() {
    let data = rows(6000, 4);
    let queries = data[..20 * DIMENSION].to_vec();
    let graph = Graph::new(matrix(data[..5500 * DIMENSION].to_vec()), PER_CANDIDATE);
    let (threads, stop) = (Threads::start(2), Stop::default());
    graph.build(&threads, &stop).unwrap();
    graph.matrix.append(&data[5500 * DIMENSION..]).unwrap();
    let truth = answer(&graph, &queries, None, None);
    thread::scope(|scope| {
        assert!(graph.claim());
        let growing = scope.spawn(|| graph.grow(&threads, &stop));
        while !growing.is_finished() {
            assert!(recall(&answer(&graph, &queries, Some(100), None), &truth) > 0.95);
        }
    });
    assert_eq!(graph.read().rows, 6000);
}

#[test]
fn a_graph_that_is_stopped_or_has_few_rows_serves_by_exact_searches() {
    let data = rows(3000, 5);
    let queries = data[..10 * DIMENSION].to_vec();
    let graph = Graph::new(matrix(data.clone()), PER_CANDIDATE);
    let flag = AbortFlag::new();
    flag.abort();
    assert!(!graph.build(&Threads::start(2), &Stop::new(Some(&flag))).unwrap());
    assert_eq!(answer(&graph, &queries, Some(20), None), answer(&graph, &queries, None, None));

    let few = Graph::new(matrix(data[..500 * DIMENSION].to_vec()), PER_CANDIDATE);
    assert!(few.build(&Threads::start(2), &Stop::default()).unwrap());
    assert_eq!((few.bytes(), few.read().rows), (0, 0));
    assert_eq!(answer(&few, &queries, Some(20), None), answer(&few, &queries, None, None));
}

#[test]
fn the_bytes_count_the_links_of_every_row() {
    let graph = Graph::new(matrix(rows(20_000, 6)), PER_CANDIDATE);
    graph.build(&Threads::start(2), &Stop::default()).unwrap();
    let each = graph.bytes() / 20_000;
    // 32 links of 4 bytes on the lowest level alone.
    assert!((128..400).contains(&each), "{each}");
}
