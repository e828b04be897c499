/** What is the exact score of a row, and which rows are the exact best, found by scoring all? */

import type { TopK } from './backend.ts';

/** Rows between two pauses of {@link scanRows}. */
const BLOCK_ROWS = 4096;

/**
 * The inner product of `query` with the row that begins at `offset` of `rows`, in the order that every exact backend
 * follows: eight f64 sums, sum `j % 8` taking the products of components `j` in ascending order, then
 * `((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7))`, rounded once to f32. It is never -0. Cost: dimension multiplications.
 */
export function exactScore(query: Float32Array, rows: Float32Array, offset: number): number {
  const n = query.length;
  const whole = n - (n % 8);
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  let j = 0;
  for (let at = offset; j < whole; j += 8, at += 8) {
    s0 += query[j] * rows[at];
    s1 += query[j + 1] * rows[at + 1];
    s2 += query[j + 2] * rows[at + 2];
    s3 += query[j + 3] * rows[at + 3];
    s4 += query[j + 4] * rows[at + 4];
    s5 += query[j + 5] * rows[at + 5];
    s6 += query[j + 6] * rows[at + 6];
    s7 += query[j + 7] * rows[at + 7];
  }
  if (j < n) s0 += query[j] * rows[offset + j++];
  if (j < n) s1 += query[j] * rows[offset + j++];
  if (j < n) s2 += query[j] * rows[offset + j++];
  if (j < n) s3 += query[j] * rows[offset + j++];
  if (j < n) s4 += query[j] * rows[offset + j++];
  if (j < n) s5 += query[j] * rows[offset + j++];
  if (j < n) s6 += query[j] * rows[offset + j++];
  return Math.fround(s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7))) + 0;
}

/** True if row `row` may be returned; `mask` as in `TopKRequest`. */
export function isEligible(mask: Uint32Array | undefined, row: number): boolean {
  return mask === undefined || ((mask[row >>> 5] >>> (row & 31)) & 1) === 1;
}

/**
 * The best k of all eligible rows, each scored in f64. Pauses before each block of rows; `data`, row-major, must not
 * change in between. Cost: rows x dimension + rows log rows.
 */
export function* scanRows(
  data: Float32Array,
  query: Float32Array,
  k: number,
  mask: Uint32Array | undefined,
): Generator<undefined, TopK> {
  const rows = data.length / query.length;
  const scores = new Float32Array(rows);
  const eligible: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK_ROWS === 0) yield;
    if (!isEligible(mask, row)) continue;
    scores[row] = exactScore(query, data, row * query.length);
    if (Number.isFinite(scores[row])) eligible.push(row);
  }
  // Numbers are sorted far faster alone than by a comparison of rows, so those rows come last, and few.
  const ascending = Float32Array.from(eligible, (row) => scores[row]).sort();
  const worst = ascending[Math.max(0, ascending.length - k)];
  const best = eligible.filter((row) => scores[row] >= worst).sort((a, b) => scores[b] - scores[a] || a - b);
  const ids = Uint32Array.from(best.slice(0, k));
  return { ids, scores: Float32Array.from(ids, (row) => scores[row]) };
}
