/** How many more plays does one policy cause than another? The log of a holdout as columns for off-policy estimators. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Policy, Pool } from '../../funnel/policy.ts';
import type { DecisionRecord } from '../../log/decision.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { LiftPosterior } from './lift-counts.ts';

/** A decision of the hero slot in which a holdout ran, and what was played after it, in whatever way. */
export interface IncrementalRound {
  readonly record: Pick<DecisionRecord, 'decisionId' | 'surface' | 'context' | 'pool' | 'shown' | 'withheld'>;
  /** 1 where the item in the first place was played, else 0. */
  readonly shownPlay: number;
  /** The same for each item of `record.withheld`. */
  readonly withheldPlays: ArrayLike<number>;
}

/** Columns as off-policy estimators of single choices read them, one entry per item shown or withheld. */
export interface IncrementalChoices {
  readonly rewards: Float64Array;
  readonly loggingPropensities: Float64Array;
  readonly targetPropensities: Float64Array;
  readonly model: { readonly taken: Float64Array; readonly expected: Float64Array };
}

/** What is compared, and with what help. */
export interface IncrementalDifferenceOptions {
  /** The policy whose gain is asked for, as it stands. */
  readonly policy: Policy;
  /** The policy that it is compared with, such as the one that shows what is most likely to be played. */
  readonly than: Policy;
  /** What is believed of lifts, learned from other rounds than these: an `IncrementalBillboard`. It lowers the variance. */
  readonly model?: { posterior(pool: Pool): LiftPosterior };
  /** Posterior draws for a propensity that has no closed form. @default 64 */
  readonly draws?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** Choices of a policy from which its expected lift is averaged. */
const EXPECTATION_DRAWS = 16;

/**
 * Columns whose inverse propensity score (`ips`, `dr`) is the difference in incremental plays per decision between two
 * policies, each run under the same holdout, in the first place of the slate.
 *
 * With h the known probability of withholding, a play of the item shown counts Y, with the propensity of the policy that
 * logged; a play of a withheld item counts -Y (1 - h) / h, with propensity 1, since nobody chose it: their means are
 * (1 - h) P(play | shown) and (1 - h) P(play | not shown) (the transformed outcome of Athey and Imbens 2016, one side
 * of it weighted by the policy). The sign of the difference of the two target propensities goes to the reward and its
 * size is the target propensity, so that one column holds both policies and the interval is that of the difference.
 * Self-normalised estimators do not apply, because these weights do not sum to one.
 *
 * Cost: per decision two `propensity` for the item shown and for each withheld, and up to 32 `choose`.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no rounds, a round without pool or holdout, columns of different lengths, or a
 * propensity that is still pending.
 */
export function incrementalDifference(
  rounds: readonly IncrementalRound[],
  { policy, than, model, draws = 64, seed = 1 }: IncrementalDifferenceOptions,
): IncrementalChoices {
  if (rounds.length === 0) throw unexpected('at least one round', 'rounds', 0);
  const events: { reward: number; logging: number; target: number; taken: number; expected: number }[] = [];
  for (const round of rounds) {
    const { record, shownPlay, withheldPlays } = round;
    const { pool, withheld } = parts(round);
    const random = new RandomStream(seed, `${record.decisionId} incremental`);
    const gain = (of: Pool, entry: number): number =>
      policy.propensity(of, Uint32Array.of(entry), random, draws)[0] -
      than.propensity(of, Uint32Array.of(entry), random, draws)[0];
    const entry = pool.rows.indexOf(record.shown.rows[0]);
    const difference = gain(pool, entry);
    const sign = Math.sign(difference);
    const believed = model?.posterior(pool);
    const expected =
      believed === undefined
        ? 0
        : meanOf(believed.mean, policy, pool, random) - meanOf(believed.mean, than, pool, random);
    events.push({
      reward: sign * (shownPlay - (believed?.notShown[entry] ?? 0)),
      logging: propensityOf(record.shown.propensities[0]),
      target: Math.abs(difference),
      taken: sign * (believed?.mean[entry] ?? 0),
      expected,
    });
    withheld.rows.forEach((row, i) => {
      const { pool: wider, entry: own } = withRow(pool, row, withheld.scores[i]);
      const other = gain(wider, own);
      const unshown = model?.posterior(wider).notShown[own] ?? 0;
      const weight = (1 - withheld.share) / withheld.share;
      events.push({
        reward: -Math.sign(other) * weight * (withheldPlays[i] - unshown),
        logging: 1,
        target: Math.abs(other),
        taken: 0,
        expected: 0,
      });
    });
  }
  // An estimator averages over events, and the value is per decision.
  const scale = events.length / rounds.length;
  return {
    rewards: Float64Array.from(events, ({ reward }) => scale * reward),
    loggingPropensities: Float64Array.from(events, ({ logging }) => logging),
    targetPropensities: Float64Array.from(events, ({ target }) => Math.min(target, 1)),
    model: {
      taken: Float64Array.from(events, ({ taken }) => scale * taken),
      expected: Float64Array.from(events, ({ expected }) => scale * expected),
    },
  };
}

function parts({ record, withheldPlays }: IncrementalRound) {
  const { pool, withheld, surface, context, shown } = record;
  if (pool === null || withheld === undefined) {
    throw unexpected('a decision with a pool in which a holdout ran', 'record', record.decisionId);
  }
  if (withheldPlays.length !== withheld.rows.length) {
    throw unexpected(`${withheld.rows.length} entries`, 'withheldPlays', withheldPlays.length);
  }
  if (!pool.rows.includes(shown.rows[0])) throw unexpected('an item of the pool', 'shown', shown.rows[0]);
  return { pool: { ...pool, surface, ...(context && { context }) }, withheld };
}

function propensityOf(propensity: number): number {
  if (propensity > 0 && propensity <= 1) return propensity;
  throw new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected the propensity of what was shown but received ${propensity}`,
    {
      remedy: 'Wait until the propensities that are pending have been completed, or leave such rounds out.',
    },
  );
}

/** What the lifts are where the policy chooses: their mean over its choices. */
function meanOf(lifts: Float64Array, policy: Policy, pool: Pool, random: RandomStream): number {
  const draws = policy.explores ? EXPECTATION_DRAWS : 1;
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += lifts[policy.choose(pool, 1, random).picks[0]];
  return sum / draws;
}

/** The pool with one more row at the place of its score. */
function withRow(pool: Pool, row: number, score: number): { pool: Pool; entry: number } {
  const { rows, scores } = pool;
  const below = scores.findIndex((other) => other < score);
  const entry = below < 0 ? rows.length : below;
  return {
    entry,
    pool: {
      ...pool,
      rows: Uint32Array.of(...rows.subarray(0, entry), row, ...rows.subarray(entry)),
      scores: Float32Array.of(...scores.subarray(0, entry), score, ...scores.subarray(entry)),
    },
  };
}
