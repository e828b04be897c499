import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { PROPENSITY_FUNCTIONS } from '../../../src/decisions/propensity-functions.ts';
import { BlockedArms } from '../../../src/decisions/safety/blocked-arms.ts';
import { ExplorationBudget } from '../../../src/decisions/safety/exploration-budget.ts';
import { MinimumTraffic } from '../../../src/decisions/safety/minimum-traffic.ts';
import { PinnedArms } from '../../../src/decisions/safety/pinned-arms.ts';
import { DiverseSlates } from '../../../src/decisions/slates/diverse-slates.ts';
import { PlackettLuce } from '../../../src/decisions/slates/plackett-luce.ts';
import type { Choice } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { frequencies, poolOf, slateWith } from '../slates-of.ts';

const kernels = await decisionKernels('reference');
const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
const distinct = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength: 4 });

describe('blocked and pinned arms', () => {
  test('leave what another thread would compute alone until it is asked for', () => {
    let asked = 0;
    class Counting extends BetaThompson {
      override choose(...given: Parameters<BetaThompson['choose']>): Choice {
        const { deferred, ...choice } = super.choose(...given);
        return {
          ...choice,
          get deferred() {
            asked++;
            return deferred;
          },
        };
      }
    }
    const policy = new BlockedArms({ policy: new Counting({ arms: 4 }), rows: [1] });
    const choice = policy.choose(poolOf([0.2, 0.3, 0.1, 0.4]), 2, new RandomStream(1));
    expect(asked).toBe(0);
    expect(choice.deferred?.use).toBe('beta-thompson');
    expect(asked).toBe(1);
  });

  test('blocked rows are never shown, pinned rows always at their places, whatever the pool', () => {
    fc.assert(
      fc.property(
        distinct(14),
        distinct(14),
        distinct(6),
        distinct(20),
        fc.integer({ min: 0, max: 7 }),
        fc.integer(),
        (blocked, pinnedRows, places, absent, size, seed) => {
          const pins = pinnedRows.slice(0, places.length).map((row, i) => ({ row, place: places[i] }));
          const policy = new BlockedArms({
            rows: blocked,
            policy: new PinnedArms({ pins, policy: new BetaThompson({ arms: 15, floor: 0.2 }) }),
          });
          const rows = Uint32Array.from({ length: 15 }, (_, row) => row).filter(
            (row) => !absent.includes(row),
          );
          const random = new RandomStream(seed);
          const scores = Float32Array.from(rows, () => 0.1 + 0.8 * random.uniform());
          const choice = policy.choose({ rows, scores }, size, random);
          const shown = Array.from(choice.picks, (pick) => rows[pick]);
          const open = rows.filter((row) => !blocked.includes(row));
          expect(shown.length).toBe(Math.min(size, open.length));
          expect(new Set(shown).size).toBe(shown.length);
          expect(shown.filter((row) => blocked.includes(row))).toEqual([]);
          const propensities = choice.estimate(random, 4);
          for (const { row, place } of pins) {
            if (!open.includes(row) || place >= shown.length) continue;
            expect(shown[place]).toBe(row);
            expect(propensities[place]).toBe(1);
          }
        },
      ),
      { seed: 31, numRuns: 300 },
    );
  });

  test('have no other chance: 0 for a blocked row, and for another row at a pinned place', () => {
    const policy = new BlockedArms({
      rows: [2],
      policy: new PinnedArms({ policy: new EpsilonGreedy({ arms: 5 }), pins: [{ row: 3, place: 1 }] }),
    });
    const pool = poolOf([0.1, 0.2, 0.9, 0.3, 0.4]);
    const random = new RandomStream(1);
    expect(policy.propensity(pool, Uint32Array.of(2, 3), random, 1)[0]).toBe(0);
    expect(policy.propensity(pool, Uint32Array.of(3, 4), random, 1)).toEqual(Float64Array.of(0, 0));
    // Three rows are left for the first place: the greedy one with .9, the others with .1 / 2 each.
    expect(policy.propensity(pool, Uint32Array.of(4, 3), random, 1)[0]).toBeCloseTo(0.9, 12);
    expect(policy.propensity(pool, Uint32Array.of(0, 3), random, 1)[0]).toBeCloseTo(0.05, 12);
  });

  test('leave what another thread is asked as it was, since blocking changes no probability', () => {
    const policy = new BlockedArms({ rows: [2], policy: new BetaThompson({ arms: 6 }) });
    const { deferred, estimate } = policy.choose(
      poolOf([0.2, 0.3, 0.9, 0.1, 0.2, 0.2]),
      3,
      new RandomStream(1),
    );
    const elsewhere = PROPENSITY_FUNCTIONS[deferred?.use ?? ''](deferred?.with ?? {}, new RandomStream(2), 9);
    expect(elsewhere).toEqual(estimate(new RandomStream(2), 9));
  });

  test('keep the sequential propensities of what they are around', () => {
    const policy = new PinnedArms({
      policy: new PlackettLuce({ kernels, temperature: 0.2 }),
      pins: [{ row: 1, place: 1 }],
    });
    const { picks, conditional, propensities } = policy.choose(
      poolOf([0.3, 0.2, 0.1]),
      3,
      new RandomStream(4),
    );
    expect(picks[1]).toBe(1);
    const first = 1 / (1 + Math.exp((picks[0] === 0 ? -1 : 1) * (0.3 - 0.1) * 5));
    expect(conditional?.[0]).toBeCloseTo(first, 6);
    expect(Array.from(conditional ?? []).slice(1)).toEqual([1, 1]);
    expect(propensities).toBeNull();
  });

  test('stand around whatever else puts items into a slate, and are refused within', () => {
    const policy = new EpsilonGreedy({ arms: 3 });
    const blocked = new BlockedArms({ policy, rows: [1] });
    const pinned = new PinnedArms({ policy, pins: [{ row: 0, place: 0 }] });
    const vectors = new Float32Array(6);
    for (const within of [blocked, pinned]) {
      expect(() => new PinnedArms({ policy: within, pins: [] })).toThrowError(invalid);
      expect(() => new MinimumTraffic({ policy: within, shares: new Map() })).toThrowError(invalid);
      expect(() => new ExplorationBudget({ policy: within, share: 0.1 })).toThrowError(invalid);
      expect(() => new DiverseSlates({ policy: within, vectors, dimension: 2 })).toThrowError(invalid);
      expect(() => new PlackettLuce({ kernels, policy: within, temperature: 1 })).toThrowError(invalid);
      expect(new BlockedArms({ policy: within, rows: [2] }).explores).toBe(true);
    }
    const spending = new ExplorationBudget({ policy, share: 0.1 });
    expect(() => new MinimumTraffic({ policy: spending, shares: new Map() })).toThrowError(invalid);
    expect(() => new ExplorationBudget({ policy: spending, share: 0.1 })).toThrowError(invalid);
    expect(() => new PlackettLuce({ kernels, policy: spending, temperature: 1 })).toThrowError(invalid);
    expect(new PinnedArms({ policy: spending, pins: [] }).spends).toBe(true);
  });

  test('refuse what is no row or place, and what is named twice', () => {
    const policy = new EpsilonGreedy({ arms: 3 });
    for (const row of [-1, 0.5, Number.NaN]) {
      expect(() => new BlockedArms({ policy, rows: [row] })).toThrowError(invalid);
      expect(() => new PinnedArms({ policy, pins: [{ row, place: 0 }] })).toThrowError(invalid);
      expect(() => new PinnedArms({ policy, pins: [{ row: 0, place: row }] })).toThrowError(invalid);
    }
    for (const [a, b] of [
      [
        { row: 0, place: 0 },
        { row: 0, place: 1 },
      ],
      [
        { row: 0, place: 0 },
        { row: 1, place: 0 },
      ],
    ]) {
      expect(() => new PinnedArms({ policy, pins: [a, b] })).toThrowError(invalid);
    }
  });
});

