/** Is reasoning worth its price for this request? The rule, its gates, and the share that is decided by chance. */

import { unexpected } from '../../errors.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { Gain } from './gain-curve.ts';
import { GainModel } from './gain-model.ts';
import type { RouteReason } from './route-reason.ts';

/** What the router decides about: a better plan of the sentence, or a better order of the slate. */
export type RoutePurpose = 'plan' | 'rerank';

/** One request, as far as its price and its worth go. Money is in nano-dollars (1e-9 USD). */
export interface RouteRequest {
  readonly purpose: RoutePurpose;
  /** Draws are keyed by it: the same decision falls the same way anywhere. */
  readonly decisionId: string;
  readonly seed: number;
  /** The request in words; empty if there is none. */
  readonly text: string;
  /** What a gain of 1 in quality is worth, from 0. */
  readonly value: number;
  /** What the call is expected to cost, from 0; null where the price is unknown or stale. */
  readonly expectedCost: number | null;
  /** Price of a nano-dollar in worth, from 0: 1 at face value, more where the budget is short. */
  readonly lambda: number;
  /** How long the model takes, at its 95th percentile, with what follows it; milliseconds. */
  readonly latencyMs: number;
  /** Milliseconds until the deadline; may be negative. */
  readonly timeLeftMs: number;
  readonly breakerOpen: boolean;
  /** Whether the budget has room for the call at present; reserving it may still fail: see {@link refuseRoute}. */
  readonly affordable: boolean;
  /** True where the parser's plan says all that the sentence says; no other plan is then bought. */
  readonly simple: boolean;
}

/** What the router decided, for the decision record. */
export interface RouteDecision {
  readonly purpose: RoutePurpose;
  readonly buy: boolean;
  readonly reason: RouteReason;
  readonly gain: Gain;
  /** Expected cost in nano-dollars; null where it is unknown. */
  readonly cost: number | null;
  readonly lambda: number;
  /** Probability of the choice that was made; 1 where nothing was left to chance. */
  readonly propensity: number;
  /** Whether chance decided. */
  readonly explored: boolean;
  /** Version of the gain model. */
  readonly version: string;
}

/** How a {@link Router} is made. */
export interface RouterOptions {
  /** Predicts what a model's plan adds. @default GainModel.prior() */
  readonly plan?: GainModel;
  /** Predicts what a model's order of the slate adds. @default GainModel.prior() */
  readonly rerank?: GainModel;
  /** Share of open decisions that a fair coin decides; in [0, 1]. @default 0.02 */
  readonly exploration?: number;
}

/**
 * Decides for each request whether reasoning is bought: iff the price is known, the breaker closed, the latency fits the
 * time left, the budget has room, and value x lower gain > lambda x expected cost. Of the decisions that pass the gates a
 * share is left to a fair coin, with its propensity, so that outcomes of both choices are learned from.
 *
 * Pure and synchronous; some microseconds a decision. Reserving the money is the caller's, afterwards.
 *
 * @example
 * ```ts
 * const router = new Router();
 * const decision = router.decide(
 *   {
 *     ...{ purpose: 'plan', decisionId: 'a', seed: 1, text: 'comedies', simple: true, affordable: true },
 *     ...{ value: 2e6, expectedCost: 150_000, lambda: 1, latencyMs: 900, timeLeftMs: 2000, breakerOpen: false },
 *   },
 *   new Float64Array(ROUTE_FEATURES.length),
 * );
 * decision.reason; // 'simple-plan'
 * ```
 */
export class Router {
  readonly exploration: number;
  readonly #models: Readonly<Record<RoutePurpose, GainModel>>;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a share outside [0, 1]. */
  constructor({
    plan = GainModel.prior(),
    rerank = GainModel.prior(),
    exploration = 0.02,
  }: RouterOptions = {}) {
    if (!(exploration >= 0 && exploration <= 1))
      throw unexpected('a share from 0 to 1', 'exploration', exploration);
    this.exploration = exploration;
    this.#models = { plan, rerank };
  }

  /** The gain model of a purpose. */
  model(purpose: RoutePurpose): GainModel {
    const model = this.#models[purpose];
    if (!(model instanceof GainModel)) throw unexpected("'plan' or 'rerank'", 'purpose', purpose);
    return model;
  }

  /**
   * Decides one request.
   *
   * @param features of `routeFeatures`.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a value, cost, lambda or time that is none; ERR_SLUICE_DIMENSION_MISMATCH.
   */
  decide(request: RouteRequest, features: Float64Array): RouteDecision {
    const { purpose, expectedCost: cost, lambda } = request;
    const model = this.model(purpose);
    check(request);
    const gain = model.predict(features, request.text);
    const fixed = { purpose, gain, cost, lambda, version: model.version };
    const gate = closedGate(request);
    if (gate !== null || cost === null) {
      return { ...fixed, buy: false, reason: gate ?? 'price-unknown', propensity: 1, explored: false };
    }
    const worth = request.value * gain.low > lambda * cost;
    const random = new RandomStream(request.seed, `route:${purpose}:${request.decisionId}`);
    const explored = random.uniform() < this.exploration;
    const buy = explored ? random.uniform() < 0.5 : worth;
    const reason = explored ? 'explored' : worth ? 'gain-above-price' : 'gain-below-price';
    const propensity = buy === worth ? 1 - this.exploration / 2 : this.exploration / 2;
    return { ...fixed, buy, reason, propensity, explored };
  }
}

/**
 * The decision once it could not be carried out, or need not be: the reservation was refused (`budget`) or the answer
 * was in the cache. Nothing is bought, and the decision teaches nothing of chance.
 */
export function refuseRoute(decision: RouteDecision, reason: 'budget' | 'cache'): RouteDecision {
  return { ...decision, buy: false, reason, propensity: 1, explored: false };
}

/** The first reason for which chance is not asked; null if there is none. */
function closedGate(request: RouteRequest): RouteReason | null {
  if (request.purpose === 'plan' && request.simple) return 'simple-plan';
  if (request.expectedCost === null) return 'price-unknown';
  if (request.breakerOpen) return 'breaker-open';
  if (request.latencyMs > request.timeLeftMs) return 'deadline';
  return request.affordable ? null : 'budget';
}

function check({ value, expectedCost, lambda, latencyMs, timeLeftMs, seed }: RouteRequest): void {
  const finite = (name: string, x: number, least: number) => {
    if (!(x >= least && x < Number.POSITIVE_INFINITY)) throw unexpected(`a number from ${least}`, name, x);
  };
  finite('value', value, 0);
  if (expectedCost !== null) finite('expectedCost', expectedCost, 0);
  finite('lambda', lambda, 0);
  if (!(latencyMs >= 0)) throw unexpected('milliseconds from 0', 'latencyMs', latencyMs);
  if (Number.isNaN(timeLeftMs)) throw unexpected('milliseconds', 'timeLeftMs', timeLeftMs);
  if (!Number.isFinite(seed)) throw unexpected('a finite number', 'seed', seed);
}
