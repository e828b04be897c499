/** How do a model and a rule make a policy? The rule chooses by what the model believes, and a floor is mixed in. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkColumns, checkFloor, checkOutcomes, checkPicks, checkSize } from '../checks.ts';
import { exactChoice } from '../exact-choice.ts';
import { choiceAround, mixFloor } from '../floor.ts';
import { possible } from '../least-propensity.ts';
import { checkFinite, type Inputs } from './arm-vectors.ts';
import { expectedReward, type Link, learnReward } from './link.ts';
import type { ContextualModel } from './model.ts';
import { certain, floored, type Rule, type SlateDistribution } from './rule.ts';

/** What every contextual policy can be told. */
export interface ContextualOptions {
  /** The model, of this policy alone; closed with it. */
  readonly model: ContextualModel;
  /** Probability that a place goes to a uniformly drawn entry, in [0, 1). Bounds importance weights. @default 0.02 */
  readonly floor?: number;
  /** Lowest and highest reward that is learned from; finite. @default [0, 1] */
  readonly rewards?: readonly [low: number, high: number];
}

/** What makes one a policy of its own. */
export interface ContextualParts {
  /** Name and version. */
  readonly name: string;
  readonly rule: Rule;
  /** @default 'identity' */
  readonly link?: Link;
}

/** Sums of products with f32 vectors stay finite below it. */
const LARGEST_REWARD = 1e90;

/**
 * A policy over arms with vectors, contexts or features, of a {@link ContextualModel} and a {@link Rule}.
 *
 * Feedback carries the context or features of its decision, so that it may come late, in batches and, where nothing
 * is forgotten and the link is the identity, in any order. Every set of kernels makes the same choices.
 */
export class ContextualPolicy implements Policy {
  readonly name: string;
  readonly explores: boolean;
  readonly contextual: boolean;
  readonly #model: ContextualModel;
  readonly #rule: Rule;
  readonly #link: Link;
  readonly #floor: number;
  readonly #rewards: readonly [number, number];
  #observations = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor(
    { model, floor = 0.02, rewards = [0, 1] }: ContextualOptions,
    { name, rule, link = 'identity' }: ContextualParts,
  ) {
    if (typeof (model as ContextualModel | undefined)?.inputs !== 'function') {
      throw unexpected('a model, such as a SharedModel,', 'model', model);
    }
    checkFloor(floor);
    const [low, high] = rewards;
    if (!(low >= -LARGEST_REWARD && high <= LARGEST_REWARD && low < high)) {
      throw unexpected('a lowest and a larger highest reward, finite', 'rewards', rewards.join(' and '));
    }
    if (link === 'logistic' && !(low >= 0 && high <= 1)) {
      throw unexpected('a range within [0, 1] under a logistic link', 'rewards', rewards.join(' and '));
    }
    this.#model = model;
    this.#rule = rule;
    this.#link = link;
    this.#floor = floor;
    this.#rewards = rewards;
    this.contextual = model.contextual;
    this.explores = rule.explores || floor > 0;
    this.name = `${name} ${JSON.stringify({ rule: rule.name, link, floor, rewards })} ${model.name}`;
  }

  score(pool: Pool): Float64Array {
    return this.#expected(this.#inputs(pool));
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const n = pool.rows.length;
    const floor = this.#floor;
    const slates = this.#slates(pool, Math.min(size, n));
    if (slates.certain) return choiceAround(slates.certain, n, floor, random);
    const picks = mixFloor(slates.draw(random), n, floor, random);
    const chances = slates.chances(picks);
    const propensities = (stream: RandomStream, draws: number) => floored(chances(stream, draws), n, floor);
    if (slates.exact) {
      const exact = propensities(random, 0);
      const alone = picks.length === 1 || (slates.independent && floor === 0);
      return exactChoice(picks, exact, alone ? exact : undefined);
    }
    return {
      picks,
      propensities: null,
      estimate: (stream, draws) => possible(propensities(stream, draws)),
      get deferred() {
        return { use: 'contextual-thompson', with: { ...slates.data?.(), picks, floor } };
      },
    };
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for picks that are no slate of this pool. */
  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    const n = pool.rows.length;
    checkPicks(picks, n);
    const slates = this.#slates(pool, picks.length);
    const propensities = floored(slates.chances(picks)(random, draws), n, this.#floor);
    return slates.exact ? propensities : possible(propensities);
  }

  /**
   * Learns from outcomes, in their order.
   *
   * @throws ERR_SLUICE_NON_FINITE for a reward outside the range or vectors that are not finite,
   * ERR_SLUICE_INVALID_ARGUMENT for a row that is no arm, columns of different lengths or a missing context,
   * ERR_SLUICE_DIMENSION_MISMATCH. Nothing is learned then.
   */
  update(feedback: Feedback): void {
    const { rows, rewards } = feedback;
    const vectors = this.#check(feedback);
    for (let i = 0; i < rows.length; i++) {
      learnReward(this.#model, this.#link, rows[i], vectors[i], rewards[i]);
      this.#observations++;
    }
  }

  snapshot(): PolicyState {
    return { ...this.#model.snapshot(), observations: Float64Array.of(this.#observations) };
  }

  restore(state: PolicyState): void {
    const { observations, ...model } = state;
    if (observations?.length !== 1 || !(Number.isSafeInteger(observations[0]) && observations[0] >= 0)) {
      throw unexpected('the state of a contextual policy', 'state.observations', observations);
    }
    this.#model.restore(model);
    this.#observations = observations[0];
  }

  /** Adds arms after the last: their vectors, or how many where arms have none. They begin as the prior has it. */
  append(added: Float32Array | number): void {
    this.#model.append(added);
  }

  /** Frees what the kernels hold. Idempotent. */
  close(): void {
    this.#model.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #expected(inputs: Inputs): Float64Array {
    const means = this.#model.belief(inputs).means();
    return this.#link === 'identity' ? means : means.map((mean) => expectedReward(this.#link, mean));
  }

  #inputs(pool: Pool): Inputs {
    checkColumns(pool);
    return this.#model.inputs(pool);
  }

  #slates(pool: Pool, size: number): SlateDistribution {
    if (size === 0) return certain(new Uint32Array(0));
    const inputs = this.#inputs(pool);
    return this.#rule.slates({
      belief: this.#model.belief(inputs),
      size,
      kernels: this.#model.kernels,
      observations: this.#observations,
      expected: () => this.#expected(inputs),
    });
  }

  /** The vector of each outcome, once everything is found in order. */
  #check(feedback: Feedback): Float32Array[] {
    checkOutcomes(feedback, ...this.#rewards, ', or name their range by `rewards: [low, high]`');
    const inputs = this.#model.inputs(feedback);
    return Array.from(feedback.rows, (_, i) => {
      const vector = new Float32Array(this.#model.dimension);
      this.#model.read(inputs, i, vector);
      checkFinite(`the vector of rows[${i}]`, vector);
      return vector;
    });
  }
}
