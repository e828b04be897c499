/** Which dozen is shown? A policy chooses from the best candidates. */

import { SluiceError } from '../../errors.ts';
import type { RequestContext } from '../../funnel/context.ts';
import type { Policy, Pool } from '../../funnel/policy.ts';
import type { Selector } from '../../funnel/stage.ts';
import { rank } from '../../numerics/rank.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';
import { VECTOR } from './user.ts';

/** A policy with the number of the last settlement that its state includes. */
export interface LearningPolicy {
  readonly policy: Policy;
  readonly stateSequence: number;
}

/**
 * The selector `policy`: hands the `pool` candidates of largest probability (default 256, but at least twice the items
 * wanted, so that every place can explore) to the engine's policy. Candidates outside the pool have no chance of being
 * shown, which keeps the cost and the importance weights bounded.
 *
 * The vector of the person, where a query hydrator wrote one, is the policy's context.
 *
 * Fails for probabilities outside (0, 1) and for a vector that is not finite: no policy could learn from the slate, nor
 * its propensities be completed.
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
      const stray = probability.find((p) => !(p > 0 && p < 1));
      if (stray !== undefined) {
        throw new SluiceError(
          'ERR_SLUICE_NON_FINITE',
          `Expected probabilities between 0 and 1 in column "probability" but received ${stray}`,
          { remedy: 'Correct the scorer that writes the column, or keep its values away from 0 and 1.' },
        );
      }
      const best = rank(probability, Math.max(poolSize, 2 * context.count));
      const pool: Pool = {
        rows: Uint32Array.from(best, (entry) => candidates.rows[entry]),
        scores: Float32Array.from(best, (entry) => probability[entry]),
        surface: context.surface,
        ...contextOf(context),
      };
      const choice = policy.choose(pool, context.count, context.random('select'));
      return { pool, choice, stateSequence: learning.stateSequence };
    },
    toJSON: () => ({ use: 'policy', with: { pool: poolSize } }),
  };
}

function contextOf({ query }: RequestContext): Pick<Pool, 'context'> {
  const context = query.get(VECTOR);
  if (!(context instanceof Float32Array)) return {};
  if (context.every(Number.isFinite)) return { context };
  throw new SluiceError('ERR_SLUICE_NON_FINITE', `Expected finite numbers for "${VECTOR}" of the person`, {
    remedy: 'Correct the query hydrator that writes it.',
  });
}
