import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/numerics/random.ts';
import { laiRobbins } from '../../src/simulation/lai-robbins.ts';
import { launchProblem } from '../../src/simulation/launch-problem.ts';
import { BANDIT_PROBLEMS, banditProblem } from '../../src/simulation/named-problems.ts';
import { createWorld } from '../../src/simulation/world.ts';

const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });

describe('a named problem', () => {
  test.each([
    ['easy9', 7.517],
    ['mid9', 101.045],
    ['hard9', 14.452],
    ['two', 4.899],
  ])('%s has the constant of the literature, %f', (name, constant) => {
    expect(Math.abs(laiRobbins(banditProblem(name).means ?? []) - constant)).toBeLessThan(1e-3);
  });

  test.each(BANDIT_PROBLEMS.filter((name) => name !== 'linear16' && name !== 'digits'))(
    '%s pays each arm its mean',
    (name) => {
      const { means, pull } = banditProblem(name).start(new RandomStream(1))(1);
      const random = new RandomStream(2, name);
      const n = 20_000;
      means.forEach((mean, arm) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += pull(arm, random);
        expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt((mean * (1 - mean)) / n));
      });
    },
  );

  test('abrupt3 has the means of its period, every 2,500 rounds, and keeps the last', () => {
    const round = banditProblem('abrupt3').start(new RandomStream(1));
    const means = (t: number) => Array.from(round(t).means);
    expect([1, 2500].map(means)).toEqual([
      [0.2, 0.5, 0.9],
      [0.2, 0.5, 0.9],
    ]);
    expect([2501, 5000].map(means)).toEqual([
      [0.9, 0.5, 0.2],
      [0.9, 0.5, 0.2],
    ]);
    expect([5001, 7500].map(means)).toEqual([
      [0.5, 0.9, 0.2],
      [0.5, 0.9, 0.2],
    ]);
    expect([7501, 10_000, 99_999].map(means)).toEqual([
      [0.2, 0.5, 0.9],
      [0.2, 0.5, 0.9],
      [0.2, 0.5, 0.9],
    ]);
    expect(banditProblem('abrupt3').means).toBeUndefined();
  });

  test('that is not known is refused', () => {
    expect(() => banditProblem('nine')).toThrow(invalid);
    expect(() => banditProblem('toString')).toThrow(invalid);
  });
});

describe('the Lai-Robbins constant', () => {
  test('is 0 where all arms are equally good', () => {
    expect(laiRobbins([0.3, 0.3])).toBe(0);
  });

  test('is 0 where the best arm always pays: one failure tells every other apart', () => {
    expect(laiRobbins([0.2, 1])).toBe(0);
  });

  test('counts an arm that never pays: (mu* - 0) / -ln(1 - mu*)', () => {
    expect(laiRobbins([0, 0.5])).toBeCloseTo(0.5 / Math.log(2), 12);
  });

  test('refuses no arms and means that are no probabilities', () => {
    for (const means of [[], [1.1], [-0.1, 0.5], [Number.NaN]])
      expect(() => laiRobbins(means)).toThrow(invalid);
  });
});

describe('the launch problem', () => {
  const world = createWorld({ titles: 500, members: 60, days: 5, launches: 6 });
  const problem = launchProblem(world);

  test('has one arm per launched title, which pays its mean', () => {
    const { pull } = problem.start(new RandomStream(1))(1);
    expect(problem.means).toHaveLength(6);
    const random = new RandomStream(4, 'launch');
    const n = 20_000;
    problem.means.forEach((mean, arm) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += pull(arm, random);
      expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt((mean * (1 - mean)) / n));
    });
  });

  test('has as means what the requests of the world see', () => {
    const requests = [...world.requests(20_000, 9)];
    problem.means.forEach((mean, arm) => {
      const title = world.titles.launched[arm];
      let sum = 0;
      let square = 0;
      for (const { member, time } of requests) {
        const p = world.playProbability(member, title, new Date(time).getUTCHours());
        sum += p;
        square += p * p;
      }
      const seen = sum / requests.length;
      const error = Math.sqrt((square / requests.length - seen * seen) / requests.length);
      expect(Math.abs(seen - mean)).toBeLessThan(4 * error);
    });
  });

  test('is refused for a world without launches', () => {
    const empty = createWorld({ titles: 100, members: 5, days: 1, launches: 0 });
    expect(() => launchProblem(empty)).toThrow(invalid);
  });
});
