import { describe, expect, test } from 'vitest';
import { createWorld } from '../../src/simulation/world.ts';

describe('the catalogue of the default world', () => {
  const world = createWorld();
  const { titles, members, start, now } = world;

  test('has 20,000 titles, 5,000 members and 120 days before the first of January 2026', () => {
    expect(titles.ids).toHaveLength(20_000);
    expect(members.keys).toHaveLength(5_000);
    expect(members.activity).toHaveLength(5_000);
    expect(new Date(now).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(now - start).toBe(120 * 86_400_000);
  });

  test('names every title uniquely, in words, without a year', () => {
    expect(new Set(titles.ids).size).toBe(20_000);
    expect(new Set(titles.names).size).toBe(20_000);
    for (const name of titles.names) expect(name).toMatch(/^\p{Lu}\p{L}+( (of|\p{Lu}\p{L}*))+$/u);
  });

  test('gives one to three distinct genres of eighteen to each title', () => {
    for (const genres of titles.genres) {
      expect(genres.length).toBeGreaterThanOrEqual(1);
      expect(genres.length).toBeLessThanOrEqual(3);
      expect(new Set(genres).size).toBe(genres.length);
    }
    expect(new Set(titles.genres.flat()).size).toBe(18);
  });

  test('runs from 1950 to 2025 and is mostly recent', () => {
    const years = Int32Array.from(titles.years).sort();
    expect(years[0]).toBe(1950);
    expect(years[19_999]).toBe(2025);
    expect(years[10_000]).toBeGreaterThanOrEqual(2012);
    expect(years[10_000]).toBeLessThanOrEqual(2017);
  });

  test('has titles that arrive and titles that leave, each after it came', () => {
    let arriving = 0;
    let leaving = 0;
    for (let title = 0; title < 20_000; title++) {
      const from = titles.availableFrom[title];
      const to = titles.availableTo[title];
      expect(to).toBeGreaterThan(from);
      if (from > start && from < now) arriving++;
      if (to < 8.64e15) leaving++;
      expect(world.isAvailable(title, from)).toBe(true);
      expect(world.isAvailable(title, to)).toBe(false);
      expect(world.isAvailable(title, from - 1)).toBe(false);
    }
    expect(Math.abs(arriving / 20_000 - 0.08)).toBeLessThan(0.01);
    expect(Math.abs(leaving / 20_000 - 0.08)).toBeLessThan(0.01);
  });

  test('launches 40 titles at the end of the history', () => {
    expect(titles.launched).toHaveLength(40);
    expect(new Set(titles.launched).size).toBe(40);
    for (const title of titles.launched) {
      expect(titles.availableFrom[title]).toBe(now);
      expect(titles.availableTo[title]).toBe(8.64e15);
      expect(titles.years[title]).toBe(2025);
    }
  });

  test('has members of mean activity about 1, some ten times as active as others', () => {
    const activity = Float32Array.from(members.activity).sort();
    const mean = activity.reduce((sum, value) => sum + value, 0) / 5_000;
    expect(mean).toBeGreaterThan(0.94);
    expect(mean).toBeLessThan(1.04);
    expect(activity[4_750] / activity[250]).toBeGreaterThan(10);
  });
});
