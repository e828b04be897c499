import { describe, expect, test } from 'vitest';
import { CascadeKlUcb } from '../../../src/decisions/slates/cascade-kl-ucb.ts';
import { CascadeModel } from '../../../src/decisions/slates/cascade-model.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { largestWithin } from '../../../src/numerics/relative-entropy.ts';
import { poolOf } from '../slates-of.ts';

const ATTRACTION = [0.3, 0.6, 0.3, 0.6, 0.3, 0.3, 0.6, 0.3];
const pool = poolOf(new Float32Array(8).fill(0.5));
const model = new CascadeModel();
const missed = (picks: Uint32Array) => picks.reduce((all, pick) => all * (1 - ATTRACTION[pick]), 1);

type Learn = (policy: CascadeKlUcb, clicks: Float64Array, picks: Uint32Array) => void;

/** Regret of the first and the second half of the rounds: the best slate's chance of a click, less that of the shown. */
function regret(seed: number, rounds: number, learn: Learn): [number, number] {
  const policy = new CascadeKlUcb({ arms: 8 });
  const random = new RandomStream(seed, 'cascade');
  const halves: [number, number] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const { picks } = policy.choose(pool, 3);
    halves[round < rounds / 2 ? 0 : 1] += missed(picks) - missed(Uint32Array.of(1, 3, 6));
    const attraction = Array.from(picks, (pick) => ATTRACTION[pick]);
    learn(policy, model.simulate(attraction, random), picks);
  }
  return halves;
}

describe('CascadeKL-UCB', () => {
  test('shows the items of the largest indices, as the paper defines them', () => {
    const policy = new CascadeKlUcb({ arms: 4 });
    const rows = Uint32Array.of(0, 1, 2, 3);
    const scores = new Float32Array(4).fill(0.5);
    for (const clicked of [0, 1, 1, 2, 3, 3, 3, 1, 2, 2]) {
      const rewards = new Float64Array(4);
      rewards[clicked] = 1;
      policy.update({ rows, scores, rewards });
    }
    // Item i was examined whenever the click came at place i or later.
    const [examined, clicks] = [
      [10, 9, 6, 3],
      [1, 3, 3, 3],
    ];
    const doubt = Math.log(10) + 3 * Math.log(Math.log(10));
    const index = (i: number) => largestWithin(clicks[i] / examined[i], doubt / examined[i]);
    const order = [0, 1, 2, 3].sort((a, b) => index(b) - index(a));
    expect(Array.from(policy.choose(poolOf(scores), 4).picks)).toEqual(order);
    policy.score(poolOf(scores)).forEach((mean, i) => {
      expect(mean).toBeCloseTo(clicks[i] / examined[i], 15);
    });
  });

  test('has a fraction of the regret of one that takes unseen places for refused ones, and stops losing', () => {
    for (const seed of [1, 2]) {
      const [early, late] = regret(seed, 8000, (policy, rewards, rows) =>
        policy.update({ rows, scores: new Float32Array(3), rewards }),
      );
      const naive = regret(seed, 8000, (policy, clicks, rows) => {
        // One place at a time: every place counts as examined.
        rows.forEach((row, k) => {
          const one = { rows: Uint32Array.of(row), scores: new Float32Array(1) };
          policy.update({ ...one, rewards: Float64Array.of(clicks[k]) });
        });
      });
      expect(early + late).toBeLessThan((naive[0] + naive[1]) / 2);
      expect(late).toBeLessThan(early / 3);
    }
  });

  test('chooses the same after a restore in mid-run, and refuses what is no outcome', () => {
    const run = (policy: CascadeKlUcb, from: number, to: number) => {
      const shown: string[] = [];
      for (let round = from; round < to; round++) {
        const { picks, propensities } = policy.choose(pool, 3);
        expect(propensities).toEqual(Float64Array.of(1, 1, 1));
        expect(policy.propensity(pool, picks)).toEqual(Float64Array.of(1, 1, 1));
        shown.push(picks.join());
        const rewards = model.simulate(
          Array.from(picks, (pick) => ATTRACTION[pick]),
          new RandomStream(6, round),
        );
        policy.update({ rows: picks, scores: new Float32Array(3), rewards });
      }
      return shown;
    };
    const whole = run(new CascadeKlUcb({ arms: 8 }), 0, 200);
    const first = new CascadeKlUcb({ arms: 8 });
    run(first, 0, 100);
    const second = new CascadeKlUcb({ arms: 8 });
    second.restore(first.snapshot());
    expect(run(second, 100, 200)).toEqual(whole.slice(100));

    const before = second.snapshot();
    const one = { rows: Uint32Array.of(0, 1), scores: new Float32Array(2) };
    expect(() => second.update({ ...one, rewards: Float64Array.of(1, Number.NaN) })).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
    );
    expect(() =>
      second.update({ ...one, rows: Uint32Array.of(0, 8), rewards: new Float64Array(2) }),
    ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    expect(second.snapshot()).toEqual(before);
    expect(() => new CascadeKlUcb({ arms: 7 }).restore(before)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
    expect(() => new CascadeKlUcb({ arms: -1 })).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
