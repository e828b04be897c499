/** What would a target policy have shown at a place of the logged slates? The decision log as columns. */

import { unexpected } from '../../errors.ts';
import type { Policy, Pool } from '../../funnel/policy.ts';
import type { DecisionRecord } from '../../log/decision.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { LoggedChoices } from '../logged-choices.ts';
import { crossFitRewards } from '../rewards/cross-fit.ts';

/** A decision whose outcome is settled. */
export interface DecidedSlate {
  readonly record: DecisionRecord;
  /** One reward per item shown. */
  readonly rewards: Float64Array;
}

/** A policy over rows of the records' snapshot; one that draws evenly from the pool; or the one that logged. */
export type DecisionTarget = Policy | 'uniform' | 'logged';

/** How a decision log is read. */
export interface DecisionChoicesOptions {
  /** The place judged, from 0. @default 0 */
  readonly place?: number;
  /** The share of decisions, the first ones, that teach the target policy and are not judged, in [0, 1). @default 0 */
  readonly teach?: number;
  /** Posterior draws for a propensity of the target that has no closed form. @default 64 */
  readonly draws?: number;
  /** Seed of draws and folds. @default 1 */
  readonly seed?: number;
}

/** Why a decision cannot be judged by. */
export type LeftOut = 'short' | 'degraded' | 'pending' | 'withoutPool' | 'outsidePool' | 'withoutContext';

/** The columns, and what was left out of them. */
export interface DecisionChoices {
  /** Null where no decision is left, or fewer than a reward model can be fitted on. */
  readonly choices: LoggedChoices | null;
  /** Decisions that taught the target. */
  readonly taught: number;
  /** Decisions left out, by the first reason that applies. */
  readonly left: Readonly<Record<LeftOut, number>>;
}

/** Choices of the target from which its expected reward is averaged. */
const EXPECTATION_DRAWS = 16;
const LEAST_ROUNDS = 3;
/** Stands for the pick of a target whose slate does not reach the place, which earns nothing there. */
const NOTHING = 2 ** 32 - 1;

interface Round {
  readonly pool: Pool;
  readonly taken: number;
  readonly reward: number;
  readonly logging: number;
  readonly target: number;
  /** Indexes into the pool whose mean prediction is the target's; null for the whole pool. */
  readonly draws: Uint32Array | null;
}

/**
 * The choices of one place in a decision log beside those of a target policy, with a cross-fitted reward model: a
 * logistic regression on the logarithm of the odds that the scorers saw.
 *
 * One place is judged at a time, since places of one slate are not independent. The reward is that of the item at the
 * place. A record counts when its slate reaches the place, no deadline cut it short, its propensities are there, and,
 * for any target but `logged`, its pool was logged and holds the item shown, and its context for a contextual policy.
 *
 * Cost: per decision one `propensity` and 16 `choose` of the target; its state is taught but not put back.
 *
 * @param decided in the order of settlement, of one snapshot if the target is a policy.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range.
 * @example
 * ```ts
 * const target = new EpsilonGreedy({ arms: 9, epsilon: 0.2 });
 * const { choices: judged, left } = decisionChoices([{ record, rewards: Float64Array.of(0, 1, 0) }], target);
 * judged; // null
 * left.pending; // 1
 * ```
 */
export function decisionChoices(
  decided: Iterable<DecidedSlate>,
  target: DecisionTarget,
  { place = 0, teach = 0, draws = 64, seed = 1 }: DecisionChoicesOptions = {},
): DecisionChoices {
  if (!(Number.isInteger(place) && place >= 0)) throw unexpected('a whole number from 0', 'place', place);
  if (!(teach >= 0 && teach < 1)) throw unexpected('a share below 1', 'teach', teach);
  if (!(Number.isInteger(draws) && draws > 0)) throw unexpected('a whole number from 1', 'draws', draws);
  const left = { short: 0, degraded: 0, pending: 0, withoutPool: 0, outsidePool: 0, withoutContext: 0 };
  const usable: DecidedSlate[] = [];
  for (const slate of decided) {
    const why = reasonToLeaveOut(slate.record, target, place);
    if (why !== null) {
      left[why]++;
      continue;
    }
    const places = slate.record.shown.rows.length;
    if (slate.rewards.length !== places) {
      throw unexpected(`${places} rewards`, 'rewards', slate.rewards.length);
    }
    usable.push(slate);
  }
  const taught = typeof target === 'string' ? 0 : Math.floor(teach * usable.length);
  if (typeof target !== 'string') for (const slate of usable.slice(0, taught)) learn(target, slate);
  const rounds = usable.slice(taught).map((slate) => roundOf(slate, target, place, draws, seed));
  return { choices: rounds.length < LEAST_ROUNDS ? null : columns(rounds, seed), taught, left };
}

