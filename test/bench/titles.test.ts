import { describe, expect, test } from 'vitest';
import { GeneratedTitles } from '../../bench/data/titles.mjs';

const titles = new GeneratedTitles(7);
const all = (count: number, of: (row: number) => string | readonly string[]) =>
  Array.from({ length: count }, (_, row) => of(row));

describe('generated titles', () => {
  test('are the same for a seed, each by itself, and others for another', () => {
    const again = new GeneratedTitles(7);
    expect(again.title(500)).toBe(titles.title(500));
    expect(again.description(3)).toBe(titles.description(3));
    const others = new GeneratedTitles(8);
    expect(all(20, (row) => others.title(row))).not.toEqual(all(20, (row) => titles.title(row)));
  });

  test('have words whose frequency falls as one over the rank', () => {
    const counts = new Map<string, number>();
    for (let row = 0; row < 4000; row++) {
      for (const word of titles.description(row).toLowerCase().replace('.', '').split(' '))
        counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const frequencies = [...counts.values()].sort((a, b) => b - a);
    // Weights 1 / (rank + 2): the first word comes 22 / 2 times as often as the 21st, and 202 / 2 times as the 201st.
    expect(frequencies[0] / frequencies[20]).toBeGreaterThan(8);
    expect(frequencies[0] / frequencies[20]).toBeLessThan(14);
    expect(frequencies[0] / frequencies[200]).toBeGreaterThan(60);
    expect(frequencies[0] / frequencies[200]).toBeLessThan(140);
    expect(counts.get('the')).toBe(frequencies[0]);
  });

  test('have a few people, tags and genres', () => {
    for (let row = 0; row < 200; row++) {
      expect(titles.people(row).length).toBeGreaterThanOrEqual(3);
      expect(titles.people(row).length).toBeLessThanOrEqual(5);
      expect(titles.tags(row).length).toBeLessThanOrEqual(8);
      expect(titles.genres(row).length).toBeGreaterThanOrEqual(1);
      expect(titles.title(row)).not.toBe('');
    }
  });

  test('are asked for by one to six words', () => {
    const queries = titles.queries(300, 1000);
    const lengths = new Set(queries.map((query) => query.split(' ').length));
    expect([...lengths].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(queries.every((query) => query.trim() === query && query !== '')).toBe(true);
  });
});
