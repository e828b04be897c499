use super::*;

/// The share of the true best k that searches with so many candidates find.
fn recall(view: &View, data: &[f32], queries: &[f32], k: usize, candidates: usize, pool: &Pool) -> f64 {
    let request = Request { queries, k, mask: None, candidates: Some(candidates) };
    let found = search(view, &request, pool);
    let mut hits = 0;
    for (found, query) in found.iter().zip(queries.chunks_exact(view.dimension)) {
        sound(found, data, query, None, "recall");
        let last = f32::from_bits(brute_force(data, query, k, |_| true)[k - 1].1);
        hits += found.iter().filter(|found| f32::from_bits(found.1) >= last).count();
    }
    hits as f64 / (found.len() * k) as f64
}

#[test]
fn recall_grows_to_one_with_the_candidates() {
    let threads = Threads::start(2);
    let dimension = 32;
    for kind in ["falling spectrum and skewed norms", "unit norms", "normal"] {
        let data = rows(kind, 20_000, dimension, 21);
        let view = view(&data, dimension, &[(0, Lists)], &threads);
        let queries = rows("falling spectrum and skewed norms", 8, dimension, 22);
        for k in [10, 100] {
            let mut before = 0.0;
            for candidates in [k, 3 * k, 10 * k, 40 * k, 19_999] {
                let recall = recall(&view, &data, &queries, k, candidates, &threads);
                assert!(recall >= before - 0.01, "{kind} {k} {candidates}: {recall} after {before}");
                before = recall;
            }
            assert!(before > 0.999, "{kind} {k}: {before}");
            assert_eq!(recall(&view, &data, &queries, k, 20_000, &threads), 1.0);
        }
    }
}

#[test]
fn recall_in_lists_is_nearly_that_of_all_rows() {
    let threads = Threads::start(1);
    let (dimension, k) = (64, 100);
    for kind in ["falling spectrum and skewed norms", "unit norms"] {
        let data = rows(kind, 30_000, dimension, 23);
        let queries = rows(kind, 20, dimension, 24);
        let [all, listed] = [Planes, Lists].map(|form| {
            let view = view(&data, dimension, &[(0, form)], &threads);
            recall(&view, &data, &queries, k, 8 * k, &threads)
        });
        assert!(all > 0.97 && listed > all - 0.03, "{kind}: {listed} instead of {all}");
    }
}
