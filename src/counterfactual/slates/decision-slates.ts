/** What would a target policy have shown in place of the logged slates? The decision log as columns of whole slates. */

import { unexpected } from '../../errors.ts';
import type { Policy, Pool } from '../../funnel/policy.ts';
import { RandomStream } from '../../numerics/random.ts';
import {
  type DecidedSlate,
  type DecisionTarget,
  type LeftOut,
  learn,
  poolOf,
  reasonToLeaveOut,
} from '../item/decision-choices.ts';
import type { LoggedSlates } from './logged-slates.ts';

/** A policy that says how likely each item of a slate is, given those before it; such as `PlackettLuce`. */
export interface ConditionalPolicy extends Policy {
  conditional(pool: Pool, picks: Uint32Array): Float64Array;
}

/** How a decision log is read. */
export interface DecisionSlatesOptions {
  /** The share of decisions, the first ones, that teach the target policy and are not judged, in [0, 1). @default 0 */
  readonly teach?: number;
  /** Posterior draws for propensities of the target that have no closed form. @default 64 */
  readonly draws?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** The columns, and what was left out of them. */
export interface DecisionSlates {
  /** Null where no decision is left. */
  readonly slates: LoggedSlates | null;
  /** Decisions that taught the target. */
  readonly taught: number;
  /** Decisions left out, by the first reason that applies. */
  readonly left: Readonly<Record<LeftOut, number>>;
}

/**
 * Whole slates of a decision log beside those of a target policy, for `evaluateSlates`.
 *
 * Marginal propensities are always there; conditional ones, which standard and reward-interaction IPS and cascade-DR need,
 * where every record has them and the target is no policy or a {@link ConditionalPolicy}. A record counts as in
 * `decisionChoices`, for all its places. Slates shorter than the longest are filled up. Cost: per decision one
 * `propensity` and one `conditional` of the target.
 *
 * @param decided in the order of settlement, of one snapshot if the target is a policy.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range.
 * @example
 * ```ts
 * const { slates, left } = decisionSlates([{ record, rewards: Float64Array.of(0, 1) }], 'uniform');
 * slates; // null
 * left.pending; // 1
 * ```
 */
export function decisionSlates(
  decided: Iterable<DecidedSlate>,
  target: DecisionTarget | ConditionalPolicy,
  { teach = 0, draws = 64, seed = 1 }: DecisionSlatesOptions = {},
): DecisionSlates {
  if (!(teach >= 0 && teach < 1)) throw unexpected('a share below 1', 'teach', teach);
  if (!(Number.isInteger(draws) && draws > 0)) throw unexpected('a whole number from 1', 'draws', draws);
  const left = { short: 0, degraded: 0, pending: 0, withoutPool: 0, outsidePool: 0, withoutContext: 0 };
  const usable: DecidedSlate[] = [];
  for (const slate of decided) {
    const why = reasonOf(slate, target);
    if (why === null) usable.push(slate);
    else left[why]++;
  }
  const taught = typeof target === 'string' ? 0 : Math.floor(teach * usable.length);
  if (typeof target !== 'string') for (const slate of usable.slice(0, taught)) learn(target, slate);
  const judged = usable.slice(taught);
  if (judged.length === 0) return { slates: null, taught, left };
  const slots = judged.reduce((most, { record }) => Math.max(most, record.shown.rows.length), 0);
  const wanted = judged.map((slate) => propensitiesOf(slate, target, draws, seed));
  const column = (fill: number, of: (i: number) => Float64Array): Float64Array => {
    const cells = new Float64Array(judged.length * slots).fill(fill);
    for (let i = 0; i < judged.length; i++) cells.set(of(i), i * slots);
    return cells;
  };
  const conditional = judged.map(({ record }) => record.shown.conditional);
  const both = conditional.every((own, i) => own !== undefined && wanted[i].conditional !== undefined);
  const none = new Float64Array(0);
  return {
    slates: {
      slots,
      rewards: column(0, (i) => judged[i].rewards),
      logging: {
        marginal: column(1, (i) => judged[i].record.shown.propensities),
        conditional: both ? column(1, (i) => conditional[i] ?? none) : undefined,
      },
      target: {
        marginal: column(1, (i) => wanted[i].marginal),
        conditional: both ? column(1, (i) => wanted[i].conditional ?? none) : undefined,
      },
    },
    taught,
    left,
  };
}

function reasonOf({ record, rewards }: DecidedSlate, target: DecisionTarget): LeftOut | null {
  const places = record.shown.rows.length;
  if (places === 0) return 'short';
  if (rewards.length !== places) throw unexpected(`${places} rewards`, 'rewards', rewards.length);
  for (let place = 0; place < places; place++) {
    const why = reasonToLeaveOut(record, target, place);
    if (why !== null) return why;
  }
  return null;
}

interface Propensities {
  readonly marginal: Float64Array;
  readonly conditional?: Float64Array;
}

function propensitiesOf(
  { record }: DecidedSlate,
  target: DecisionTarget | ConditionalPolicy,
  draws: number,
  seed: number,
): Propensities {
  const { shown, decisionId } = record;
  const pool = poolOf(record);
  if (target === 'logged' || pool === null) {
    return { marginal: shown.propensities, conditional: shown.conditional };
  }
  if (target === 'uniform') {
    const size = pool.rows.length;
    return {
      marginal: new Float64Array(shown.rows.length).fill(1 / size),
      conditional: Float64Array.from(shown.rows, (_, place) => 1 / (size - place)),
    };
  }
  const picks = Uint32Array.from(shown.rows, (row) => pool.rows.indexOf(row));
  const random = new RandomStream(seed, `${decisionId} off-policy`);
  // Estimates by draws may exceed 1 by chance.
  const marginal = target.propensity(pool, picks, random, draws).map((chance) => Math.min(chance, 1));
  return { marginal, conditional: 'conditional' in target ? target.conditional(pool, picks) : undefined };
}
