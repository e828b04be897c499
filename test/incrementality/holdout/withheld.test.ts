import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BetaThompson,
  BlockedArms,
  EpsilonGreedy,
  ExplorationBudget,
  NO_PLACE,
  type Policy,
  RandomStream,
  rank,
  type Withholding,
  withheldFrom,
} from '../../../src/index.ts';

/** A request over candidates of these scores, of which some are withheld. */
const request = (
  policy: Policy,
  scores: Float32Array,
  withheld: Iterable<number>,
  { most = 8, size = 2, key = 'request' } = {},
): Withholding => {
  const kept = new Set(withheld);
  return {
    policy,
    scores,
    open: rank(scores, most, { has: (entry) => !kept.has(entry) }),
    withheld: Uint32Array.from(kept),
    most,
    size,
    share: 0.1,
    poolOf: (entries) => ({ rows: entries.slice(), scores: Float32Array.from(entries, (e) => scores[e]) }),
    random: () => new RandomStream(3, key),
  };
};

/** What has a place. */
const ghosts = (asked: Withholding) => {
  const { rows, places } = withheldFrom(asked);
  const kept = (_: number, i: number) => places[i] !== NO_PLACE;
  return { rows: rows.filter(kept), places: places.filter(kept) };
};

/** What is shown where these are withheld. */
const shown = (asked: Withholding) => {
  const pool = asked.poolOf(asked.open);
  return Array.from(asked.policy.choose(pool, asked.size, asked.random()).picks, (pick) => pool.rows[pick]);
};

const ARMS = 12;
const policies: [string, () => Policy][] = [
  ['epsilon-greedy', () => new EpsilonGreedy({ arms: ARMS, epsilon: 0.5 })],
  ['uniform', () => new EpsilonGreedy({ arms: ARMS, epsilon: 1 })],
  ['Thompson', () => new BetaThompson({ arms: ARMS })],
  ['blocking', () => new BlockedArms({ policy: new BetaThompson({ arms: ARMS }), rows: [3] })],
];

describe('a ghost exposure', () => {
  test.each(policies)('of a %s policy is what would have been shown without that coin', (_, make) => {
    const policy = make();
    // Few distinct scores, so that ties decide who is among the best.
    const score = fc.constantFrom(0.1, 0.2, 0.3).map(Math.fround);
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 1, maxLength: ARMS }),
        fc.uniqueArray(fc.nat(ARMS - 1)),
        fc.string({ maxLength: 5 }),
        (list, coins, key) => {
          const scores = Float32Array.from(list);
          const withheld = coins.filter((entry) => entry < list.length);
          const { rows, places } = ghosts(request(policy, scores, withheld, { most: 5, key }));
          const expected = withheld.flatMap((entry) => {
            const without = withheld.filter((other) => other !== entry);
            const place = shown(request(policy, scores, without, { most: 5, key })).indexOf(entry);
            return place < 0 ? [] : [{ row: entry, place }];
          });
          expect(Array.from(rows, (row, i) => ({ row, place: places[i] }))).toEqual(expected);
        },
      ),
      { seed: 4, numRuns: 150 },
    );
  });

  test('stands beside exposures in the share of the experiment', () => {
    const policy = new EpsilonGreedy({ arms: ARMS, epsilon: 1 });
    const scores = new Float32Array(ARMS).fill(0.2);
    const share = 0.3;
    const coins = new RandomStream(9, 'coins');
    let hidden = 0;
    let exposures = 0;
    for (let round = 0; round < 4000; round++) {
      const withheld = Array.from(scores.keys()).filter(() => coins.uniform() < share);
      const asked = request(policy, scores, withheld, { most: ARMS, size: 1, key: `${round}` });
      const { rows } = ghosts(asked);
      hidden += rows.length;
      exposures += shown(asked).length;
    }
    const n = hidden + exposures;
    expect(Math.abs(hidden / n - share) / Math.sqrt((share * (1 - share)) / n)).toBeLessThan(4);
  });

  test('spends nothing of an account', () => {
    const explorer = new EpsilonGreedy({ arms: ARMS, epsilon: 0.5 });
    const policy = new ExplorationBudget({ policy: explorer, share: 0.5, of: 'decisions' });
    const before = policy.snapshot();
    const scores = Float32Array.from({ length: ARMS }, (_, i) => 0.1 + i / 20);
    const asked = request(policy, scores, [9, 10, 11]);
    expect(ghosts(asked).rows.length).toBeGreaterThan(0);
    expect(policy.snapshot()).toEqual(before);
    shown(asked);
    expect(policy.snapshot()).not.toEqual(before);
  });
});
