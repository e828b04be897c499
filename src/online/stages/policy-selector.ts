/** Which dozen is shown? A policy chooses from the best candidates. */

import type { Policy } from '../../funnel/policy.ts';
import type { Selector } from '../../funnel/stage.ts';
import { rank } from '../../numerics/rank.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';

/** A policy with the number of the last settlement that its state includes. */
export interface LearningPolicy {
  readonly policy: Policy;
  readonly stateSequence: number;
}

/**
 * The selector `policy`: hands the `pool` candidates of largest probability (default 256) to the engine's policy.
 * Candidates outside the pool have no chance of being shown, which keeps the cost and the importance weights bounded.
 */
export function policySelector(learning: LearningPolicy, options: StageOptions): Selector {
  onlyOptions('policy', options, ['pool']);
  const poolSize = wholeOption('policy', options, 'pool', 256);
  const { policy } = learning;
  return {
    name: 'policy',
    onFailure: 'closed',
    reads: ['probability'],
    policy: policy.name,
    explores: policy.explores,
    select(context, candidates) {
      const probability = candidates.column('probability');
      const best = rank(probability, poolSize);
      const pool = {
        rows: Uint32Array.from(best, (entry) => candidates.rows[entry]),
        scores: Float32Array.from(best, (entry) => probability[entry]),
      };
      const choice = policy.choose(pool, context.count, context.random('select'));
      return { pool, choice, stateSequence: learning.stateSequence };
    },
    toJSON: () => ({ use: 'policy', with: { pool: poolSize } }),
  };
}
