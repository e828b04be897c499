/** Are the written requests, which the planner is judged by, well formed themselves? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Request {
  readonly query: string;
  readonly year: readonly [number | null, number | null] | null;
  readonly genreAny: readonly string[];
  readonly genreNot: readonly string[];
  readonly similarTo: readonly string[];
  readonly exclude: readonly string[];
  readonly count: number | null;
  readonly sort: 'new' | 'popular' | null;
  readonly title: readonly string[];
  readonly complex: boolean;
  readonly kind: string;
  readonly paraphraseOf?: string;
}

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
const requests: Request[] = read('requests.json');
const genres =
  'Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Film-Noir Horror IMAX Musical Mystery Romance Sci-Fi Thriller War Western';

describe('written requests', () => {
  test('differ from one another', () => {
    expect(new Set(requests.map(({ query }) => query)).size).toBe(requests.length);
  });

  test('name genres of the catalogue, and none both wanted and unwanted', () => {
    for (const { query, genreAny, genreNot } of requests) {
      for (const genre of [...genreAny, ...genreNot]) expect(genres.split(' '), query).toContain(genre);
      expect(
        genreAny.filter((genre) => genreNot.includes(genre)),
        query,
      ).toEqual([]);
    }
  });

  test('exclude their anchors, and are complex where an anchor meets a year or a genre', () => {
    for (const { query, similarTo, exclude, year, genreAny, genreNot, complex } of requests) {
      expect(exclude, query).toEqual(expect.arrayContaining([...similarTo]));
      if (similarTo.length > 0 && (year || genreAny.length + genreNot.length > 0)) {
        expect(complex, query).toBe(true);
      }
    }
  });

  test('ask for nothing else where they look a title up', () => {
    for (const { query, title, ...plan } of requests.filter((request) => request.title.length > 0)) {
      expect([plan.year, plan.count, plan.sort, plan.complex], query).toEqual([null, null, null, false]);
      expect([...plan.genreAny, ...plan.genreNot, ...plan.similarTo, ...plan.exclude], query).toEqual([]);
    }
  });

  test('have the plan of the request that they paraphrase', () => {
    const byQuery = new Map(requests.map((request) => [request.query, request]));
    const paraphrases = requests.filter(({ paraphraseOf }) => paraphraseOf !== undefined);
    expect(paraphrases.length).toBeGreaterThan(0);
    for (const { query: _, paraphraseOf, ...plan } of paraphrases) {
      const { query: original, ...wanted } = byQuery.get(paraphraseOf!)!;
      expect(plan, original).toEqual(wanted);
    }
  });
});

describe('pairs of requests', () => {
  test('are 200 that differ, fifty in each way, and 60 that mean the same', () => {
    const minimal: { a: string; b: string; differs: string }[] = read('minimal-pairs.json');
    for (const way of ['era', 'negation', 'genre', 'count']) {
      expect(minimal.filter(({ differs }) => differs === way)).toHaveLength(50);
    }
    expect(new Set(minimal.map(({ a, b }) => `${a}\n${b}`)).size).toBe(200);
    const same: { a: string; b: string }[] = read('same-pairs.json');
    expect(new Set(same.map(({ a, b }) => `${a}\n${b}`)).size).toBe(60);
    for (const { a, b } of [...minimal, ...same]) expect(a).not.toBe(b);
  });
});
