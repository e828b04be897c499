use super::layout::Sizes;
use super::*;
use crate::errors::Error;
use crate::promise::{AbortFlag, Stop};
use crate::testing::Random;

const TITLES: [&str; 6] = ["blade runner", "the matrix", "red heat", "heat", "", "the heat of the night"];

fn index_of(fields: &[(f64, &[&str])]) -> Index {
    let weights: Vec<f64> = fields.iter().map(|field| field.0).collect();
    let mut builder = Builder::new(&weights);
    for (number, (_, texts)) in fields.iter().enumerate() {
        // In two parts, as JavaScript hands them over.
        let (first, second) = texts.split_at(texts.len() / 2);
        for part in [first, second] {
            let mut offsets = vec![0];
            let mut bytes = Vec::new();
            for text in part {
                bytes.extend_from_slice(text.as_bytes());
                offsets.push(bytes.len() as u32);
            }
            builder.add(number, &bytes, &offsets).unwrap();
        }
    }
    builder.finish(fields[0].1.len()).unwrap()
}

fn word(text: &str, typos: usize, prefix: bool) -> Word {
    Word { text: text.into(), typos, prefix }
}

fn rows(index: &Index, words: &[Word], k: usize, mask: Option<&[u32]>) -> Vec<u32> {
    let hits = search(index, words, k, mask, &Stop::default()).unwrap();
    hits.iter().map(|hit| hit.row).collect()
}

#[test]
fn scores_are_those_of_bm25f_within_what_a_byte_holds() {
    let tags: [&str; 6] = ["rain", "", "", "rain rain heat", "", ""];
    let index = index_of(&[(8.0, &TITLES), (3.0, &tags)]);
    let hits = search(&index, &[word("heat", 0, false)], 9, None, &Stop::default()).unwrap();
    // Rows 2, 3 and 5 hold it. Means: 12 words in 5 titles, 4 words in 2 lists of tags.
    let rarity = (1.0f64 + (6.0 - 3.0 + 0.5) / (3.0 + 0.5)).ln();
    let title = |words: f64| 8.0 / (0.25 + 0.75 * words / (12.0 / 5.0));
    let tag = 3.0 / (0.25 + 0.75 * 3.0 / 2.0);
    for (row, t) in [(2, title(2.0)), (3, title(1.0) + tag), (5, title(5.0))] {
        let hit = hits.iter().find(|hit| hit.row == row).unwrap();
        assert!((f64::from(hit.score) - rarity * t / (1.2 + t)).abs() <= rarity / 510.0 + 1e-6, "{hit:?}");
    }
    assert_eq!(hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [3, 2, 5]);
}

#[test]
fn rows_come_best_first_ties_by_lower_row_of_those_in_the_mask() {
    let texts: Vec<&str> =
        (0..200_000).map(|row| if row % 1000 == 7 { "moon" } else { "blue moon" }).collect();
    let index = index_of(&[(1.0, &texts)]);
    let best: Vec<u32> = (0..100).map(|i| 7 + 1000 * i).collect();
    assert_eq!(rows(&index, &[word("moon", 0, false)], 100, None), best);
    let mut mask = vec![u32::MAX; texts.len().div_ceil(32)];
    mask[0] = 0;
    assert_eq!(rows(&index, &[word("moon", 0, false)], 99, Some(&mask)), best[1..]);
    assert_eq!(rows(&index, &[word("blue", 0, false)], 3, Some(&mask)), [32, 33, 34]);
}

#[test]
fn words_add_up_and_a_word_counts_once_by_its_best_term() {
    let index = index_of(&[(1.0, &["runner run", "runner", "run", "other words"])]);
    let one = |words: &[Word]| search(&index, words, 4, None, &Stop::default()).unwrap();
    let run = one(&[word("run", 0, true)]);
    // `run` is in two rows and ranks above the longer `runner`, though that one is held beside it.
    assert_eq!(run.iter().map(|hit| hit.row).collect::<Vec<_>>(), [2, 0, 1]);
    let both = one(&[word("run", 0, false), word("runner", 0, false)]);
    let sum: f32 = [one(&[word("run", 0, false)]), one(&[word("runner", 0, false)])]
        .iter()
        .map(|hits| hits.iter().find(|hit| hit.row == 0).unwrap().score)
        .sum();
    assert_eq!(both[0].row, 0);
    assert_eq!(both[0].score, sum);
}

