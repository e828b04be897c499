use super::*;
use crate::kernels::{Kernels, available};
use crate::planes::{Planes, Rotation};
use crate::pool::Threads;
use crate::testing::{KINDS, Random, rows};

/// Dimensions that are and are not multiples of 16, and those next to where sums of 16 bits are emptied or tables made
/// coarser.
const DIMENSIONS: [usize; 6] = [16, 17, 100, 128, 257, 2048];

/// All blocks of a plane, and more that are asked of memory.
const BLOCKS: [u32; 6] = [0, 1, 2, 3, 4, 5];

fn scalar() -> &'static Kernels {
    available().pop().expect("there are always scalar kernels")
}

/// Planes without a meaning: every byte is drawn, but for scales and bounds, and for a first block of the greatest
/// codes, which with a query of the greatest gives the greatest sums.
fn drawn(blocks: usize, shape: Shape, random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = |n: usize| -> Vec<u8> { (0..n).map(|_| random.bits() as u8).collect() };
    let (mut high, mut pairs) = (bytes(blocks * shape.high()), bytes(blocks * shape.pairs()));
    high[..shape.high()].fill(0xff);
    pairs[..shape.pairs()].fill(0xff);
    // Some scales are 0, infinite or NaN.
    let scales = [0x0000u16, 0x3f80, 0x3e12, 0x4049, 0x7f80, 0x7fc0, 0x0001, 0x7f7f];
    for (planes, size, codes) in
        [(&mut high, shape.high(), 32 * shape.padded), (&mut pairs, shape.pairs(), 16 * shape.padded)]
    {
        for block in planes.chunks_exact_mut(size) {
            for r in 0..BLOCK {
                let scale = scales[if random.below(4) == 0 { random.below(8) } else { 1 + r % 3 }];
                block[codes + 2 * r..][..2].copy_from_slice(&scale.to_le_bytes());
            }
        }
    }
    for (i, block) in high.chunks_exact_mut(shape.high()).enumerate() {
        let bounds = if i % 4 == 3 {
            Bounds::none()
        } else {
            Bounds { high_error: 2.0, error: 0.3, norm: random.uniform() as f32 * 40.0 }
        };
        bounds.write(&mut block[BLOCK * shape.padded / 2 + 2 * BLOCK..]);
    }
    (high, pairs)
}

fn queries(count: usize, dimension: usize, random: &mut Random) -> Vec<(Codes, Lookup)> {
    let (rotation, shape) = (Rotation::of(dimension), Shape::new(dimension));
    (0..count)
        .map(|i| {
            let mut rotated = vec![0.0f32; shape.padded];
            rotated[..dimension].iter_mut().for_each(|x| *x = random.normal() as f32);
            // Codes of the largest size, all of one sign, give the largest sums.
            match i % 5 {
                1 => rotated[..dimension].fill(-1.0),
                2 => rotated[..dimension].fill(1.0),
                3 => rotated.fill(0.0),
                _ => {}
            }
            let norm = rotated.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
            (Codes::new(&rotated, norm, &rotation).expect("a tame query"), Lookup::new(&rotated, shape))
        })
        .collect()
}

/// The nibble of component j of row r of a block of upper halves, by the layout in words.
fn high_nibble(block: &[u8], shape: Shape, r: usize, j: usize) -> i64 {
    let half = shape.padded / 2;
    let (at, upper) = if j < half { (j, false) } else { (j - half, true) };
    let byte = block[at / 4 * 4 * BLOCK + r / 16 * 64 + r % 16 * 4 + at % 4];
    i64::from(if upper { byte >> 4 } else { byte & 15 })
}

fn code(codes: &Codes, shape: Shape, j: usize) -> i64 {
    let half = shape.padded / 2;
    i64::from(if j < half { codes.lower()[j] } else { codes.upper()[j - half] })
}

fn pairs(hits: &Hits) -> Vec<(u32, i32)> {
    assert_eq!(hits.rows.len(), hits.values.len());
    hits.rows.iter().copied().zip(hits.values.iter().copied()).collect()
}

/// Masks of all selectivities, one for each block.
fn masks(blocks: usize, random: &mut Random) -> Vec<u64> {
    (0..blocks)
        .map(|_| match random.below(5) {
            0 => u64::MAX,
            1 => 0,
            2 => 1 << random.below(64),
            3 => random.bits(),
            _ => random.bits() & random.bits() & random.bits(),
        })
        .collect()
}

