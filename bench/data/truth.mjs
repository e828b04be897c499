/** Which rows are right? An f64 brute force of its own, and recall that counts ties by score. */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../run/say.mjs';
import { cache, stamp } from './files.mjs';
import { readRows } from './npy.mjs';

const BLOCK_ROWS = 8192;

/** The f64 inner product. @param {ArrayLike<number>} query @param {ArrayLike<number>} row */
export function score(query, row, start = 0) {
  let sum = 0;
  for (let j = 0; j < query.length; j++) sum += query[j] * row[start + j];
  return sum;
}

/** Keeps the k largest of many numbers. */
class Largest {
  #kept;
  #count = 0;
  #k;
  /** At least k numbers are not below this. */
  least = Number.NEGATIVE_INFINITY;

  /** @param {number} k */
  constructor(k) {
    this.#k = k;
    this.#kept = new Float64Array(4 * k);
  }

  /** @param {number} number not below `least` */
  add(number) {
    this.#kept[this.#count++] = number;
    if (this.#count === this.#kept.length) this.kth();
  }

  /** The k-th largest, or the least where there are fewer. */
  kth() {
    this.#kept.subarray(0, this.#count).sort().reverse();
    const last = Math.min(this.#k, this.#count) - 1;
    if (this.#count >= this.#k) {
      this.#count = this.#k;
      this.least = this.#kept[last];
    }
    return this.#kept[last];
  }
}

/**
 * The f64 score of the k-th best of the first `rows` rows, for each of the first `count` queries. A row is among the
 * best k when its score is not below: rows that tie with the k-th are all right.
 * @param {import('./files.mjs').Dataset} dataset
 * @param {{ rows: number, count: number, k: number }} options
 * @returns {Float64Array}
 */
export function kthScores({ base, queries }, { rows, count, k }) {
  const d = base.dimension;
  const wanted = readRows(queries, 0, count);
  const best = Array.from({ length: count }, () => new Largest(Math.min(k, rows)));
  const query = Array.from({ length: count }, (_, i) =>
    Float64Array.from(wanted.subarray(i * d, (i + 1) * d)),
  );
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const block = Float64Array.from(readRows(base, first, Math.min(BLOCK_ROWS, rows - first)));
    for (let i = 0; i < count; i++) {
      for (let start = 0; start < block.length; start += d) {
        const product = score(query[i], block, start);
        if (product >= best[i].least) best[i].add(product);
      }
    }
  }
  return Float64Array.from(best, (largest) => largest.kth());
}

/** The same, computed once for the same files and kept beside generated data. */
export function keptKthScores(dataset, options) {
  const facts = [stamp(dataset.base), stamp(dataset.queries), options.rows, options.count, options.k];
  const name = createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 24);
  const path = join(cache, `truth-${name}.json`);
  if (existsSync(path)) return Float64Array.from(JSON.parse(readFileSync(path, 'utf8')));
  say(`Computing the truth of ${options.count} queries by f64 brute force`);
  const scores = kthScores(dataset, options);
  mkdirSync(cache, { recursive: true });
  writeFileSync(path, JSON.stringify([...scores]));
  return scores;
}

/**
 * The share of the true best k found, as a mean over queries. An id given twice counts once.
 * @param {import('./files.mjs').Dataset} dataset
 * @param {Float64Array} kth as of `kthScores`
 * @param {ArrayLike<number>[]} answers ids, one list for each query
 * @param {{ rows: number, k: number }} options
 */
export function recall({ base, queries }, kth, answers, { rows, k }) {
  const d = base.dimension;
  const wanted = readRows(queries, 0, answers.length);
  const row = new Float32Array(d);
  const bytes = new Uint8Array(row.buffer);
  const file = openSync(base.path, 'r');
  let sum = 0;
  try {
    answers.forEach((ids, i) => {
      const query = Float64Array.from(wanted.subarray(i * d, (i + 1) * d));
      let right = 0;
      for (const id of new Set(Array.from(ids).slice(0, k))) {
        if (!(id >= 0 && id < rows)) continue;
        readSync(file, bytes, 0, bytes.length, base.byteOffset + id * bytes.length);
        if (score(query, row) >= kth[i]) right++;
      }
      sum += right / Math.min(k, rows);
    });
  } finally {
    closeSync(file);
  }
  return sum / answers.length;
}
