import { describe, expect, test } from 'vitest';
import { dr, IncrementalBillboard, RandomStream } from '../../src/index.ts';
import { simulateBillboard } from '../../src/simulation/billboard.ts';
import { billboardDifference, mostLikely } from '../../src/simulation/billboard-log.ts';
import { LiftWorld } from '../../src/simulation/lift-world.ts';

function correlation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const product = (a: Float64Array, b: Float64Array) => {
    const [p, q] = [mean(a), mean(b)];
    return a.reduce((sum, value, i) => sum + (value - p) * (b[i] - q), 0);
  };
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

describe('a world of known lift', () => {
  test.each([0, 0.4, 0.8, 1])('has baselines and lifts that correlate at %s, exactly', (r) => {
    for (let seed = 1; seed <= 5; seed++) {
      const world = new LiftWorld({ correlation: r, seed, members: 50 });
      expect(correlation(world.baselines, world.lifts)).toBeCloseTo(r, 9);
      for (let title = 0; title < world.titles; title++) {
        let [find, lift] = [0, 0];
        for (let member = 0; member < 50; member++) {
          find += world.findProbability(member, title) / 50;
          lift += world.lift(member, title) / 50;
          const play = world.playProbability(member, title);
          expect(play > world.findProbability(member, title) && play < 1).toBe(true);
        }
        expect(find).toBeCloseTo(world.baselines[title], 9);
        expect(lift).toBeCloseTo(world.lifts[title], 9);
      }
    }
  });

  test('draws plays with and without exposure as often as it says, and people differ', () => {
    const world = new LiftWorld({ correlation: 0, members: 20 });
    const random = new RandomStream(1);
    const rate = (shown: boolean) => {
      let plays = 0;
      for (let i = 0; i < 20_000; i++) plays += world.play(3, 5, shown, random);
      return plays / 20_000;
    };
    const near = (p: number) => 4 * Math.sqrt((p * (1 - p)) / 20_000);
    const [play, find] = [world.playProbability(3, 5), world.findProbability(3, 5)];
    expect(Math.abs(rate(true) - play)).toBeLessThan(near(play));
    expect(Math.abs(rate(false) - find)).toBeLessThan(near(find));
    expect(world.lift(4, 5)).not.toBeCloseTo(world.lift(3, 5), 4);
  });

  test.each([
    ['a correlation below 0', { correlation: -0.1 }],
    ['a correlation of NaN', { correlation: Number.NaN }],
    ['7 titles', { correlation: 0, titles: 7 }],
    ['no member', { correlation: 0, members: 0 }],
    ['half a seed', { correlation: 0, seed: 0.5 }],
  ])('is refused with %s', (_, options) => {
    expect(() => new LiftWorld(options)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('the incremental billboard beside what is most likely to be played', () => {
  const options = (r: number, visits: number) => ({
    world: (seed: number) => new LiftWorld({ correlation: r, seed, members: 500 }),
    visits,
    seeds: 3,
  });
  const billboard = (arms: number) => new IncrementalBillboard({ arms });

  test('gains more incremental plays where lift has nothing to do with the baseline', () => {
    const plain = simulateBillboard({ ...options(0, 2000), policy: mostLikely });
    const incremental = simulateBillboard({ ...options(0, 40_000), policy: billboard });
    expect(incremental.incremental.low).toBeGreaterThan(plain.incremental.high);
    expect(incremental.incremental.mean).toBeGreaterThan(1.12 * plain.incremental.mean);
    expect(incremental.plays.mean).toBeLessThan(plain.plays.mean);
  });

  test('gains nothing where what is found most is also won most, and pays for trying', () => {
    const plain = simulateBillboard({ ...options(1, 2000), policy: mostLikely });
    const incremental = simulateBillboard({ ...options(1, 5000), policy: billboard });
    expect(incremental.incremental.mean).toBeLessThan(plain.incremental.mean);
  });

  test('is judged from a log: the interval covers the true difference', () => {
    const estimator = dr();
    const judged = Array.from({ length: 10 }, (_, i) => {
      const world = new LiftWorld({ correlation: 0, seed: i + 1, members: 200 });
      return billboardDifference({ world, taught: 3000, visits: 1000, estimator, seed: i + 1 });
    });
    const covered = judged.filter(({ truth, estimate: { low, high } }) => low <= truth && truth <= high);
    expect(covered.length).toBeGreaterThanOrEqual(8);
  });
});
