/** What is the right answer? The definition of an exact search, written without looking at any backend. */

import type { TopK } from '../../src/vectors/backend.ts';

/** The f64 sum of products in the agreed order, rounded once to f32; zero is positive. */
export function trueScore(query: ArrayLike<number>, row: ArrayLike<number>): number {
  const lanes = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let j = 0; j < query.length; j++) lanes[j & 7] = lanes[j & 7]! + query[j]! * row[j]!;
  const even = lanes[0]! + lanes[4]! + (lanes[2]! + lanes[6]!);
  const odd = lanes[1]! + lanes[5]! + (lanes[3]! + lanes[7]!);
  const score = Math.fround(even + odd);
  return score === 0 ? 0 : score;
}

/** The k eligible rows of largest finite score, best first, lower row first among equals. */
export function trueTopK(
  data: Float32Array,
  query: Float32Array,
  k: number,
  eligible: (row: number) => boolean = () => true,
): TopK {
  const d = query.length;
  const all: { row: number; score: number }[] = [];
  for (let row = 0; row * d < data.length; row++) {
    if (!eligible(row)) continue;
    const score = trueScore(query, data.subarray(row * d, row * d + d));
    if (Number.isFinite(score)) all.push({ row, score });
  }
  all.sort((a, b) => b.score - a.score || a.row - b.row);
  const best = all.slice(0, k);
  return {
    ids: Uint32Array.from(best, ({ row }) => row),
    scores: Float32Array.from(best, ({ score }) => score),
  };
}

/** Bit patterns, so that a comparison sees the sign of zero. */
export function bits({ ids, scores }: TopK): { ids: number[]; scores: number[] } {
  return { ids: [...ids], scores: [...new Uint32Array(Float32Array.from(scores).buffer)] };
}
