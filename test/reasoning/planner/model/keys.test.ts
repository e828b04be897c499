import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadMovieLens } from '../../../../src/index.ts';
import { planKey } from '../../../../src/reasoning/planner/model/plan-key.ts';
import { Planner } from '../../../../src/reasoning/planner/planner.ts';

const publicData = process.env['SLUICE_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');
const present = existsSync(join(publicData, 'ml-latest-small'));
const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'));

describe.skipIf(!present)('the key of a request over ml-latest-small (needs shared data)', () => {
  let key: (text: string) => string;
  beforeAll(async () => {
    const { catalog } = await loadMovieLens(join(publicData, 'ml-latest-small'));
    const planner = Planner.of(catalog, { thisYear: 2026 });
    key = (text) => planKey(planner.parse(text), 'ml-latest-small');
  });

  test('never joins two requests that differ in era, negation, genre or count', () => {
    const pairs: { a: string; b: string; differs: string }[] = read('minimal-pairs.json');
    expect(pairs).toHaveLength(200);
    expect(pairs.filter(({ a, b }) => key(a) === key(b))).toEqual([]);
  });

  test('never joins two requests that want the opposite, however that is said', () => {
    const pairs: [string, string][] = read('model/opposites.json');
    expect(pairs.length).toBeGreaterThan(90);
    expect(pairs.filter(([a, b]) => key(a) === key(b))).toEqual([]);
  });

  test('never joins written requests with different plans', () => {
    const requests: Record<string, unknown>[] = read('requests.json');
    const byKey = new Map<string, { query: string; wanted: string }>();
    const joined: string[][] = [];
    for (const { query, kind: _, paraphraseOf: __, complex: ___, ...plan } of requests) {
      const wanted = JSON.stringify(plan);
      const other = byKey.get(key(query as string));
      if (other && other.wanted !== wanted) joined.push([other.query, query as string]);
      byKey.set(key(query as string), { query: query as string, wanted });
    }
    expect(joined).toEqual([]);
  });

  test('joins three quarters of the pairs that mean the same', () => {
    const pairs: { a: string; b: string }[] = read('same-pairs.json');
    const joined = pairs.filter(({ a, b }) => key(a) === key(b));
    expect(joined.length / pairs.length).toBeGreaterThanOrEqual(0.75);
  });
});
