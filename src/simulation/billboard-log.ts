/** Does the off-policy estimate of what a billboard gains hold? A log whose true difference is known. */

import {
  type Choice,
  EpsilonGreedy,
  type Estimate,
  type Estimator,
  Holdout,
  IncrementalBillboard,
  type IncrementalRound,
  incrementalDifference,
  type LoggedChoices,
  NO_PLACE,
  type Policy,
  type PolicyState,
  type Pool,
  RandomStream,
} from '../index.ts';
import { runBillboard, visitorOf } from './billboard.ts';
import type { LiftWorld } from './lift-world.ts';

/** The policy that shows what is most likely to be played: the largest P(play | shown) as a perfect scorer gives it. */
export function mostLikely(titles: number): Policy {
  const policy = new EpsilonGreedy({ arms: titles, epsilon: 0 });
  // What it is given is exact: outcomes could only add noise.
  return Object.assign(policy, { update: () => {} });
}

/** Two policies on even shares of the visits, and a share of them at random: an A/B test in one slot. */
class EvenShares implements Policy {
  readonly name = 'even-shares@1';
  readonly explores = true;
  readonly #policies: readonly [Policy, Policy];
  readonly #floor: number;

  constructor(policies: readonly [Policy, Policy], floor: number) {
    this.#policies = policies;
    this.#floor = floor;
  }

  score(pool: Pool): Float64Array {
    return this.#policies[0].score(pool);
  }

  choose(pool: Pool, _size: number, random: RandomStream): Choice {
    const [share, entry] = [random.uniform(), random.below(pool.rows.length)];
    const policy = this.#policies[random.below(2)];
    const picks = share < this.#floor ? Uint32Array.of(entry) : policy.choose(pool, 1, random).picks;
    const propensities = this.propensity(pool, picks, random);
    return { picks, propensities, estimate: () => propensities };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream): Float64Array {
    const [a, b] = this.#policies.map((policy) => policy.propensity(pool, picks, random, 1)[0]);
    return Float64Array.of((1 - this.#floor) * 0.5 * (a + b) + this.#floor / pool.rows.length);
  }

  update(): void {}

  snapshot(): PolicyState {
    return {};
  }

  restore(): void {}
}

/** What is simulated. */
export interface BillboardLogOptions {
  readonly world: LiftWorld;
  /** Visits from which the incremental policy learns before it is judged. */
  readonly taught: number;
  /** Visits of the log, each by a person of their own. */
  readonly visits: number;
  readonly estimator: Estimator<LoggedChoices>;
  /** @default 0.05 */
  readonly share?: number;
  readonly seed: number;
}

/** The difference in incremental plays per visit between the incremental and the most likely policy. */
export interface BillboardDifference {
  /** From the world, exactly. */
  readonly truth: number;
  /** From the log. */
  readonly estimate: Estimate;
}

/**
 * Judges the incremental policy against the most likely one by the log of an even split of both with a tenth of the
 * visits at random, under a holdout. Cost: some 60 microseconds a visit.
 */
export function billboardDifference(options: BillboardLogOptions): BillboardDifference {
  const { world, taught, visits, estimator, share = 0.05, seed } = options;
  const { titles } = world;
  const incremental = taughtPolicy(options, share);
  const plain = mostLikely(titles);
  const logging = new EvenShares([incremental, plain], 0.1);
  const holdout = new Holdout({ experiment: `log ${seed}`, share });
  const members = new RandomStream(seed, 'billboard-log:members');
  const choices = new RandomStream(seed, 'billboard-log:choices');
  const plays = new RandomStream(seed, 'billboard-log:plays');
  const rounds = Array.from({ length: visits }, (_, visit): IncrementalRound => {
    const member = members.below(world.members);
    const { pool, withheld } = visitorOf(world, holdout, member, taught + visit);
    const hidden = { share, ...withheld, places: new Uint32Array(withheld.rows.length).fill(NO_PLACE) };
    const { picks, propensities } = logging.choose(pool, 1, choices);
    const shown = {
      rows: pool.rows.slice(picks[0], picks[0] + 1),
      scores: pool.scores.slice(picks[0], picks[0] + 1),
      propensities: propensities as Float64Array,
    };
    return {
      record: { decisionId: `${visit}`, surface: 'billboard', context: null, pool, shown, withheld: hidden },
      shownPlay: world.play(member, shown.rows[0], true, plays),
      withheldPlays: Float64Array.from(hidden.rows, (title) => world.play(member, title, false, plays)),
    };
  });
  const columns = incrementalDifference(rounds, {
    policy: incremental,
    than: plain,
    model: incremental,
    seed,
  });
  const truth = gainOf(world, incremental, share) - gainOf(world, plain, share);
  return { truth, estimate: estimator.estimate(columns) };
}

/** An incremental policy that has learned from so many visits, and now shows the largest lift that it knows of. */
function taughtPolicy({ world, taught, seed }: BillboardLogOptions, share: number): IncrementalBillboard {
  const { titles } = world;
  const learner = new IncrementalBillboard({ arms: titles });
  runBillboard(world, learner, { visits: taught, share, seed });
  const greedy = new IncrementalBillboard({ arms: titles, exploration: 'greedy', floor: 0 });
  greedy.restore(learner.snapshot());
  return greedy;
}

/** Incremental plays per visit of a policy that shows the title of largest score, over all members and coins. */
function gainOf(world: LiftWorld, policy: Policy, share: number): number {
  let value = 0;
  for (let member = 0; member < world.members; member++) {
    const pool = world.pool(member);
    const scores = policy.score(pool);
    const order = Array.from(pool.rows).sort((a, b) => scores[b] - scores[a]);
    // The k-th best is shown when it is open and those before it are withheld.
    order.forEach((title, k) => {
      value += ((1 - share) * share ** k * world.lift(member, title)) / world.members;
    });
  }
  return value;
}