describe('minimum traffic', () => {
  test('gives each arm its share exactly: p = f + (1 - sum f) w', () => {
    const epsilon = 0.3;
    const shares = new Map([
      [0, 0.1],
      [2, 0.25],
      [9, 0.4],
    ]);
    const policy = new MinimumTraffic({ policy: new EpsilonGreedy({ arms: 10, epsilon }), shares });
    // Row 9 is not in the pool, so that its share is the policy's.
    const pool = poolOf([0.1, 0.5, 0.2, 0.3]);
    const w = [epsilon / 3, 1 - epsilon, epsilon / 3, epsilon / 3];
    const f = [0.1, 0, 0.25, 0];
    const expected = w.map((p, i) => f[i] + 0.65 * p);
    expected.forEach((p, i) => {
      expect(policy.propensity(pool, Uint32Array.of(i), new RandomStream(1), 1)[0]).toBeCloseTo(p, 12);
    });
    const shown = frequencies((random) => policy.choose(pool, 1, random), 4, 1, 20_000);
    shown.forEach((frequency, i) => {
      expect(Math.abs(frequency - expected[i])).toBeLessThan(
        5 * Math.sqrt((expected[i] * (1 - expected[i])) / 20_000),
      );
    });
    const { propensities, conditional } = policy.choose(pool, 1, new RandomStream(2));
    expect(conditional).toBe(propensities);
  });

  test('may share out everything', () => {
    const shares = new Map(Array.from({ length: 10 }, (_, row) => [row, 0.1]));
    const policy = new MinimumTraffic({ policy: new EpsilonGreedy({ arms: 10, epsilon: 0 }), shares });
    const pool = poolOf(Array.from({ length: 10 }, (_, i) => 0.1 + i / 20));
    for (let item = 0; item < 10; item++) {
      const slate = slateWith(10, 2, item, 0);
      expect(policy.propensity(pool, slate, new RandomStream(1), 1)[0]).toBeCloseTo(0.1, 12);
    }
  });

  test('refuses shares outside (0, 1] and more than the whole', () => {
    const policy = new EpsilonGreedy({ arms: 3 });
    for (const shares of [
      [[0, 0]],
      [[0, 1.1]],
      [[0, Number.NaN]],
      [[-1, 0.1]],
      [
        [0, 0.6],
        [1, 0.6],
      ],
    ] as [number, number][][]) {
      expect(() => new MinimumTraffic({ policy, shares: new Map(shares) })).toThrowError(invalid);
    }
  });
});

