/** How likely is a success? The inner product of person and item through the snapshot's Platt curve. */

import type { Scorer } from '../../funnel/stage.ts';
import { type Platt, plattProbability } from '../../numerics/platt.ts';
import type { Index } from '../../vectors/index.ts';
import { onlyOptions, type StageOptions } from './options.ts';
import { VECTOR, vectorOf } from './user.ts';

/** The scorer `probability`: writes P(success), in (0, 1), for every candidate. It has no options. */
export function probabilityScorer(index: Index, curve: Platt, options: StageOptions): Scorer {
  onlyOptions('probability', options, []);
  return {
    name: 'probability',
    onFailure: 'closed',
    needs: [VECTOR],
    reads: [],
    writes: 'probability',
    score(context, { rows }) {
      return index.score(vectorOf(context), rows).map((affinity) => plattProbability(curve, affinity));
    },
    toJSON: () => ({ use: 'probability' }),
  };
}
