/** Which dozen is shown? A policy chooses from the best candidates. */

import type { Catalog } from '../../catalog/catalog.ts';
import { SluiceError } from '../../errors.ts';
import type { Candidates } from '../../funnel/candidates.ts';
import type { RequestContext } from '../../funnel/context.ts';
import type { Policy, Pool } from '../../funnel/policy.ts';
import type { Selection, Selector } from '../../funnel/stage.ts';
import type { Holdout } from '../../incrementality/holdout/holdout.ts';
import { withheldFrom } from '../../incrementality/holdout/withheld.ts';
import { rank } from '../../numerics/rank.ts';
import { Bitset } from '../../vectors/bitset.ts';
import { holdoutOption } from './holdout-option.ts';
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
 * With the option `holdout` (`experiment`, `share`, `surfaces`, `from`, `to`: as {@link Holdout}) withheld items are
 * not shown, and those that would have been are logged with their place.
 *
 * Fails for probabilities outside (0, 1) and for a vector that is not finite: no policy could learn from the slate, nor
 * its propensities be completed.
 */
export function policySelector(
  learning: LearningPolicy,
  catalog: Pick<Catalog, 'idOf'>,
  options: StageOptions,
): Selector {
  onlyOptions('policy', options, ['pool', 'holdout']);
  const poolSize = wholeOption('policy', options, 'pool', 256);
  const holdout = holdoutOption('policy', options['holdout']);
  const { policy } = learning;
  return {
    name: 'policy',
    onFailure: 'closed',
    reads: ['probability'],
    policy: policy.name,
    explores: policy.explores,
    ...(holdout && {
      open: (context, { rows }) => Uint32Array.from(openOf(holdout, context, rows, catalog)),
    }),
    select(context, candidates): Selection {
      const scores = probabilitiesOf(candidates);
      const { rows } = candidates;
      const most = Math.max(poolSize, 2 * context.count);
      const poolOf = (entries: Uint32Array): Pool => ({
        rows: Uint32Array.from(entries, (entry) => rows[entry]),
        scores: Float32Array.from(entries, (entry) => scores[entry]),
        surface: context.surface,
        ...contextOf(context),
      });
      const random = () => context.random('select');
      const { stateSequence } = learning;
      if (!holdout?.runs(context.surface, context.time)) {
        const pool = poolOf(rank(scores, most));
        return { pool, choice: policy.choose(pool, context.count, random()), stateSequence };
      }
      const open = openOf(holdout, context, rows, catalog);
      const best = rank(scores, most, open);
      const { experiment, share } = holdout;
      const hidden = Uint32Array.from(rows.keys()).filter((entry) => !open.has(entry));
      const size = context.count;
      const withheld = withheldFrom({
        policy,
        scores,
        open: best,
        withheld: hidden,
        most,
        size,
        share,
        poolOf,
        random,
      });
      const pool = poolOf(best);
      const choice = policy.choose(pool, size, random());
      return { pool, choice, stateSequence, holdout: { experiment, withheld } };
    },
    toJSON: () => ({
      use: 'policy',
      with: { pool: poolSize, ...(holdout !== null && { holdout: options['holdout'] }) },
    }),
  };
}

function probabilitiesOf(candidates: Candidates): Float32Array {
  const probability = candidates.column('probability');
  const stray = probability.find((p) => !(p > 0 && p < 1));
  if (stray === undefined) return probability;
  throw new SluiceError(
    'ERR_SLUICE_NON_FINITE',
    `Expected probabilities between 0 and 1 in column "probability" but received ${stray}`,
    { remedy: 'Correct the scorer that writes the column, or keep its values away from 0 and 1.' },
  );
}

/** Entries that may be shown: all that the experiment, if it runs, does not withhold. */
function openOf(
  holdout: Holdout,
  { userNumber, surface, time }: RequestContext,
  rows: Uint32Array,
  catalog: Pick<Catalog, 'idOf'>,
): Bitset {
  const open = Bitset.full(rows.length);
  if (!holdout.runs(surface, time)) return open;
  const withholds = holdout.of(userNumber, surface);
  for (let entry = 0; entry < rows.length; entry++) {
    if (withholds(catalog.idOf(rows[entry]))) open.delete(entry);
  }
  return open;
}

function contextOf({ query }: RequestContext): Pick<Pool, 'context'> {
  const context = query.get(VECTOR);
  if (!(context instanceof Float32Array)) return {};
  if (context.every(Number.isFinite)) return { context };
  throw new SluiceError('ERR_SLUICE_NON_FINITE', `Expected finite numbers for "${VECTOR}" of the person`, {
    remedy: 'Correct the query hydrator that writes it.',
  });
}
