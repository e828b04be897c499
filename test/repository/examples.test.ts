import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as sluice from '../../src/index.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { decision } from '../log/records.ts';
import { writeHistory } from './history.ts';
import { filesBelow, read } from './sources.ts';

const BLOCK = /@example\n +\* ```ts\n([\s\S]*?) +\* ```/g;
const examples = filesBelow('src', '.ts').flatMap((path) =>
  [...read(path).matchAll(BLOCK)].map(([, lines]) => ({ path, code: lines.replace(/^ +\* ?/gm, '') })),
);
const AsyncFunction = (async () => {}).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => unknown;

/** The value that a comment states, as `// 4.899`; undefined for a comment in words. */
function stated(comment: string): { readonly value: unknown } | undefined {
  try {
    const value = new Function(`return (${comment})`)();
    return typeof value === 'function' || value === undefined ? undefined : { value };
  } catch {
    return undefined;
  }
}

/** The example, without `using`, which Node 20 cannot parse, and with each `expression; // value` turned into a check. */
const checked = (code: string): string =>
  code
    .replace(/^using /gm, 'const ')
    .replace(
      /^(?!const |for |return |\s)([^\n]*(?:\n {2}[^\n]*)*?); \/\/ (.+)$/gm,
      (line, expression, comment) =>
        stated(comment) ? `check(${expression}, ${JSON.stringify(comment)});` : line,
    );

let checks = 0;

function check(received: unknown, comment: string): void {
  checks++;
  const { value } = stated(comment) as { value: unknown };
  const plain = ArrayBuffer.isView(received)
    ? Array.from(received as unknown as ArrayLike<number>)
    : received;
  if (typeof value === 'number') expect(plain).toBeCloseTo(value, 3);
  else if (Array.isArray(value) && typeof value[0] === 'number') {
    (plain as number[]).forEach((one, i) => {
      expect(one).toBeCloseTo(value[i], 3);
    });
  } else expect(plain).toEqual(value);
}

/** What the examples speak of without making it. */
async function surroundings(): Promise<Record<string, unknown>> {
  const film = (item: number) => JSON.stringify({ id: `${item}`, title: `Film ${item}` });
  const event = (item: number) =>
    JSON.stringify({ user: 'ada', item: `${item}`, type: 'play', at: 1.7e12 + item });
  writeFileSync('films.jsonl', [1, 2].map(film).join('\n'));
  writeFileSync('events.jsonl', [1, 2].map(event).join('\n'));
  writeFileSync('target.csv', 'item_id,probability\n0,0.25\n1,0.75\n');
  writeFileSync('bandit-log.csv', 'item_id,position,click,propensity_score\n0,1,0,0.5\n1,1,1,0.5\n');
  writeHistory('ml-latest-small');
  mkdirSync('snapshots');
  const dataset = await sluice.loadMovieLens('ml-latest-small');
  const { interactions, catalog } = dataset;
  const store = new ForgetfulStore();
  const keys = new sluice.KeyMap(store);
  const home = await sluice.openLmdbStore({ directory: 'home/state' });
  const userNumbers = await new sluice.KeyMap(home).assignAll(dataset.userKeys);
  await home.close();
  const options = { dataset, positives: interactions, userNumbers, factors: 8, iterations: 2 };
  const { path } = await sluice.trainSnapshot({ ...options, directory: 'home/snapshots/latest' });
  const { items, users, manifest } = await sluice.openSnapshot(path);
  const contents = { catalog, items, users, data: manifest.data, model: manifest.model, metrics: {} };
  const vectors = Float32Array.from({ length: 6400 }, (_, i) => Math.sin(i));
  const events = new sluice.EventLog(store, keys);
  return {
    ...{ dataset, interactions, catalog, store, keys, contents, events },
    decisions: new sluice.DecisionLog(store),
    record: decision('example', {
      shown: {
        rows: Uint32Array.of(6, 5),
        scores: Float32Array.of(0.3, 0.4),
        propensities: Float64Array.of(NaN, NaN),
      },
    }),
    choices: {
      rewards: Float64Array.of(1, 0, 1),
      loggingPropensities: Float64Array.of(0.5, 0.5, 0.25),
      targetPropensities: Float64Array.of(0.25, 0.1, 0.5),
      model: { taken: Float64Array.of(0.5, 0.5, 0.5), expected: Float64Array.of(0.5, 0.4, 0.6) },
    },
    languageModel: { name: 'example', complete: async () => ({ text: '{"film": "Blade Runner"}' }) },
    planModel: { name: 'example', complete: async () => ({ text: '{"moods": ["melancholic"]}' }) },
    prices: { id: 'example', price: () => 1, bound: () => 1000 },
    years: Float64Array.of(1995, 1998),
    userCount: dataset.userKeys.length,
    learn() {},
    userNumber: 1,
    model: {
      ...{ hash: 'example', factors: items.factors, dimension: items.dimension, gram: items.gram },
      ...{ regularization: 0.1, unobservedWeight: 0.1, itemCount: catalog.size },
      rowOf: (item: string) => catalog.rowOf(item),
      baseRows: () => [0],
    },
    index: await sluice.Index.create({ dimension: 64, data: vectors }),
    user: vectors.slice(0, 64),
    itemVectors: vectors,
    pastUsers: vectors.slice(0, 64 * 20),
    userVector: vectors.slice(0, 64),
    // The example that sets the exit status must not set that of the tests.
    process: { stdout: { write() {} } },
  };
}

describe('the examples of the documentation', () => {
  const before = process.cwd();
  let directory: string;
  let scope: Record<string, unknown>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    process.chdir(directory);
    scope = await surroundings();
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true, force: true });
  });

  test.each(examples.map(({ path, code }, i) => [`${path} ${i}`, path, code] as const))(
    '%s runs',
    async (_, path, code) => {
      const own = await import(join('../..', path));
      const names = {
        ...sluice,
        ...(await import('../../src/simulation/world.ts')),
        ...(await import('../../src/simulation/named-problems.ts')),
        ...(await import('../../src/simulation/textbook-policies.ts')),
      };
      const { gram } = await import('../../src/numerics/products.ts');
      const all: Record<string, unknown> = { ...names, gram, ...scope, ...own, check };
      const { code: plain } = await transformWithOxc(
        `const run = async () => {${checked(code)}};`,
        'example.ts',
        {
          target: 'es2022',
        },
      );
      const run = new AsyncFunction(...Object.keys(all), `${plain}\nreturn run();`);
      await run(...Object.values(all));
    },
  );

  test('are many, and say what comes out', () => {
    expect(examples.length).toBeGreaterThan(35);
    expect(checks).toBeGreaterThan(15);
  });
});
