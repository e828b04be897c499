/** How is a runtime asked until its answer is proven? */

import type { TopK, TopKRequest } from './backend.ts';
import { Certificate, type Estimate, type EstimatedRows } from './certificate.ts';
import { scanRows } from './exact-score.ts';

/** What a runtime is asked: for each query the `count` held rows of largest f32 score plus penalty, in any order. */
export interface Question {
  /** Row-major. */
  readonly queries: Float32Array;
  /** Fewer than the held rows. */
  readonly count: number;
  /** A number per held row, 0 or -Infinity; absent means 0. */
  readonly penalty: Float32Array | undefined;
}

/** A search that yields a question and expects its estimate, or yields undefined to give way. */
export type CertifiedSearch = Generator<Question | undefined, TopK[], Estimate | undefined>;

/** Queries in one question: more share no more of the passes over memory. */
const QUERIES = 64;

/** Scores that a runtime may have to keep at once: 64 MiB. */
const SCORES = 2 ** 24;

/** Where at most one held row in so many is eligible, scoring those in f64 is cheaper than asking. */
const SPARSE = 32;

/** A word of a mask that takes all its rows. */
const ALL = 0xffffffff;

/**
 * The exact top k of every query. Where too few candidates prove nothing (ties, duplicates, cancellation), four times as$
 * are asked for; where f32 can prove nothing (overflow, rows of very different magnitude), every row is scored in f64.
 */
export function* certifiedTopK(matrix: EstimatedRows, { queries, k, mask }: TopKRequest): CertifiedSearch {
  const { dimension, held } = matrix;
  const data = matrix.data.subarray(0, matrix.rows * dimension);
  const penalty = mask === undefined ? undefined : penaltyOf(mask, held);
  const size = dimension * Math.max(1, Math.min(QUERIES, Math.floor(SCORES / held)));
  const results: TopK[] = [];
  for (let start = 0; start < queries.length; start += size) {
    const certificates: Certificate[] = [];
    for (let at = start; at < Math.min(start + size, queries.length); at += dimension) {
      if (at > 0) yield undefined;
      certificates.push(new Certificate(matrix, queries.subarray(at, at + dimension), k, mask));
    }
    let open = penalty === null ? [] : certificates.filter(({ possible }) => possible);
    for (let count = k + 16 + (k >>> 3); penalty !== null && open.length > 0 && count < held; count *= 4) {
      const estimate = (yield { queries: concatenate(open, dimension), count, penalty }) as Estimate;
      const unproven: Certificate[] = [];
      for (const [i, certificate] of open.entries()) {
        if (i > 0) yield undefined;
        if (!certificate.prove(estimate, i * count, count)) unproven.push(certificate);
      }
      open = unproven;
    }
    for (const { query, result } of certificates) {
      results.push(result ?? (yield* scanRows(data, query, k, mask)));
    }
  }
  return results;
}

/** What the runtime adds, so that masked rows come last; null where scoring the others is cheaper than asking. */
function penaltyOf(mask: Uint32Array, held: number): Float32Array | null {
  const penalty = new Float32Array(held).fill(Number.NEGATIVE_INFINITY);
  let eligible = 0;
  for (let row = 0; row < held; row += 32) {
    let bits = mask[row >>> 5];
    if (bits === ALL) {
      penalty.fill(0, row, row + 32);
      eligible += 32;
      continue;
    }
    for (; bits !== 0; bits &= bits - 1) {
      penalty[row + 31 - Math.clz32(bits & -bits)] = 0;
      eligible++;
    }
  }
  return eligible * SPARSE < held ? null : penalty;
}

function concatenate(certificates: readonly Certificate[], dimension: number): Float32Array {
  const queries = new Float32Array(certificates.length * dimension);
  certificates.forEach(({ query }, i) => {
    queries.set(query, i * dimension);
  });
  return queries;
}
