//! Which rows are hard to search, and what is the right answer?

mod hostile;

pub use hostile::Hostile;

/// The generator of Steele, Lea and Flood, OOPSLA 2014.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// Of [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * 2f64.powi(-53)
    }

    /// Nearly normal.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Draws one row.
type Draw = fn(&mut Random, &mut [f32]);

/// Kinds of rows by name.
pub const KINDS: [(&str, Draw); 23] = [
    ("normal", |random, row| fill(random, row, 1.0)),
    ("unit norms", |random, row| {
        fill(random, row, 1.0);
        let norm = row.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
        row.iter_mut().for_each(|x| *x = (f64::from(*x) / norm) as f32);
    }),
    ("clusters", |random, row| {
        let center = random.below(5) as u64;
        fill(&mut Random(center), row, 1.0);
        row.iter_mut().for_each(|x| *x += 0.01 * random.normal() as f32);
    }),
    ("falling spectrum and skewed norms", |random, row| {
        let norm = 10f64.powf(random.uniform() - 0.5);
        row.iter_mut()
            .enumerate()
            .for_each(|(j, x)| *x = (norm * random.normal() / (1.0 + j as f64).sqrt()) as f32);
    }),
    ("equal", |_, row| fill(&mut Random(5), row, 1.0)),
    ("few different", |random, row| fill(&mut Random(random.below(7) as u64), row, 1.0)),
    ("zeros", |_, row| row.fill(0.0)),
    ("zeros among others", |random, row| {
        let size = f64::from(random.below(2) as u32);
        fill(random, row, size);
    }),
    ("negative zeros", |_, row| row.fill(-0.0)),
    ("two values", |random, row| {
        row.iter_mut().for_each(|x| *x = if random.below(2) == 0 { -1.0 } else { 1.0 });
    }),
    ("whole numbers", |random, row| {
        row.iter_mut().for_each(|x| *x = random.below(7) as f32 - 3.0);
    }),
    ("one component each", |random, row| {
        row.fill(0.0);
        row[random.below(row.len())] = random.normal() as f32;
    }),
    ("one dominant component", |random, row| {
        fill(random, row, 1.0);
        row[row.len() / 3] = 1e6 + random.normal() as f32;
    }),
    ("norms of 1e30", |random, row| fill(random, row, 1e30)),
    ("norms of 1e-30", |random, row| fill(random, row, 1e-30)),
    ("norms over 70 decades", |random, row| {
        let size = 10f64.powf(70.0 * random.uniform() - 35.0);
        fill(random, row, size);
    }),
    ("components over 60 decades", |random, row| {
        row.iter_mut().for_each(|x| {
            *x = (random.normal() * 10f64.powf(60.0 * random.uniform() - 30.0)) as f32;
        });
    }),
    ("one huge among small", |random, row| {
        let size = if random.below(100) == 0 { 1e30 } else { 1.0 };
        fill(random, row, size);
    }),
    ("denormal", |random, row| fill(random, row, 1e-41)),
    ("one least denormal each, which a rotation takes to zero", |random, row| {
        row.fill(0.0);
        row[random.below(row.len())] = 1e-45;
    }),
    ("least denormals among others", |random, row| {
        let size = if random.below(2) == 0 { 1e-45 } else { 1e-3 };
        row.iter_mut().for_each(|x| *x = size);
    }),
    ("scores beyond f32", |random, row| {
        row.iter_mut().for_each(|x| *x = (6.8e38 * (random.uniform() - 0.5)) as f32);
    }),
    ("norms about the ends of what is tame", |random, row| {
        let end = [-100, 100][random.below(2)];
        let size = 2f64.powi(end) * (0.5 + random.uniform()) / (row.len() as f64).sqrt();
        fill(random, row, size);
    }),
];

fn fill(random: &mut Random, row: &mut [f32], size: f64) {
    row.iter_mut().for_each(|x| *x = (size * random.normal()) as f32);
}

/// Row-major rows of one kind.
pub fn rows(kind: &str, count: usize, dimension: usize, seed: u64) -> Vec<f32> {
    let (_, draw) = KINDS.iter().find(|(name, _)| *name == kind).expect("a kind by its name");
    let (mut random, mut data) = (Random(seed), vec![0.0; count * dimension]);
    data.chunks_exact_mut(dimension).for_each(|row| draw(&mut random, row));
    assert!(data.iter().all(|x| x.is_finite()), "{kind}");
    data
}

/// The score by its definition: eight f64 sums, rounded once, never -0.
pub fn score(query: &[f32], row: &[f32]) -> f32 {
    let mut s = [0.0; 8];
    for (j, (&q, &x)) in query.iter().zip(row).enumerate() {
        s[j % 8] += f64::from(q) * f64::from(x);
    }
    (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) as f32 + 0.0
}

/// The k rows of largest finite score, best first, the lower row first among equals; scores as bits.
pub fn brute_force(data: &[f32], query: &[f32], k: usize, keep: impl Fn(usize) -> bool) -> Vec<(u32, u32)> {
    let rows = data.chunks_exact(query.len()).enumerate();
    let mut scored: Vec<(usize, f32)> =
        rows.filter(|&(i, _)| keep(i)).map(|(i, row)| (i, score(query, row))).collect();
    scored.retain(|(_, score)| score.is_finite());
    scored.sort_by(|a, b| b.1.partial_cmp(&a.1).expect("finite").then(a.0.cmp(&b.0)));
    scored.iter().take(k).map(|&(row, score)| (row as u32, score.to_bits())).collect()
}
