/** What does a hero slot filled by chance say of each title? Exposures and withheld titles as the rows of a trial. */

import { Holdout, type Policy, type Pool, RandomStream, rank } from '../index.ts';
import { visitorOf } from './billboard.ts';
import type { LiftWorld } from './lift-world.ts';

/** One row per title shown or withheld; columns run parallel. */
export interface BillboardTrial {
  readonly titles: Uint32Array;
  /** 1 where the title was shown, 0 where it was withheld. */
  readonly treatment: Uint8Array;
  /** 1 where it was played, in whatever way. */
  readonly outcomes: Float64Array;
  /** What each policy handed in scores the row, before anything came of it. */
  readonly scores: readonly Float64Array[];
}

/**
 * So many visits, each by a person of their own who is shown one open title by chance; all titles have the same chance of
 * being shown, and of being withheld. Cost: some 20 microseconds a visit.
 */
export function billboardTrial(
  world: LiftWorld,
  policies: readonly Policy[],
  { visits, share, seed }: { readonly visits: number; readonly share: number; readonly seed: number },
): BillboardTrial {
  const holdout = new Holdout({ experiment: `trial ${seed}`, share });
  const stream = (label: string) => new RandomStream(seed, `billboard-trial:${label}`);
  const [members, choices, plays] = [stream('members'), stream('choices'), stream('plays')];
  const rows: { title: number; shown: boolean; played: number }[] = [];
  const scores = policies.map(() => [] as number[]);
  for (let visit = 0; visit < visits; visit++) {
    const { member, pool, withheld } = visitorOf(world, holdout, members.below(world.members), visit);
    if (pool.rows.length === 0) continue;
    const entry = choices.below(pool.rows.length);
    const seen: Pool = {
      rows: Uint32Array.of(pool.rows[entry], ...withheld.rows),
      scores: Float32Array.of(pool.scores[entry], ...withheld.scores),
    };
    seen.rows.forEach((title, i) => {
      rows.push({ title, shown: i === 0, played: world.play(member, title, i === 0, plays) });
    });
    policies.forEach((policy, p) => {
      scores[p].push(...policy.score(seen));
    });
  }
  return {
    titles: Uint32Array.from(rows, ({ title }) => title),
    treatment: Uint8Array.from(rows, ({ shown }) => Number(shown)),
    outcomes: Float64Array.from(rows, ({ played }) => played),
    scores: scores.map((of) => Float64Array.from(of)),
  };
}

/** The share of members to whom a policy would show each title, if none were withheld. */
export function shownShares(world: LiftWorld, policy: Policy): Float64Array {
  const shares = new Float64Array(world.titles);
  for (let member = 0; member < world.members; member++) {
    const pool = world.pool(member);
    const [best] = rank(policy.score(pool), 1);
    shares[pool.rows[best]] += 1 / world.members;
  }
  return shares;
}