#[test]
fn the_terms_near_a_word_are_those_within_its_edits() {
    let mut random = Random(5);
    let mut draw = |least: usize, most: usize| -> String {
        let length = least + random.below(most - least);
        (0..length).map(|_| ['a', 'b', 'é', '千'][random.below(4)]).collect()
    };
    let texts: Vec<String> = (0..3000).map(|_| draw(1, 9)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let index = index_of(&[(1.0, &texts)]);
    for _ in 0..200 {
        let wanted = draw(1, 10);
        for most in 1..=2 {
            let mut near = Vec::new();
            index.near(&wanted, most, |term, edits| near.push((term, edits)));
            let truth: Vec<(usize, usize)> = (0..index.sizes.terms)
                .map(|term| (term, edits(&wanted, index.term(term))))
                .filter(|(_, edits)| *edits <= most)
                .collect();
            assert_eq!(near, truth, "{wanted}");
        }
        let beginning: Vec<usize> =
            (0..index.sizes.terms).filter(|&term| index.term(term).starts_with(&wanted)).collect();
        assert_eq!(index.beginning(&wanted).collect::<Vec<_>>(), beginning);
        let found = (0..index.sizes.terms).find(|&term| index.term(term) == wanted);
        assert_eq!(index.find(&wanted), found);
    }
}

/// The optimal string alignment distance, by its recursion.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let exchanged = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = exchanged.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

#[test]
fn a_search_that_is_stopped_has_no_answer() {
    let index = index_of(&[(1.0, &TITLES)]);
    let flag = AbortFlag::new();
    flag.abort();
    assert_eq!(search(&index, &[word("heat", 0, false)], 9, None, &Stop::new(Some(&flag))), None);
}

#[test]
fn without_rows_or_fields_nothing_is_found() {
    let index = index_of(&[(1.0, &[])]);
    assert!(rows(&index, &[word("heat", 2, true)], 9, None).is_empty());
    let index = Builder::new(&[]).finish(3).unwrap();
    assert_eq!(index.sizes, Sizes { rows: 3, terms: 0, term_bytes: 0, postings: 0 });
    assert!(rows(&index, &[word("heat", 2, true)], 9, None).is_empty());
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut builder = Builder::new(&[1.0]);
    let invalid = |result: Result<(), Error>| matches!(result, Err(Error::InvalidArgument(_)));
    assert!(invalid(builder.add(1, b"a", &[0, 1])));
    assert!(invalid(builder.add(0, b"a", &[0, 2])));
    assert!(invalid(builder.add(0, b"ab", &[2, 1])));
    assert!(invalid(builder.add(0, b"\xff", &[0, 1])));
    assert!(invalid(builder.finish(2).map(drop)));
}

#[test]
fn a_file_is_opened_only_if_every_byte_is_the_one_written() {
    let index = index_of(&[(8.0, &TITLES)]);
    let path = std::env::temp_dir().join(format!("sluice-text-{}", std::process::id()));
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Index::open(path.to_str().unwrap())
    };
    let whole = index.bytes().to_vec();
    let opened = open(&whole).unwrap();
    assert_eq!(opened.sizes, index.sizes);
    let query = [word("heat", 1, false), word("ma", 0, true)];
    assert_eq!(rows(&opened, &query, 9, None), rows(&index, &query, 9, None));
    drop(opened);

    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let error = open(&damaged).err().unwrap_or_else(|| panic!("byte {at} was not missed"));
        let expected = match at {
            0..8 => matches!(error, Error::DataInvalid(_)),
            8..12 => matches!(error, Error::IndexTooNew(_)),
            _ => matches!(error, Error::IndexDamaged(_)),
        };
        assert!(expected, "byte {at}: {error}");
    }
    for length in 0..whole.len() {
        assert!(open(&whole[..length]).is_err());
    }
    let _ = std::fs::remove_file(&path);
    assert!(matches!(Index::open(path.to_str().unwrap()), Err(Error::DataNotFound(_))));
}