/** Why the place of this record cannot be judged by; null where it can. @internal */
export function reasonToLeaveOut(
  { shown, degraded, pool, context }: DecisionRecord,
  target: DecisionTarget,
  place: number,
): LeftOut | null {
  if (place >= shown.rows.length) return 'short';
  const score = shown.scores[place];
  if (degraded || !(score > 0 && score < 1)) return 'degraded';
  if (!(shown.propensities[place] > 0)) return 'pending';
  if (target === 'logged') return null;
  if (pool === null) return 'withoutPool';
  const within = target === 'uniform' ? shown.rows.subarray(place, place + 1) : shown.rows;
  if (!within.every((row) => pool.rows.includes(row))) return 'outsidePool';
  if (target !== 'uniform' && target.contextual === true && !context) return 'withoutContext';
  return null;
}

/** What a target policy chooses from; null where it was not logged. @internal */
export function poolOf({ pool, surface, context }: DecisionRecord): Pool | null {
  return pool && { ...pool, surface, ...(context && { context }) };
}

/** Teaches a decision to a policy. @internal */
export function learn(policy: Policy, { record, rewards }: DecidedSlate): void {
  const { shown, context } = record;
  policy.update({ rows: shown.rows, scores: shown.scores, rewards, ...(context && { context }) });
}

function roundOf(
  { record, rewards }: DecidedSlate,
  target: DecisionTarget,
  place: number,
  draws: number,
  seed: number,
): Round {
  const { shown, decisionId } = record;
  const logging = shown.propensities[place];
  const pool = poolOf(record);
  const reward = rewards[place];
  if (target === 'logged' || pool === null) {
    const seen = { rows: shown.rows, scores: shown.scores };
    return { pool: seen, taken: place, reward, logging, target: logging, draws: Uint32Array.of(place) };
  }
  const taken = pool.rows.indexOf(shown.rows[place]);
  if (target === 'uniform')
    return { pool, taken, reward, logging, target: 1 / pool.rows.length, draws: null };
  const picks = Uint32Array.from(shown.rows, (row) => pool.rows.indexOf(row));
  const random = new RandomStream(seed, `${decisionId} off-policy`);
  const propensity = target.propensity(pool, picks, random, draws)[place];
  // To ask is not to show: what such a choice spends is given back.
  const state = target.spends === true ? target.snapshot() : null;
  const drawn = Uint32Array.from({ length: target.explores ? EXPECTATION_DRAWS : 1 }, () => {
    const pick = target.choose(pool, picks.length, random).picks[place] ?? NOTHING;
    if (state !== null) target.restore(state);
    return pick;
  });
  return { pool, taken, reward, logging, target: Math.min(propensity, 1), draws: drawn };
}

function columns(rounds: readonly Round[], seed: number): LoggedChoices {
  const rewards = Float64Array.from(rounds, ({ reward }) => reward);
  const model = crossFitRewards({
    rewards,
    actions: Uint32Array.from(rounds, ({ taken }) => taken),
    features: {
      dimension: 1,
      write(round, entry, into) {
        const score = rounds[round].pool.scores[entry];
        into[0] = Math.log(score / (1 - score));
      },
    },
    expect(round, q) {
      const { pool, draws } = rounds[round];
      const count = draws === null ? pool.rows.length : draws.length;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const entry = draws === null ? i : draws[i];
        if (entry !== NOTHING) sum += q(entry);
      }
      return sum / count;
    },
    seed,
  });
  return {
    rewards,
    loggingPropensities: Float64Array.from(rounds, ({ logging }) => logging),
    targetPropensities: Float64Array.from(rounds, ({ target }) => target),
    model,
  };
}
