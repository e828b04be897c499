import { beforeAll, describe, expect, test } from 'vitest';
import type { History } from '../../src/simulation/history.ts';
import { createWorld } from '../../src/simulation/world.ts';
import { line, mean } from './statistics.ts';

describe('the history of the default world', () => {
  const world = createWorld();
  let history: History;
  beforeAll(() => {
    history = world.history();
  });

  test('has 400,000 to 600,000 plays by almost every member', () => {
    const { users, items, times, values } = history;
    expect(users.length).toBeGreaterThan(400_000);
    expect(users.length).toBeLessThan(600_000);
    for (const column of [items, times, values]) expect(column.length).toBe(users.length);
    expect(new Set(users).size).toBeGreaterThan(4_990);
  });

  test('is in order of time, before now, in whole seconds', () => {
    const { times } = history;
    expect(times[0]).toBeGreaterThanOrEqual(world.start);
    expect(times[times.length - 1]).toBeLessThan(world.now);
    expect(times.every((time, i) => time % 1000 === 0 && (i === 0 || time >= times[i - 1]))).toBe(true);
  });

  test('never has a member play a title twice', () => {
    const pairs = history.users.reduce(
      (set, user, i) => set.add(user * 20_000 + history.items[i]),
      new Set<number>(),
    );
    expect(pairs.size).toBe(history.users.length);
  });

  test('has no play of a title outside of its window, hence none of a launched one', () => {
    const { items, times } = history;
    expect(times.every((time, i) => world.isAvailable(items[i], time))).toBe(true);
    const launched = new Set(world.titles.launched);
    expect(items.some((title) => launched.has(title))).toBe(false);
  });

  test('has plays of titles that arrive and of titles that leave', () => {
    const { availableFrom, availableTo } = world.titles;
    expect(history.items.some((title) => availableFrom[title] > world.start)).toBe(true);
    expect(history.items.some((title) => availableTo[title] < world.now)).toBe(true);
  });

  test('is as popular by rank as Zipf says: slope -0.6 to -0.9 from rank 30 to 3000, flatter at the head', () => {
    const counts = new Float64Array(20_000);
    for (const title of history.items) counts[title]++;
    const sorted = counts.sort().reverse();
    const slope = (from: number, to: number) => {
      const ranks = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      return line(
        ranks.map(Math.log),
        ranks.map((rank) => Math.log(sorted[rank - 1])),
      ).slope;
    };
    expect(slope(30, 3_000)).toBeGreaterThan(-0.9);
    expect(slope(30, 3_000)).toBeLessThan(-0.6);
    expect(slope(1, 10)).toBeGreaterThan(slope(30, 3_000));
    expect(sorted[0]).toBeLessThanOrEqual(5_000);
  });

  test('is watched in the evening, children in the afternoon and horror at night', () => {
    const hours = (genre?: string) => {
      const counts = new Float64Array(24);
      history.items.forEach((title, i) => {
        if (genre && world.titles.genres[title][0] !== genre) return;
        counts[new Date(history.times[i]).getUTCHours()]++;
      });
      const total = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count) => count / total);
    };
    const all = hours();
    const children = hours('Children');
    const horror = hours('Horror');
    expect(all.indexOf(Math.max(...all))).toBe(20);
    expect(all[20] / all[4]).toBeGreaterThan(10);
    expect(children[15] / all[15]).toBeGreaterThan(1.5);
    expect(children[1] / all[1]).toBeLessThan(0.6);
    expect(horror[0] / all[0]).toBeGreaterThan(1.5);
    expect(horror[13] / all[13]).toBeLessThan(0.6);
  });

  test('follows taste: a member plays what suits rather than what suits another', () => {
    const own: number[] = [];
    const swapped: number[] = [];
    for (let i = 0; i < history.users.length; i += 97) {
      const user = history.users[i];
      own.push(Math.log(world.findProbability(user, history.items[i])));
      swapped.push(Math.log(world.findProbability((user + 1) % 5_000, history.items[i])));
    }
    expect(mean(own) - mean(swapped)).toBeGreaterThan(1);
  });

  test('says how much was watched, from .05 to 1', () => {
    expect(history.values.every((value) => value >= Math.fround(0.05) && value <= 1)).toBe(true);
    expect(mean(history.values)).toBeGreaterThan(0.6);
    expect(mean(history.values)).toBeLessThan(0.9);
  });
});

test('a world of few titles and many days has a history without repeats all the same', () => {
  const { users, items } = createWorld({ titles: 100, members: 20, days: 365, launches: 0 }).history();
  expect(users.length).toBeGreaterThan(500);
  expect(new Set(users.map((user, i) => user * 100 + items[i])).size).toBe(users.length);
});
