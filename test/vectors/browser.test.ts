import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { numbers } from '../contract/data.ts';
import { trueTopK } from '../contract/truth.ts';

afterEach(() => vi.unstubAllGlobals());

const entry = new URL('../../src/vectors/index.browser.ts', import.meta.url);

/** Every module that `file` imports at run time, itself included, and each specifier that is not a relative path. */
function reach(file: URL, seen = new Set<string>(), foreign = new Set<string>()) {
  if (seen.has(file.href)) return { seen, foreign };
  seen.add(file.href);
  const statements = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/gm;
  for (const [, from, dynamic] of readFileSync(file, 'utf8').matchAll(statements)) {
    const specifier = (from ?? dynamic)!;
    if (specifier.startsWith('.')) reach(new URL(specifier, file), seen, foreign);
    else foreign.add(specifier);
  }
  return { seen, foreign };
}

test('nothing that the browser entry reaches imports node or a package', () => {
  const { seen, foreign } = reach(entry);
  expect([...foreign]).toEqual([]);
  expect(seen.size).toBeGreaterThan(8);
  expect([...seen].filter((href) => /native|addon|host\.node/.test(href))).toEqual([]);
});

test('the browser entry fetches the kernels beside it and searches with them', async () => {
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (url: URL) => {
    fetched.push(url.href);
    return new Response(readFileSync(url));
  });
  const { Index } = await import('../../src/vectors/index.browser.ts');
  const data = numbers('ordinary', 50_000 * 24, 1);
  const query = numbers('ordinary', 24, 2);
  using index = await Index.create({ dimension: 24, data });
  expect(index.backend).toBe('wasm');
  expect(await index.search(query, { k: 10 })).toEqual(trueTopK(data, query, 10));
  expect(fetched).toEqual([new URL('../../prebuilt/kernels.wasm', import.meta.url).href]);
  await expect(Index.create({ dimension: 2, path: 'rows', byteOffset: 0, rows: 2 })).rejects.toMatchObject({
    code: 'ERR_SLUICE_INVALID_ARGUMENT',
  });
});

test('a server that has no kernels is told of, and the reference serves', async () => {
  vi.stubGlobal('fetch', async () => new Response('gone', { status: 404 }));
  vi.resetModules();
  const { Index } = await import('../../src/vectors/index.browser.ts');
  using index = await Index.create({ dimension: 1, data: Float32Array.of(1, 2) });
  expect(index.report).toMatchObject({
    backend: 'reference',
    refused: [{ backend: 'wasm', reason: expect.stringContaining('404') }],
  });
});
