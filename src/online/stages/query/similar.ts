/** Which items are like the ones that the sentence names? The nearest by angle in the space of the factors. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { Source } from '../../../funnel/stage.ts';
import { rank } from '../../../numerics/rank.ts';
import type { Bitset } from '../../../vectors/bitset.ts';
import type { Index } from '../../../vectors/index.ts';
import { onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { PLAN, plannedOf } from './plan.ts';

/** What the source reads of a model. */
export interface SimilarModel {
  readonly index: Index;
  readonly catalog: Catalog;
  /** Rows that training knew; the others have no direction. */
  readonly known: Bitset;
  readonly dimension: number;
  /** `catalog.size x dimension`, row-major. */
  readonly factors: Float32Array;
}

/**
 * The source `similar`: for the anchors of the plan, `k` items by cosine to the mean of their directions (default
 * 1000), among the rows that the constraints allow. Candidates come from an exact inner product search, which prefers
 * long vectors, and are scored by angle, so that popularity does not decide what is alike.
 */
export function similarSource(model: SimilarModel, options: StageOptions): Source {
  onlyOptions('similar', options, ['k']);
  const k = wholeOption('similar', options, 'k', 1000);
  const { index, catalog, known, dimension, factors } = model;
  const vectorOf = (row: number) => factors.subarray(row * dimension, (row + 1) * dimension);
  return {
    name: 'similar',
    onFailure: 'open',
    needs: [PLAN],
    async retrieve(context) {
      const { plan, allowed } = plannedOf(context);
      const anchor = new Float32Array(dimension);
      for (const id of plan.similarTo) {
        const row = catalog.rowOf(id);
        if (row === undefined || !known.has(row)) continue;
        const vector = vectorOf(row);
        const length = lengthOf(vector);
        if (length > 0) for (let j = 0; j < dimension; j++) anchor[j] += vector[j] / length;
      }
      if (anchor.every((value) => value === 0))
        return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      const filter = known.clone();
      if (allowed) filter.and(allowed);
      const { ids, scores } = await index.search(anchor, { k, filter, signal: context.signal });
      const size = lengthOf(anchor);
      const cosines = scores.map((score, i) => {
        const length = lengthOf(vectorOf(ids[i]));
        return length > 0 ? score / (length * size) : 0;
      });
      const order = rank(cosines, ids.length);
      return {
        rows: Uint32Array.from(order, (entry) => ids[entry]),
        scores: Float32Array.from(order, (entry) => cosines[entry]),
      };
    },
    toJSON: () => ({ use: 'similar', with: { k } }),
  };
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < vector.length; j++) sum += vector[j] * vector[j];
  return Math.sqrt(sum);
}
