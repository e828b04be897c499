import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/numerics/random.ts';
import { ACTIVITY_BY_HOUR } from '../../src/simulation/rhythm.ts';
import { WeightedDraw } from '../../src/simulation/weighted-draw.ts';
import { createWorld, type World } from '../../src/simulation/world.ts';
import { line, mean } from './statistics.ts';

const small = { titles: 2_000, members: 400, days: 10 };

/** Baseline and lift of random members, titles and hours, apart from those that the world was calibrated on. */
function sample(world: World, count: number): { baseline: Float64Array; lift: Float64Array } {
  const random = new RandomStream(99, 'fresh pairs');
  const hours = new WeightedDraw(ACTIVITY_BY_HOUR);
  const baseline = new Float64Array(count);
  const lift = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const member = random.below(world.members.keys.length);
    const title = random.below(world.titles.ids.length);
    baseline[i] = world.findProbability(member, title);
    lift[i] = world.playProbability(member, title, hours.next(random)) - baseline[i];
  }
  return { baseline, lift };
}

describe('baseline and lift', () => {
  test.each([0, 0.4, 0.8, 1])('correlate at %f when asked to', (asked) => {
    const world = createWorld({ ...small, baselineLiftCorrelation: asked });
    const { baseline, lift } = sample(world, 300_000);
    expect(Math.abs(line(baseline, lift).correlation - asked)).toBeLessThan(0.05);
  });

  test('correlate at .4 in the default world', () => {
    const { baseline, lift } = sample(createWorld(), 500_000);
    expect(Math.abs(line(baseline, lift).correlation - 0.4)).toBeLessThan(0.05);
  });

  test('are probabilities: lift is above 0 and P(play | shown) below 1', () => {
    const { baseline, lift } = sample(createWorld(small), 100_000);
    for (let i = 0; i < baseline.length; i++) {
      expect(baseline[i] > 0 && lift[i] > 0 && baseline[i] + lift[i] < 1).toBe(true);
    }
  });

  test('are equal, whatever the hour, when asked to correlate at 1', () => {
    const world = createWorld({ ...small, baselineLiftCorrelation: 1 });
    for (let title = 0; title < 2_000; title += 37) {
      for (const hour of [0, 9, 15]) {
        const find = world.findProbability(5, title);
        expect(world.playProbability(5, title, hour)).toBeCloseTo(2 * find, 12);
      }
    }
  });

  test('leave some titles found anyway with little to gain, and others that need showing', () => {
    const world = createWorld();
    const members = Array.from({ length: 50 }, (_, i) => 100 * i);
    let foundAnyway = 0;
    let needShowing = 0;
    for (let title = 0; title < 20_000; title++) {
      const find = mean(members.map((member) => world.findProbability(member, title)));
      const play = mean(members.map((member) => world.playProbability(member, title, 20)));
      if (find > 0.1 && play - find < find / 4) foundAnyway++;
      if (play - find > 0.1 && find < (play - find) / 4) needShowing++;
    }
    expect(foundAnyway).toBeGreaterThanOrEqual(20);
    expect(needShowing).toBeGreaterThanOrEqual(20);
  });
});

describe('taste', () => {
  test('is tied to genres: members differ in which genres they like more than chance allows', () => {
    const world = createWorld(small);
    const { genres } = world.titles;
    const of = (name: string) => genres.flatMap((list, title) => (list[0] === name ? [title] : []));
    const horror = of('Horror');
    const comedy = of('Comedy');
    const logOdds = (member: number, titles: number[]) =>
      mean(titles.map((title) => Math.log(world.findProbability(member, title))));
    const differences = Array.from(
      { length: 400 },
      (_, member) => logOdds(member, horror) - logOdds(member, comedy),
    ).sort((a, b) => a - b);
    expect(differences[20]).toBeLessThan(-0.8);
    expect(differences[380]).toBeGreaterThan(0.8);
  });
});

describe('the hour', () => {
  const world = createWorld(small);
  const meanPlay = (genre: string, hour: number) => {
    const titles = world.titles.genres.flatMap((list, title) => (list[0] === genre ? [title] : []));
    return mean(
      titles.flatMap((title) => [1, 2, 3, 4, 5].map((member) => world.playProbability(member, title, hour))),
    );
  };

  test('lifts what is for children in the afternoon and horror at night', () => {
    expect(meanPlay('Children', 15) / meanPlay('Children', 3)).toBeGreaterThan(1.5);
    expect(meanPlay('Horror', 0) / meanPlay('Horror', 12)).toBeGreaterThan(1.5);
  });
});

describe('the ways to ask for a probability', () => {
  const world = createWorld(small);

  test('agree: all titles at once and one by one', () => {
    const out = world.playProbabilities(17, 21, new Float64Array(2_000));
    for (let title = 0; title < 2_000; title++) expect(out[title]).toBe(world.playProbability(17, title, 21));
  });

  test.each([
    ['a member beyond the last', (w: World) => w.findProbability(400, 0)],
    ['a title beyond the last', (w: World) => w.playProbability(0, 2_000, 0)],
    ['a negative title', (w: World) => w.findProbability(0, -1)],
    ['a fraction of a member', (w: World) => w.findProbability(0.5, 0)],
    ['an hour of 24', (w: World) => w.playProbability(0, 0, 24)],
    ['a time that is not a number', (w: World) => w.bestSlate(0, Number.NaN, 5)],
    ['a slate of no titles', (w: World) => w.bestSlate(0, w.now, 0)],
    ['a negative number of requests', (w: World) => w.requests(-1, 1)],
    [
      'an unknown title in a slate',
      (w: World) => w.react(0, Uint32Array.of(2_000), w.now, new RandomStream(1)),
    ],
  ])('refuse %s', (_, ask) => {
    expect(() => ask(world)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
  });

  test('refuse an output of another length', () => {
    expect(() => world.playProbabilities(0, 0, new Float64Array(5))).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_DIMENSION_MISMATCH' }),
    );
  });
});