#[test]
fn scans_of_upper_halves_find_the_same_rows_in_every_instruction_set_for_any_number_of_queries() {
    let mut random = Random(1);
    for dimension in DIMENSIONS {
        let shape = Shape::new(dimension);
        let queries = queries(TILE + 2, dimension, &mut random);
        for (blocks, limit) in [(1, f32::NEG_INFINITY), (3, 0.0), (2, 40.0), (1, f32::INFINITY)] {
            let (bytes, _) = drawn(blocks, shape, &mut random);
            let eligible = masks(blocks, &mut random);
            let run = Run { bytes: &bytes, shape, first: 7, blocks: &BLOCKS, eligible: &eligible };
            let queries: Vec<NibbleQuery> =
                queries.iter().map(|(codes, _)| NibbleQuery { codes, bounds: codes.bounds, limit }).collect();
            let scan = |kernels: &Kernels, count: usize| {
                let mut hits: Vec<Hits> = (0..count).map(|_| Hits::default()).collect();
                // What was there stays.
                hits[0].push(1, 2);
                kernels.scan_u4(&run, &queries[..count], &mut hits);
                assert_eq!((hits[0].rows.remove(0), hits[0].values.remove(0)), (1, 2));
                hits
            };
            let truth = scan(scalar(), queries.len());
            for kernels in available() {
                for count in [1, 2, 7, TILE, TILE + 1, TILE + 2] {
                    let case = format!("{} {dimension} {blocks} {count} {limit}", kernels.isa);
                    for (query, (hits, truth)) in queries.iter().zip(scan(kernels, count).iter().zip(&truth))
                    {
                        same_but_at_the_limit(&run, query, hits, truth, &case);
                    }
                }
            }
        }
    }
}

/// Fused or not, a value may fall on either side of the limit only where it is that near to it.
fn same_but_at_the_limit(run: &Run, query: &NibbleQuery, hits: &Hits, truth: &Hits, case: &str) {
    let (hits, truth) = (pairs(hits), pairs(truth));
    if hits == truth {
        return;
    }
    let differ =
        hits.iter().filter(|hit| !truth.contains(hit)).chain(truth.iter().filter(|t| !hits.contains(t)));
    for &(row, dot) in differ {
        let r = (row - run.first) as usize;
        let block = &run.bytes[r / BLOCK * run.shape.high()..];
        let offset = query.offset(&block[BLOCK * run.shape.padded / 2 + 2 * BLOCK..]);
        let (scale, product) = (high_scale(block, run.shape, r % BLOCK), query.unit() * dot as f32);
        let size = f64::from(scale) * (f64::from(product).abs() + f64::from(offset).abs());
        let value = f64::from(scale * (product + offset));
        assert!((value - f64::from(query.limit)).abs() <= 3e-7 * size, "{case}: row {row}, {value}");
    }
}