describe('diverse slates', () => {
  const vectors = Float32Array.of(1, 0, 1, 0.1, 1, 0.2, 0, 1);

  test('take the items that are unlike, by the resident vectors or the features of the pool', () => {
    for (const method of ['mmr', 'dpp'] as const) {
      const policy = new DiverseSlates({
        policy: new EpsilonGreedy({ arms: 4, epsilon: 0 }),
        ...{ vectors, dimension: 2, method, tradeOff: 0.5 },
      });
      const pool = poolOf([0.9, 0.85, 0.8, 0.5]);
      const choice = policy.choose(pool, 2, new RandomStream(1));
      expect(Array.from(choice.picks)).toEqual([0, 3]);
      expect(choice.propensities).toEqual(Float64Array.of(1, 1));
      const features = Float32Array.of(1, 0, 0, 1, 1, 0, 1, 0);
      expect(Array.from(policy.choose({ ...pool, features }, 2, new RandomStream(1)).picks)).toEqual([0, 1]);
      expect(() =>
        policy.choose({ ...pool, features: new Float32Array(4) }, 2, new RandomStream(1)),
      ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_DIMENSION_MISMATCH' }));
    }
  });

  test('keep the order of what was drawn: an item drawn first is shown first, whatever is expected of it', () => {
    const policy = new DiverseSlates({
      policy: new EpsilonGreedy({ arms: 4, epsilon: 1 }),
      ...{ vectors, dimension: 2, floor: 0 },
    });
    const shown = frequencies((random) => policy.choose(poolOf([0.9, 0.5, 0.3, 0.1]), 1, random), 4, 1, 4000);
    for (const frequency of shown) expect(Math.abs(frequency - 0.25)).toBeLessThan(0.035);
  });

  test('refuse settings outside their range, rows without vectors and policies that spend', () => {
    const policy = new EpsilonGreedy({ arms: 4 });
    for (const bad of [
      { tradeOff: 2 },
      { shortlist: 0 },
      { floor: 1 },
      { dimension: 3 },
      { dimension: 0 },
      { method: 'other' as 'mmr' },
      { policy: new ExplorationBudget({ policy, share: 0.1 }) },
    ]) {
      expect(() => new DiverseSlates({ policy, vectors, dimension: 2, ...bad })).toThrowError(invalid);
    }
    const short = new DiverseSlates({ policy, vectors: vectors.slice(0, 4), dimension: 2 });
    expect(() => short.choose(poolOf([0.1, 0.2, 0.3]), 2, new RandomStream(1))).toThrowError(invalid);
  });
});
