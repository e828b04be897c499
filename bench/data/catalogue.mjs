/** What do the vectors of a catalogue look like? Clusters of uneven size, a power-law spectrum, skewed norms. */

import { FastRandom } from './random.mjs';

/**
 * `skewed`: 2000 clusters whose sizes follow Zipf, spectrum falling as j^-0.35, randomly rotated, log-normal norms.
 * `unit`: the same directions, every norm 1. `duplicates`: as skewed, but one row in ten is a copy of another.
 * `clustered`: as skewed, but clusters are tight and stored one after another.
 */
export const SHAPES = /** @type {const} */ (['skewed', 'unit', 'duplicates', 'clustered']);

/** @typedef {(typeof SHAPES)[number]} Shape */

const CLUSTERS = 2000;
const COPIED = 0.1;

// Streams of one seed.
const MODEL = 1;
const PLACES = 2;
const ROWS = 3;
const QUERIES = 4;

/** A catalogue of vectors and the queries that fit it; the same for the same seed. */
export class Catalogue {
  /** @param {{ shape: Shape, rows: number, dimension: number, seed: number }} options */
  constructor({ shape, rows, dimension, seed }) {
    this.shape = shape;
    this.dimension = dimension;
    const random = new FastRandom(seed, MODEL);
    const scale = Float64Array.from({ length: dimension }, (_, j) => (j + 1) ** -0.35);
    const rotation = orthonormal(random, dimension);
    /** Standard normals times this are rotated noise of the right spectrum. */
    this.noise = rotation.map((value, at) => value * scale[Math.floor(at / dimension)]);
    this.centres = new Float64Array(CLUSTERS * dimension);
    const normals = new Float64Array(dimension);
    for (let c = 0; c < CLUSTERS; c++) {
      for (let j = 0; j < dimension; j++) normals[j] = random.normal();
      addProduct(normals, this.noise, 1, this.centres.subarray(c * dimension, (c + 1) * dimension));
    }
    this.cumulative = cumulate(Float64Array.from({ length: CLUSTERS }, () => zipf(random)));
    this.width = shape === 'clustered' ? 0.2 : 0.8;
    const places = new FastRandom(seed, PLACES);
    this.clusters = Uint16Array.from({ length: rows }, () => places.place(this.cumulative));
    if (shape === 'clustered') this.clusters.sort();
    this.random = new FastRandom(seed, ROWS);
    this.queryRandom = new FastRandom(seed, QUERIES);
    /** The rows that are copied most. */
    this.copied = new Float32Array(100 * dimension);
  }

  /** Writes the rows from `first` on into `block`; to be asked for in order. @param {Float32Array} block @param {number} first */
  fillRows(block, first) {
    const { dimension: d, random, noise, centres, clusters, shape } = this;
    const count = block.length / d;
    const normals = new Float64Array(d);
    const row = new Float64Array(d);
    for (let i = 0; i < count; i++) {
      if (shape === 'duplicates' && i > 0 && random.uniform() < COPIED) {
        this.#copy(block, i, first);
        continue;
      }
      for (let j = 0; j < d; j++) normals[j] = random.normal();
      const centre = clusters[first + i] * d;
      row.set(centres.subarray(centre, centre + d));
      addProduct(normals, noise, this.width, row);
      let factor = Math.exp(0.35 * random.normal());
      if (shape === 'unit') factor = 1 / Math.hypot(...row);
      for (let j = 0; j < d; j++) block[i * d + j] = row[j] * factor;
    }
    if (first === 0) this.copied.set(block.subarray(0, this.copied.length));
  }

  /** Half of the copies are of the first hundred rows, which so come many times; half of a row nearby. */
  #copy(block, i, first) {
    const d = this.dimension;
    if (first > 0 && this.random.uniform() < 0.5) {
      const source = Math.floor(this.random.uniform() * 100) * d;
      block.set(this.copied.subarray(source, source + d), i * d);
    } else {
      const source = Math.floor(this.random.uniform() * i) * d;
      block.copyWithin(i * d, source, source + d);
    }
  }

  /** Writes queries, each a mixture of three tastes: clusters by their size, and noise. @param {Float32Array} block */
  fillQueries(block) {
    const { dimension: d, queryRandom: random, noise, centres } = this;
    const normals = new Float64Array(d);
    const query = new Float64Array(d);
    for (let start = 0; start < block.length; start += d) {
      for (let j = 0; j < d; j++) normals[j] = random.normal();
      query.fill(0);
      addProduct(normals, noise, 0.5, query);
      // Uniform over the simplex: exponentials divided by their sum.
      const weights = [0, 0, 0].map(() => -Math.log(1 - random.uniform()));
      const sum = weights[0] + weights[1] + weights[2];
      for (const weight of weights) {
        const centre = random.place(this.cumulative) * d;
        for (let j = 0; j < d; j++) query[j] += (weight / sum) * centres[centre + j];
      }
      block.set(query, start);
    }
  }
}

/** out += factor x (normals x matrix); four rows of the matrix at a time, which halves the time. */
function addProduct(normals, matrix, factor, out) {
  const d = out.length;
  let i = 0;
  for (; i + 4 <= d; i += 4) {
    const x0 = normals[i] * factor;
    const x1 = normals[i + 1] * factor;
    const x2 = normals[i + 2] * factor;
    const x3 = normals[i + 3] * factor;
    const r0 = i * d;
    const r1 = r0 + d;
    const r2 = r1 + d;
    const r3 = r2 + d;
    for (let j = 0; j < d; j++) {
      out[j] += x0 * matrix[r0 + j] + x1 * matrix[r1 + j] + x2 * matrix[r2 + j] + x3 * matrix[r3 + j];
    }
  }
  for (; i < d; i++) {
    const x = normals[i] * factor;
    for (let j = 0; j < d; j++) out[j] += x * matrix[i * d + j];
  }
}

/** A random orthonormal matrix, row-major: normals made orthogonal by Gram-Schmidt, twice for accuracy. */
function orthonormal(random, d) {
  const matrix = Float64Array.from({ length: d * d }, () => random.normal());
  for (let i = 0; i < d; i++) {
    const row = matrix.subarray(i * d, (i + 1) * d);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < i; other++) {
        const before = matrix.subarray(other * d, (other + 1) * d);
        let dot = 0;
        for (let j = 0; j < d; j++) dot += row[j] * before[j];
        for (let j = 0; j < d; j++) row[j] -= dot * before[j];
      }
    }
    let square = 0;
    for (let j = 0; j < d; j++) square += row[j] * row[j];
    const factor = 1 / Math.sqrt(square);
    for (let j = 0; j < d; j++) row[j] *= factor;
  }
  return matrix;
}

/** P(k) = k^-1.3 / zeta(1.3), at most 200. */
function zipf(random) {
  let left = random.uniform() * 3.931949211809544;
  let k = 1;
  while (k < 200) {
    left -= k ** -1.3;
    if (left < 0) break;
    k++;
  }
  return k;
}

function cumulate(weights) {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
