/** What does a billboard policy gain? Incremental plays of a policy in a world of known lift, with a holdout. */

import { unexpected } from '../errors.ts';
import { bootstrap, Holdout, type Interval, type Policy, type Pool, RandomStream, rank } from '../index.ts';
import type { LiftWorld } from './lift-world.ts';

/** What a holdout leaves of the titles for one person. */
export interface Visitor {
  readonly member: number;
  /** What a policy chooses from: the titles that are not withheld, by P(play | shown). */
  readonly pool: Pool;
  /** The others, with theirs. */
  readonly withheld: Pool;
}

/** A member as the person of a number, by which the holdout draws. */
export function visitorOf(world: LiftWorld, holdout: Holdout, member: number, person: number): Visitor {
  const { rows, scores } = world.pool(member);
  const withholds = holdout.of(person, 'billboard');
  const open = new Set(rows);
  for (const title of rows) if (withholds(`title-${title}`)) open.delete(title);
  const part = (titles: Uint32Array): Pool => ({
    rows: titles,
    scores: Float32Array.from(titles, (title) => scores[title]),
  });
  return {
    member,
    pool: part(rank(scores, world.titles, open)),
    withheld: part(rows.filter((title) => !open.has(title))),
  };
}

/** What is simulated. */
export interface BillboardOptions {
  /** Makes the world of a seed. */
  readonly world: (seed: number) => LiftWorld;
  /** Makes a fresh policy over so many titles; called once per seed. */
  readonly policy: (titles: number) => Policy;
  /** Visits of the hero slot; at least 1. */
  readonly visits: number;
  /** Independent repetitions, with seeds 1 to `seeds`; at least 1. */
  readonly seeds: number;
  /** Share of titles withheld from each member. @default 0.05 */
  readonly share?: number;
  /** Called after each seed with the share of seeds that are done. */
  readonly onProgress?: (share: number) => void;
}

/** What a policy gained: means over seeds with 95 % bootstrap intervals, and each seed's own. */
export interface BillboardGain {
  /** Incremental plays per visit: the true lift of what was shown. */
  readonly incremental: Interval;
  /** Plays per visit of what was shown: its true P(play | shown). */
  readonly plays: Interval;
  readonly bySeed: Float64Array;
  readonly simulated: true;
}

/**
 * Runs a policy on the hero slot while it learns: after every visit whether the title shown was played, and for an
 * incremental policy whether those withheld were. Gains are expected values from the truth, not plays drawn. Cost: some
 * 5 microseconds a visit.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a count below 1.
 */
export function simulateBillboard(options: BillboardOptions): BillboardGain {
  const { visits, seeds, share = 0.05, onProgress } = options;
  for (const [name, value] of Object.entries({ visits, seeds })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) throw unexpected('a whole number from 1', name, value);
  }
  const incremental = new Float64Array(seeds);
  const plays = new Float64Array(seeds);
  for (let seed = 1; seed <= seeds; seed++) {
    const world = options.world(seed);
    const ran = runBillboard(world, options.policy(world.titles), { visits, share, seed });
    incremental[seed - 1] = ran.incremental;
    plays[seed - 1] = ran.plays;
    onProgress?.(seed / seeds);
  }
  return {
    incremental: bootstrap(incremental),
    plays: bootstrap(plays),
    bySeed: incremental,
    simulated: true,
  };
}

/** Runs a policy, which learns, for so many visits; what it gained per visit, from the truth. */
export function runBillboard(
  world: LiftWorld,
  policy: Policy,
  { visits, share, seed }: { readonly visits: number; readonly share: number; readonly seed: number },
): { incremental: number; plays: number } {
  const holdout = new Holdout({ experiment: `simulated ${seed}`, share });
  const visitors = new Map<number, Visitor>();
  const stream = (label: string) => new RandomStream(seed, `billboard:${label}`);
  const [members, choices, outcomes] = [stream('members'), stream('choices'), stream('plays')];
  let incremental = 0;
  let plays = 0;
  for (let visit = 0; visit < visits; visit++) {
    const member = members.below(world.members);
    const visitor = visitors.get(member) ?? visitorOf(world, holdout, member, member);
    visitors.set(member, visitor);
    const { picks } = policy.choose(visitor.pool, 1, choices);
    const title = visitor.pool.rows[picks[0]];
    incremental += world.lift(member, title) / visits;
    plays += world.playProbability(member, title) / visits;
    learn(policy, world, visitor, picks[0], outcomes);
  }
  return { incremental, plays };
}

/** Teaches a policy what came of a visit. */
function learn(
  policy: Policy,
  world: LiftWorld,
  { member, pool, withheld }: Visitor,
  shown: number,
  random: RandomStream,
): void {
  const controls = policy.incremental === true ? withheld.rows.length : 0;
  const rows = new Uint32Array(1 + controls);
  const scores = new Float32Array(1 + controls);
  const rewards = new Float64Array(1 + controls);
  const exposed = new Uint8Array(1 + controls);
  exposed[0] = 1;
  for (let i = 0; i <= controls; i++) {
    const [from, entry] = i === 0 ? [pool, shown] : [withheld, i - 1];
    rows[i] = from.rows[entry];
    scores[i] = from.scores[entry];
    rewards[i] = world.play(member, rows[i], i === 0, random);
  }
  policy.update({ rows, scores, rewards, ...(policy.incremental && { exposed }) });
}
