/** What does showing each candidate gain? Uplift as a scorer of the funnel. */

import type { Candidates } from '../../funnel/candidates.ts';
import type { RequestContext } from '../../funnel/context.ts';
import type { Pool } from '../../funnel/policy.ts';
import type { Scorer } from '../../funnel/stage.ts';
import type { UpliftModel } from '../learners/learner.ts';

/** From counts: an `IncrementalBillboard`, or whatever expects a lift of each entry. */
export interface LiftSource {
  score(pool: Pool): Float64Array;
}

/**
 * The scorer `uplift` from counts of plays with and without exposure, shrunken towards all items: writes
 * P(play | shown) - P(play | not shown) of each candidate, which the receipts then carry. Reads `probability`.
 *
 * @example
 * ```ts
 * const scorer = upliftScorer(new IncrementalBillboard({ arms: 100 }));
 * scorer.writes; // 'uplift'
 * ```
 */
export function upliftScorer(lifts: LiftSource): Scorer {
  return {
    ...COMMON,
    reads: ['probability'],
    score(_, candidates) {
      const { rows } = candidates;
      return Float32Array.from(lifts.score({ rows, scores: candidates.column('probability') }));
    },
  };
}

/**
 * The scorer `uplift` from a fitted uplift learner.
 *
 * @param featuresOf what the learner was fitted on, of each candidate: candidates x dimension, row-major.
 * @example
 * ```ts
 * const model = { predict: (features) => features.map((x) => 0.1 * x) };
 * learnedUpliftScorer(model, (_, { rows }) => Float64Array.from(rows)).reads; // []
 * ```
 */
export function learnedUpliftScorer(
  model: UpliftModel,
  featuresOf: (context: RequestContext, candidates: Candidates) => Float64Array,
): Scorer {
  return {
    ...COMMON,
    reads: [],
    score: (context, candidates) => Float32Array.from(model.predict(featuresOf(context, candidates))),
  };
}

const COMMON = {
  name: 'uplift',
  onFailure: 'open',
  writes: 'uplift',
  toJSON: () => ({ use: 'uplift' }),
} as const;
