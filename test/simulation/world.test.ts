import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/numerics/random.ts';
import { hourOf } from '../../src/simulation/rhythm.ts';
import { createWorld, type WorldOptions } from '../../src/simulation/world.ts';
import { mean, standardError } from './statistics.ts';

const options = { titles: 1_000, members: 200, days: 20, launches: 10 };
const world = createWorld(options);

describe('a world', () => {
  test('is the same, byte for byte, for the same options', () => {
    const again = createWorld(options);
    expect(again.titles).toEqual(world.titles);
    expect(again.members).toEqual(world.members);
    expect(again.history()).toEqual(world.history());
    expect(world.history()).toEqual(world.history());
    const probabilities = (w: typeof world) => w.playProbabilities(3, 8, new Float64Array(1_000));
    expect(probabilities(again)).toEqual(probabilities(world));
    expect([...again.requests(100, 5)]).toEqual([...world.requests(100, 5)]);
  });

  test('is another for another seed', () => {
    const other = createWorld({ ...options, seed: 8 });
    expect(other.titles.names).not.toEqual(world.titles.names);
    expect(other.history().times).not.toEqual(world.history().times);
    expect(other.findProbability(0, 0)).not.toBe(world.findProbability(0, 0));
  });

  test.each<[string, WorldOptions]>([
    ['too few titles', { titles: 99 }],
    ['a fraction of titles', { titles: 1000.5 }],
    ['no members', { members: 0 }],
    ['no days', { days: 0 }],
    ['more launches than half of the titles', { titles: 1_000, launches: 501 }],
    ['a correlation above 1', { baselineLiftCorrelation: 1.01 }],
    ['a correlation below 0', { baselineLiftCorrelation: -0.1 }],
    ['a correlation that is not a number', { baselineLiftCorrelation: Number.NaN }],
    ['an infinite seed', { seed: Number.POSITIVE_INFINITY }],
  ])('is refused for %s', (_, wrong) => {
    expect(() => createWorld(wrong)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('the reaction to a slate', () => {
  test('has the mean of P(play | shown) for each title, wherever it stands', () => {
    const time = world.now + 20.5 * 3_600_000;
    const { titles } = world.bestSlate(4, time, 6);
    const reversed = titles.toReversed();
    const random = new RandomStream(3, 'reaction');
    const n = 20_000;
    const forwards = new Float64Array(6);
    const backwards = new Float64Array(6);
    for (let i = 0; i < n; i++) {
      world.react(4, titles, time, random).forEach((played, place) => {
        forwards[place] += played / n;
      });
      world.react(4, reversed, time, random).forEach((played, place) => {
        backwards[5 - place] += played / n;
      });
    }
    titles.forEach((title, place) => {
      const p = world.playProbability(4, title, 20);
      const bound = 4 * Math.sqrt((p * (1 - p)) / n);
      expect(Math.abs(forwards[place] - p)).toBeLessThan(bound);
      expect(Math.abs(backwards[place] - p)).toBeLessThan(bound);
    });
  });

  test('is that a title which is not available is not played', () => {
    const before = world.now - 1;
    for (let seed = 0; seed < 50; seed++) {
      const played = world.react(seed, world.titles.launched, before, new RandomStream(seed));
      expect(played).toEqual(new Uint8Array(10));
    }
  });
});

describe('requests', () => {
  const n = 20_000;
  const requests = [...world.requests(n, 1)];

  test('ascend in time from now on', () => {
    expect(requests).toHaveLength(n);
    expect(requests[0].time).toBeGreaterThanOrEqual(world.now);
    for (let i = 1; i < n; i++) expect(requests[i].time).toBeGreaterThanOrEqual(requests[i - 1].time);
  });

  test('come at the rate of one a day per unit of activity', () => {
    const total = world.members.activity.reduce((sum, value) => sum + value, 0);
    const days = (requests[n - 1].time - world.now) / 86_400_000;
    // A Poisson process: the count has standard deviation sqrt(n), plus a part of a day that is not whole.
    expect(Math.abs(n / days / total - 1)).toBeLessThan(4 / Math.sqrt(n) + 1 / days);
  });

  test('follow the activity of members and the hour of the day', () => {
    const byMember = new Float64Array(200);
    const byHour = new Float64Array(24);
    for (const { member, time } of requests) {
      byMember[member]++;
      byHour[new Date(time).getUTCHours()]++;
    }
    const total = world.members.activity.reduce((sum, value) => sum + value, 0);
    world.members.activity.forEach((activity, member) => {
      const expected = (n * activity) / total;
      expect(Math.abs(byMember[member] - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    });
    expect(byHour.indexOf(Math.max(...byHour))).toBe(20);
    expect(byHour[20] / byHour[4]).toBeGreaterThan(10);
  });
});

describe('the best slate', () => {
  test('is what sorting every title by its probability gives, for any request', () => {
    fc.assert(
      fc.property(
        fc.nat(199),
        fc.nat(3_000_000),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(999), { maxLength: 900 }),
        (member, seconds, size, list) => {
          const time = world.now - 1_000_000_000 + 1000 * seconds;
          const excluded = new Set(list);
          const hour = new Date(time).getUTCHours();
          const expected = Array.from({ length: 1_000 }, (_, title) => title)
            .filter((title) => world.isAvailable(title, time) && !excluded.has(title))
            .map((title) => ({ title, p: world.playProbability(member, title, hour) }))
            .sort((a, b) => b.p - a.p || a.title - b.title)
            .slice(0, size);
          const { titles, expectedPlays } = world.bestSlate(member, time, size, excluded);
          expect(Array.from(titles)).toEqual(expected.map(({ title }) => title));
          expect(expectedPlays).toBeCloseTo(
            expected.reduce((sum, { p }) => sum + p, 0),
            10,
          );
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test('is shorter where fewer titles are left, and empty where none is', () => {
    const none = world.bestSlate(0, world.now, 5, { has: () => true });
    expect(none).toEqual({ titles: new Uint32Array(0), expectedPlays: 0 });
    expect(world.bestSlate(0, world.now, 5, { has: (title) => title > 1 }).titles.length).toBeLessThanOrEqual(
      2,
    );
  });

  test('promises the plays that it then gets', () => {
    const random = new RandomStream(5, 'oracle');
    const surplus = Array.from(world.requests(3_000, 2), ({ member, time }) => {
      const { titles, expectedPlays } = world.bestSlate(member, time, 10);
      return mean(world.react(member, titles, time, random)) * titles.length - expectedPlays;
    });
    expect(Math.abs(mean(surplus))).toBeLessThan(4 * standardError(surplus));
  });
});

describe('the hour of a time', () => {
  test('is that of the calendar, before 1970 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (time) => {
        expect(hourOf(time)).toBe(new Date(time).getUTCHours());
      }),
      { seed: 2 },
    );
  });
});
