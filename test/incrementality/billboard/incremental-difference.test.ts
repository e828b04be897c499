import { describe, expect, test } from 'vitest';
import {
  dr,
  EpsilonGreedy,
  IncrementalBillboard,
  type IncrementalRound,
  incrementalDifference,
  ips,
  NO_PLACE,
  type Policy,
} from '../../../src/index.ts';

const SHOWN = [0.6, 0.5, 0.3];
const NOT_SHOWN = [0.5, 0.1, 0.2];
const SHARE = 0.3;
const plain = new EpsilonGreedy({ arms: 3, epsilon: 0 });
const billboard = () => {
  const options = { exploration: 'greedy', floor: 0.1, priorStrength: 0.1 } as const;
  const policy = new IncrementalBillboard({ arms: 3, ...options });
  policy.update({
    rows: Uint32Array.of(0, 1, 2),
    scores: Float32Array.from(SHOWN),
    rewards: Float64Array.from(NOT_SHOWN),
    exposed: new Uint8Array(3),
  });
  return policy;
};

/** Every way the coins and an even logging policy can fall, with its chance; plays are their means. */
function ways(): { chance: number; round: IncrementalRound }[] {
  const all: { chance: number; round: IncrementalRound }[] = [];
  for (let coins = 0; coins < 7; coins++) {
    const rows = [0, 1, 2];
    const open = rows.filter((row) => ((coins >> row) & 1) === 0);
    const hidden = rows.filter((row) => !open.includes(row));
    const chance = SHARE ** hidden.length * (1 - SHARE) ** open.length;
    const columns = (of: number[]) => ({
      rows: Uint32Array.from(of),
      scores: Float32Array.from(of, (row) => SHOWN[row]),
    });
    for (const row of open) {
      const record: IncrementalRound['record'] = {
        decisionId: `${coins} ${row}`,
        surface: 'billboard',
        context: null,
        pool: columns(open),
        shown: { ...columns([row]), propensities: Float64Array.of(1 / open.length) },
        withheld: { share: SHARE, ...columns(hidden), places: new Uint32Array(hidden.length).fill(NO_PLACE) },
      };
      const withheldPlays = hidden.map((one) => NOT_SHOWN[one]);
      all.push({ chance: chance / open.length, round: { record, shownPlay: SHOWN[row], withheldPlays } });
    }
  }
  return all;
}

/** The lift of what a policy shows, over all coins; where all but one are withheld both show the same. */
function gainOf(policy: Policy): number {
  let gain = 0;
  for (const { chance, round } of ways()) {
    const { pool, shown } = round.record;
    const entry = pool!.rows.indexOf(shown.rows[0]);
    const p = policy.propensity(pool!, Uint32Array.of(entry), undefined as never, 1)[0];
    gain += chance * pool!.rows.length * p * (SHOWN[shown.rows[0]] - NOT_SHOWN[shown.rows[0]]);
  }
  return gain;
}

describe('the difference in incremental plays', () => {
  test.each([
    ['without a model', undefined],
    ['with one', billboard()],
  ])('has the true mean over all that chance can do, %s', (_, model) => {
    const policy = billboard();
    let mean = 0;
    for (const { chance, round } of ways()) {
      const columns = incrementalDifference([round], {
        policy,
        than: plain,
        ...(model && { model }),
        draws: 1,
      });
      const { rewards, loggingPropensities, targetPropensities } = columns;
      const { taken, expected } = columns.model;
      const terms = rewards.map(
        (reward, i) => expected[i] + (targetPropensities[i] / loggingPropensities[i]) * (reward - taken[i]),
      );
      // The expectation over choices is drawn; a floor makes it vary, so that the model part is compared loosely.
      mean += (chance * terms.reduce((sum, term) => sum + term, 0)) / terms.length;
    }
    const truth = gainOf(policy) - gainOf(plain);
    expect(Math.abs(truth)).toBeGreaterThan(0.02);
    if (model === undefined) expect(mean).toBeCloseTo(truth, 9);
    else expect(Math.abs(mean - truth)).toBeLessThan(0.02);
  });

  test('is what the estimators of single choices read', () => {
    const rounds = ways().map(({ round }) => round);
    const columns = incrementalDifference(rounds, { policy: billboard(), than: plain });
    for (const estimator of [ips(), dr()]) {
      const { value, low, high } = estimator.estimate(columns);
      expect(low <= value && value <= high).toBe(true);
    }
  });

  test('of a policy and itself is nothing', () => {
    const rounds = ways().map(({ round }) => round);
    const { targetPropensities } = incrementalDifference(rounds, { policy: plain, than: plain });
    expect(Math.max(...targetPropensities)).toBe(0);
  });

  test('is refused without rounds, pool, holdout or propensity', () => {
    const [{ round }] = ways();
    const { record } = round;
    const pending = { ...record.shown, propensities: Float64Array.of(Number.NaN) };
    for (const rounds of [
      [],
      [{ ...round, record: { ...record, pool: null } }],
      [{ ...round, record: { ...record, withheld: undefined } }],
      [{ ...round, record: { ...record, shown: pending } }],
      [{ ...round, withheldPlays: [1, 1, 1, 1] }],
    ]) {
      expect(() => incrementalDifference(rounds as never, { policy: plain, than: plain })).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});
