/** How well does an item answer the sentence? The ranks that the sources gave it, fused. */

import { reciprocalRank } from '../../../catalog/text-index/reciprocal-rank.ts';
import type { Candidates } from '../../../funnel/candidates.ts';
import type { Scorer } from '../../../funnel/stage.ts';
import { rank } from '../../../numerics/rank.ts';
import type { RankedLeg } from '../../../reasoning/router/features.ts';
import { onlyOptions, type StageOptions } from '../options.ts';
import { LEGS, type Legs } from '../reasoning/request-features.ts';
import { PLAN, plannedOf } from './plan.ts';
import type { SortKeys } from './sort-keys.ts';

/** Sources that answer the sentence, and how much their ranks weigh; taste decides among equals. */
const WEIGHTS = { titles: 8, text: 2, similar: 2, nearest: 0.25 } as const;

/**
 * The scorer `relevance`: reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) of the sources `titles`, `text`,
 * `similar` and `nearest`. Where the plan sorts, what the words or anchors found, or everything if there were none,
 * comes first in that order. It has no options.
 */
export function relevanceScorer(keys: SortKeys, options: StageOptions): Scorer {
  onlyOptions('relevance', options, []);
  return {
    name: 'relevance',
    onFailure: 'closed',
    needs: [PLAN],
    reads: Object.keys(WEIGHTS),
    writes: 'relevance',
    score(context, candidates) {
      const legs = Object.keys(WEIGHTS).map((name) => legOf(candidates, name));
      const [, text, similar, nearest] = legs;
      const found = (name: string, entries: Uint32Array): RankedLeg => ({
        rows: entries.map((entry) => candidates.rows[entry]),
        scores: Float32Array.from(entries, (entry) => candidates.column(name)[entry]),
      });
      const vector = similar.length > 0 ? found('similar', similar) : found('nearest', nearest);
      context.query.set(LEGS, { text: found('text', text), vector } satisfies Legs);
      const { rows, scores } = reciprocalRank(legs, Object.values(WEIGHTS));
      const fused = new Float32Array(candidates.size);
      for (let i = 0; i < rows.length; i++) fused[rows[i]] = scores[i];
      const { sort } = plannedOf(context).plan;
      return sort === null ? fused : sorted(candidates, fused, keys(sort));
    },
    toJSON: () => ({ use: 'relevance' }),
  };
}

/** Entries that a source has found, best first. */
function legOf(candidates: Candidates, source: string): Uint32Array {
  return rank(candidates.column(source), candidates.size);
}

/**
 * Above 1 for what is in the order asked for, first place highest; what the sentence is about goes before the rest, which
 * keeps its fused score.
 */
function sorted(candidates: Candidates, fused: Float32Array, keys: ArrayLike<number>): Float32Array {
  const { rows, size } = candidates;
  const answering = ['titles', 'text', 'similar'].map((name) => candidates.column(name));
  const answers = (entry: number) => answering.some((column) => !Number.isNaN(column[entry]));
  const any = rows.some((_, entry) => answers(entry));
  const values = Float64Array.from(rows, (row, entry) => (!any || answers(entry) ? keys[row] : Number.NaN));
  const scores = fused.slice();
  const order = rank(values, size);
  for (let place = 0; place < order.length; place++) scores[order[place]] = 2 - place / size;
  return scores;
}
