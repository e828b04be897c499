use super::*;

type Sections = Vec<(&'static str, Vec<u8>)>;

/// What a file holds beside the rows.
fn sections(chunk: &Chunk) -> Sections {
    let planes = chunk.planes().expect("planes");
    planes.sections().into_iter().map(|(name, bytes)| (name, bytes.to_vec())).collect()
}

/// A view of the rows with the planes that a file says they have.
fn opened(data: &[f32], dimension: usize, sections: &Sections) -> View {
    let chunk = Chunk::own(Memory::of(&[data]).expect("memory"), dimension, 0, None).expect("finite rows");
    let find = |name: &str, length: usize| {
        let section = sections.iter().find(|section| section.0 == name && section.1.len() == length);
        Ok(section.map(|(_, bytes)| {
            let memory = Memory::zeroed(bytes.len()).expect("memory");
            // SAFETY: nobody else has it yet.
            unsafe { memory.slice_mut(0, bytes.len()) }.copy_from_slice(bytes);
            memory
        }))
    };
    chunk.map_planes(&find).expect("no error");
    Matrix::new(chunk).view().expect("open")
}

fn numbers(bytes: &mut [u8], mut number: impl FnMut(usize) -> u32) {
    bytes.chunks_exact_mut(4).enumerate().for_each(|(i, out)| out.copy_from_slice(&number(i).to_le_bytes()));
}

/// Asserts that searches return rows that exist and are eligible, with their scores, whatever else is wrong.
fn harmless(view: &View, data: &[f32], pool: &Pool, case: &str) {
    let dimension = view.dimension;
    let queries = rows("normal", 9, dimension, 32);
    let half = mask(view.rows, 0.5, 1.0, &mut Random(31));
    let half = Some(&half[..]);
    for (mask, candidates, k) in [
        (None, None, 100),
        (half, None, 1),
        (None, Some(20), 5),
        (half, Some(2_000), 100),
        (None, None, view.rows),
    ] {
        let found = search(view, &Request { queries: &queries, k, mask, candidates }, pool);
        for (found, query) in found.iter().zip(queries.chunks_exact(dimension)) {
            for &(row, bits) in found {
                assert!(kept(mask, row as usize), "{case}: row {row}");
                let truth = score(query, &data[row as usize * dimension..][..dimension]);
                assert_eq!(truth.to_bits(), bits, "{case}: row {row}");
            }
        }
    }
}

#[test]
fn files_that_tell_of_no_possible_lists_do_no_harm() {
    let (threads, mut random) = (Threads::start(2), Random(33));
    // Enough for planes.
    let (dimension, count) = (256, 8_200);
    let data = rows("falling spectrum and skewed norms", count, dimension, 34);
    let whole = sections(&view(&data, dimension, &[(0, Lists)], &threads).chunks[0].1);
    let is_used = opened(&data, dimension, &whole).index_bytes() > 0;
    assert_eq!(is_used, crate::planes::Planes::fit(count, dimension));
    let at = |end: &str| whole.iter().position(|(name, _)| name.ends_with(end)).expect("a section");
    let (starts, order) = (at("/starts"), at("/order"));
    let mut check = |case: &str, change: &mut dyn FnMut(&mut Sections, &mut Random)| {
        let mut sections = whole.clone();
        change(&mut sections, &mut random);
        let view = opened(&data, dimension, &sections);
        assert_eq!(view.index_bytes() > 0, is_used, "{case}");
        harmless(&view, &data, &threads, case);
    };
    check("rows at random", &mut |sections, random| {
        numbers(&mut sections[order].1, |_| random.bits() as u32)
    });
    check("one row everywhere", &mut |sections, _| numbers(&mut sections[order].1, |_| 8_199));
    check("no row anywhere", &mut |sections, _| sections[order].1.fill(0xff));
    check("the row behind the last", &mut |sections, _| numbers(&mut sections[order].1, |_| 8_200));
    check("rows twice", &mut |sections, _| numbers(&mut sections[order].1, |i| i as u32 / 2));
    let blocks = whole[order].1.len() as u32 / 256;
    check("all in the last list", &mut |sections, _| {
        let lists = sections[starts].1.len() / 4 - 1;
        numbers(&mut sections[starts].1, |i| if i == lists { blocks } else { 0 });
    });
    check("all in the first list", &mut |sections, _| {
        numbers(&mut sections[starts].1, |i| if i == 0 { 0 } else { blocks });
    });
    for section in 0..whole.len() {
        if section != starts {
            let case = whole[section].0;
            for value in [f32::NAN, f32::INFINITY, f32::MIN] {
                check(case, &mut |sections, _| numbers(&mut sections[section].1, |_| value.to_bits()));
            }
            check(case, &mut |sections, random| {
                sections[section].1.iter_mut().for_each(|byte| *byte = random.bits() as u8);
            });
        }
    }
}

#[test]
fn planes_in_lists_are_not_taken_for_planes_of_rows_as_they_come() {
    let threads = Threads::start(2);
    let (dimension, count) = (256, 8_192);
    // Two lists of whole blocks: there are as many blocks as without lists.
    let directions = rows("normal", 2, dimension, 35);
    let data: Vec<f32> = (0..count)
        .flat_map(|i| {
            directions
                .chunks(dimension)
                .nth(i % 2)
                .into_iter()
                .flatten()
                .map(move |x| x * [1.0, 2.0, 4.0][i % 3])
        })
        .collect();
    let mut sections = sections(&view(&data, dimension, &[(0, Lists)], &threads).chunks[0].1);
    assert_eq!(
        sections.iter().find(|(name, _)| name.ends_with("/order")).map(|(_, bytes)| bytes.len()),
        Some(4 * count)
    );
    sections.retain(|(name, _)| !name.ends_with("/order"));
    let view = opened(&data, dimension, &sections);
    exact(&view, &data, &directions, &[1, 100, count], None, &threads, "without the order");
}
