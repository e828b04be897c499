//! Which rows and queries are made against bounds?

use super::Random;

/// Draws rows about a few directions and their opposites, of sizes at which arithmetic ends, with equal ones and zeros
/// among them, and queries along and against them.
pub struct Hostile {
    pub random: Random,
    dimension: usize,
    directions: Vec<Vec<f32>>,
    sizes: fn(&mut Random) -> f64,
    /// How far rows lie off their directions.
    off: f64,
    /// Of three rows, how many are made of earlier ones.
    repeated: usize,
}

const SIZES: [fn(&mut Random) -> f64; 9] = [
    |_| 1.0,
    |random| 1.0 + 1e-6 * random.below(3) as f64,
    |random| 10f64.powf(2.0 * random.uniform()),
    |random| 10f64.powf(76.0 * random.uniform() - 38.0),
    |random| 2f64.powi(random.below(100) as i32 - 50),
    |random| 2f64.powi([-50, 50][random.below(2)]) * (1.0 + 3e-7 * (random.uniform() - 0.5)),
    |random| [1e-45, 1e-40, 1e-20, 1.0, 1e14, 1e20, 1e37][random.below(7)],
    |random| 3e38 * random.uniform(),
    |random| [1.0, 1e15][usize::from(random.below(64) == 0)],
];

const OFF: [f64; 8] = [0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0, 30.0];

impl Hostile {
    pub fn new(seed: u64, dimension: usize) -> Self {
        let mut random = Random(seed);
        let count = 1 + random.below(6);
        let directions = (0..count).map(|_| unit(&mut random, dimension)).collect();
        let (sizes, off) = (SIZES[random.below(SIZES.len())], OFF[random.below(OFF.len())]);
        let repeated = random.below(3);
        Hostile { random, dimension, directions, sizes, off, repeated }
    }

    /// One row, or a query.
    pub fn vector(&mut self) -> Vec<f32> {
        let sign = [1.0, -1.0][self.random.below(2)];
        let size = sign * (self.sizes)(&mut self.random);
        let off = self.off / (self.dimension as f64).sqrt();
        let direction = self.random.below(self.directions.len());
        let vector = self.directions[direction].iter();
        vector.map(|&x| finite(size * (f64::from(x) + off * self.random.normal()))).collect()
    }

    pub fn rows(&mut self, count: usize) -> Vec<f32> {
        let mut data: Vec<f32> = Vec::new();
        for made in 0..count {
            let earlier = (made > 0 && self.random.below(3) < self.repeated).then(|| self.row(&data));
            let row = match (earlier, self.random.below(12)) {
                (_, 0) => vec![0.0; self.dimension],
                (Some(row), 1) => row.iter().map(|x| -x).collect(),
                (Some(row), 2) => row.iter().map(|x| 0.5 * x).collect(),
                (Some(row), _) => row,
                (None, _) => self.vector(),
            };
            data.extend(row);
        }
        data
    }

    pub fn query(&mut self, data: &[f32]) -> Vec<f32> {
        let size = [1.0, -1.0, 1e-10, -1e10, 1e-30][self.random.below(5)];
        let query = match self.random.below(7) {
            0 => vec![0.0; self.dimension],
            1 => self.row(data),
            2 => {
                let mut query = vec![0.0; self.dimension];
                query[self.random.below(self.dimension)] = 1.0;
                query
            }
            3 => (0..self.dimension).map(|_| self.random.normal() as f32).collect(),
            4 => self.directions[self.random.below(self.directions.len())].clone(),
            _ => self.vector(),
        };
        query.iter().map(|&x| finite(size * f64::from(x))).collect()
    }

    /// One of the rows.
    fn row(&mut self, data: &[f32]) -> Vec<f32> {
        let row = self.random.below(data.len() / self.dimension);
        data[row * self.dimension..][..self.dimension].to_vec()
    }
}

fn finite(x: f64) -> f32 {
    x.clamp(-3.4e38, 3.4e38) as f32
}

/// A unit vector: mostly any, along one component, nearly so, or between all.
fn unit(random: &mut Random, dimension: usize) -> Vec<f32> {
    let mut vector: Vec<f64> = (0..dimension).map(|_| random.normal()).collect();
    match random.below(5) {
        0 => {
            vector.fill(0.0);
            vector[random.below(dimension)] = 1.0;
        }
        1 => vector[random.below(dimension)] = 1e4,
        2 => vector.iter_mut().for_each(|x| *x = x.signum()),
        _ => {}
    }
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter().map(|x| (x / norm) as f32).collect()
}