#[test]
fn hits_of_upper_halves_are_the_eligible_rows_that_reach_the_limit_with_their_sums() {
    let mut random = Random(2);
    for dimension in DIMENSIONS {
        let shape = Shape::new(dimension);
        let (bytes, _) = drawn(4, shape, &mut random);
        let eligible = [u64::MAX, 0x8000_0000_0000_0001, 0x0f0f_0000_ffff_3333, u64::MAX];
        let run = Run { bytes: &bytes, shape, first: 100, blocks: &BLOCKS, eligible: &eligible };
        for (codes, _) in &queries(5, dimension, &mut random) {
            let limit = 100.0;
            let query = NibbleQuery { codes, bounds: codes.bounds, limit };
            for kernels in available() {
                let mut hits = [Hits::default()];
                kernels.scan_u4(&run, &[query], &mut hits);
                let hits = pairs(&hits[0]);
                assert!(hits.is_sorted_by(|a, b| a.0 < b.0));
                for (i, &eligible) in eligible.iter().enumerate() {
                    let block = &bytes[i * shape.high()..][..shape.high()];
                    for r in 0..BLOCK {
                        let hit = hits.iter().find(|hit| hit.0 == (100 + i * BLOCK + r) as u32);
                        let nibbles: i64 = (0..shape.padded)
                            .map(|j| high_nibble(block, shape, r, j) * code(codes, shape, j))
                            .sum();
                        let dot = nibbles - i64::from(codes.middle);
                        assert!(hit.is_none_or(|hit| i64::from(hit.1) == dot), "{} {dimension}", kernels.isa);
                        let scale = f64::from(high_scale(block, shape, r));
                        let offset = f64::from(query.offset(&block[32 * shape.padded + 2 * BLOCK..]));
                        let product = codes.bounds.unit * dot as f64;
                        let value = scale * (product + offset);
                        let near = 3e-7 * scale * (product.abs() + offset.abs());
                        let case = format!("{} {dimension} {i} {r} {value}", kernels.isa);
                        if eligible >> r & 1 == 0 {
                            assert!(hit.is_none(), "{case}");
                        } else if value.is_nan() || value > f64::from(limit) + near {
                            assert!(hit.is_some(), "{case}");
                        } else if value < f64::from(limit) - near {
                            assert!(hit.is_none(), "{case}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn inner_products_with_lower_halves_are_the_same_in_every_instruction_set_whatever_follows_the_row() {
    let mut random = Random(3);
    for dimension in DIMENSIONS {
        let shape = Shape::new(dimension);
        for (i, (codes, _)) in queries(10, dimension, &mut random).iter().enumerate() {
            // Just as long as promised, so that reading beyond would be found by a checker of memory.
            let mut bytes: Box<[u8]> = (0..shape.low() + 64).map(|_| random.bits() as u8).collect();
            if i < 5 {
                bytes.fill(0xff);
            }
            let truth: i64 = (0..shape.padded)
                .map(|j| {
                    let byte = bytes[j % shape.low()];
                    i64::from(if j < shape.low() { byte & 15 } else { byte >> 4 }) * code(codes, shape, j)
                })
                .sum();
            for kernels in available() {
                assert_eq!(i64::from(kernels.dot_u4(&bytes, codes)), truth, "{} {dimension}", kernels.isa);
            }
        }
    }
}

#[test]
fn scans_of_pairs_find_the_same_rows_in_every_instruction_set_with_estimates_by_their_definition() {
    let mut random = Random(4);
    for dimension in DIMENSIONS {
        let shape = Shape::new(dimension);
        for blocks in [1, 3] {
            let (_, bytes) = drawn(blocks, shape, &mut random);
            let eligible = masks(blocks, &mut random);
            let run = Run { bytes: &bytes, shape, first: 9, blocks: &BLOCKS, eligible: &eligible };
            for (_, lookup) in &queries(5, dimension, &mut random) {
                for limit in [f32::NEG_INFINITY, 0.0, 20.0, f32::INFINITY] {
                    let truth = estimates(&run, lookup);
                    for kernels in available() {
                        let mut hits = Hits::default();
                        kernels.scan_u2(&run, lookup, limit, &mut hits);
                        let case = format!("{} {dimension} {limit}", kernels.isa);
                        let hits =
                            pairs(&hits).into_iter().map(|(row, bits)| (row, f32::from_bits(bits as u32)));
                        let mut hits: Vec<_> = hits.collect();
                        hits.sort_by_key(|hit| hit.0);
                        assert!(hits.is_sorted_by(|a, b| a.0 < b.0), "each row once: {case}");
                        for &(row, value, near) in &truth {
                            let hit = hits.iter().find(|hit| hit.0 == row);
                            assert!(hit.is_none_or(|hit| hit.1 >= limit), "{case}");
                            match hit {
                                Some(&(_, hit)) if hit.is_finite() => {
                                    assert!((f64::from(hit) - value).abs() <= near, "{case} {hit} {value}");
                                }
                                Some(_) => assert!(value.abs() > 3.4e38, "{case} {row} {value}"),
                                None => assert!(
                                    value.is_nan() || value <= f64::from(limit) + near,
                                    "{case} {row} {value}"
                                ),
                            }
                        }
                        let eligible = |row: u32| truth.iter().any(|truth| truth.0 == row);
                        assert!(hits.iter().all(|hit| eligible(hit.0)), "{case}");
                    }
                }
            }
        }
    }
}

/// Of the eligible rows, the estimate in f64, and how far f32 may lie from it.
fn estimates(run: &Run, lookup: &Lookup) -> Vec<(u32, f64, f64)> {
    let shape = run.shape;
    let mut all = Vec::new();
    for (i, &eligible) in run.eligible.iter().enumerate() {
        let block = &run.bytes[i * shape.pairs()..][..shape.pairs()];
        for r in (0..BLOCK).filter(|r| eligible >> r & 1 == 1) {
            let column = if r < 32 { 2 * r } else { 2 * r - 63 };
            let mut sum = 0u64;
            for j in (0..shape.padded).step_by(2) {
                let byte = block[j / 4 * BLOCK + column];
                let pair = if j % 4 == 0 { byte & 15 } else { byte >> 4 };
                sum += u64::from(lookup.tables[8 * j + usize::from(pair)]);
            }
            let scale = bf16(scale_bits(&block[16 * shape.padded..], r));
            let product = f64::from(lookup.step) * sum as f64;
            let value = f64::from(scale) * (product + f64::from(lookup.least));
            let near = 4e-7 * f64::from(scale) * (product + f64::from(lookup.least).abs()) + 1e-44;
            all.push(((run.first as usize + i * BLOCK + r) as u32, value, near));
        }
    }
    all
}

#[test]
fn tables_estimate_inner_products_with_the_levels_to_half_a_step_each() {
    let mut random = Random(5);
    for dimension in [16, 100, 1040, 2048] {
        let shape = Shape::new(dimension);
        let mut rotated = vec![0.0f32; shape.padded];
        rotated[..dimension].iter_mut().for_each(|x| *x = random.normal() as f32);
        let lookup = Lookup::new(&rotated, shape);
        assert!(lookup.tables.iter().all(|&entry| entry <= 127));
        let greatest: u32 = lookup
            .tables
            .chunks_exact(16)
            .map(|table| u32::from(*table.iter().max().expect("sixteen")))
            .sum();
        assert!(greatest <= 65_535);
        let codes: Vec<usize> = (0..shape.padded).map(|_| random.below(4)).collect();
        let levels: f64 = codes
            .iter()
            .zip(&rotated)
            .map(|(&code, &x)| f64::from(crate::planes::PAIR_LEVELS[code]) * f64::from(x))
            .sum();
        let sum: f64 = codes
            .chunks_exact(2)
            .enumerate()
            .map(|(i, codes)| f64::from(lookup.tables[16 * i + codes[0] + 4 * codes[1]]))
            .sum();
        let value = f64::from(lookup.step) * sum + f64::from(lookup.least);
        let most = 0.51 * f64::from(lookup.step) * (shape.padded / 2) as f64;
        assert!((value - levels).abs() < most, "{dimension}: {value} {levels}");
    }
}

#[test]
fn combining_stays_within_the_error_of_n_roundings_in_every_instruction_set() {
    let mut random = Random(6);
    for (count, width) in [(1, 1), (3, 2), (15, 15), (9, 16), (17, 17), (100, 64), (127, 130), (256, 256)] {
        for rows in [1, 2, 3, 4, 9] {
            let mut drawn = |n: usize| -> Box<[f32]> { (0..n).map(|_| random.normal() as f32).collect() };
            let (weights, vectors) = (drawn(rows * count), drawn(count * width));
            for kernels in available() {
                let mut out: Box<[f32]> = vec![9.0; rows * width].into();
                kernels.combine(&weights, &vectors, width, &mut out);
                for (i, &out) in out.iter().enumerate() {
                    let term = |j: usize| {
                        f64::from(weights[i / width * count + j]) * f64::from(vectors[j * width + i % width])
                    };
                    let (sum, size) =
                        (0..count).map(term).fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()));
                    let error = count as f64 * 2f64.powi(-24) * size * 1.001;
                    assert!((f64::from(out) - sum).abs() <= error, "{} {count} {width}", kernels.isa);
                }
            }
        }
    }
}

#[test]
fn planes_of_every_kind_of_rows_are_scanned_alike_by_every_instruction_set() {
    let threads = Threads::start(1);
    for dimension in [16, 50] {
        for (kind, _) in KINDS {
            let data = rows(kind, 200, dimension, 7);
            let planes = Planes::build(&data, dimension, false, &threads).expect("memory");
            let eligible = [u64::MAX, u64::MAX, u64::MAX, 0xff];
            for (codes, _) in &queries(2, dimension, &mut Random(8)) {
                for limit in [-1.0, 0.0, 1.0] {
                    let query = NibbleQuery { codes, bounds: codes.bounds, limit };
                    let run = Run {
                        bytes: planes.high(),
                        shape: planes.shape,
                        first: 0,
                        blocks: &BLOCKS,
                        eligible: &eligible,
                    };
                    let scan = |kernels: &Kernels| {
                        let mut hits = [Hits::default()];
                        kernels.scan_u4(&run, &[query], &mut hits);
                        hits
                    };
                    let [truth] = scan(scalar());
                    for kernels in available() {
                        let [hits] = scan(kernels);
                        let case = format!("{} {kind} {dimension}", kernels.isa);
                        same_but_at_the_limit(&run, &query, &hits, &truth, &case);
                    }
                }
            }
        }
    }
}
