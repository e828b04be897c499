/** Do the entries of the installed package load fast, alone, and where they should? */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as browser from '../../src/browser.ts';
import * as node from '../../src/index.ts';
import { installInto } from './packed.ts';

const IMPORT_MS = 30;

let directory = '';
let place = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  place = installInto(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a module in a process of its own, beside the installed package, and returns what it prints as JSON. */
function run(code: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** What an entry imports at once, by package or builtin, and what of packages it may import later. */
async function importsOf(entry: string) {
  const bundle = await rolldown({
    input: entry,
    external: /^[^./]/,
    platform: 'neutral',
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  const ours = new Set(chunks.map(({ fileName }) => fileName));
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const atOnce = new Set<string>();
  const visit = (name: string): void => {
    if (atOnce.has(name)) return;
    atOnce.add(name);
    for (const next of byName.get(name)?.imports ?? []) visit(next);
  };
  visit(chunks.find(({ isEntry }) => isEntry)?.fileName ?? '');
  return {
    atOnce: [...atOnce].filter((name) => !ours.has(name)).sort(),
    ever: [...new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]))]
      .filter((name) => !ours.has(name))
      .sort(),
    code: chunks.map(({ code }) => code).join('\n'),
  };
}

describe("import 'sluice'", () => {
  test(`takes at most ${IMPORT_MS} ms`, () => {
    const code = `const started = performance.now(); await import('sluice'); console.log(performance.now() - started)`;
    // The best of several: what the machine does beside is not the package's.
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 25 && (i < 7 || best > IMPORT_MS); i++) best = Math.min(best, run(code));
    expect(best).toBeLessThanOrEqual(IMPORT_MS);
  });

  test('loads no package and no native library', () => {
    const { packages, libraries } = run(`
      import { createRequire } from 'node:module';
      await import('sluice');
      const { sharedObjects } = process.report.getReport();
      console.log(JSON.stringify({
        packages: Object.keys(createRequire(import.meta.url).cache),
        libraries: sharedObjects.filter((path) => path.includes('node_modules') || path.endsWith('.node')),
      }));
    `);
    expect({ packages, libraries }).toEqual({ packages: [], libraries: [] });
  });

  test('imports builtins alone at once, and packages when they are needed', async () => {
    const { atOnce, ever } = await importsOf(join(place, 'dist/js/index.js'));
    expect(atOnce.filter((name) => !name.startsWith('node:'))).toEqual([]);
    expect(ever.filter((name) => !name.startsWith('node:'))).toEqual([
      '@ai-sdk/openai-compatible',
      '@duckdb/node-api',
      'lmdb',
      'minisearch',
    ]);
  });

  test('gives every name of src/index.ts, and works', () => {
    const names = run(`console.log(JSON.stringify(Object.keys(await import('sluice'))))`);
    expect(names.sort()).toEqual(Object.keys(node).sort());
    const found = run(`
      import { Index } from 'sluice';
      {
        const index = await Index.create({ dimension: 2, data: Float32Array.of(1, 0, 0, 1) });
        const { ids } = await index.search(Float32Array.of(0, 1), { k: 1 });
        console.log(JSON.stringify([...ids]));
        index.close();
      }
    `);
    expect(found).toEqual([1]);
  });
});

describe('the browser entry', () => {
  test('gives every name of src/browser.ts, in Node too', () => {
    const names = run(`console.log(JSON.stringify(Object.keys(await import('sluice/browser'))))`);
    expect(names.sort()).toEqual(Object.keys(browser).sort());
  });

  test("is what a browser's bundler finds under the name of the package", async () => {
    const app = join(directory, 'app.js');
    writeFileSync(app, "export * from 'sluice';\n");
    const bundle = await rolldown({ input: app, platform: 'browser', logLevel: 'silent' });
    const { output } = await bundle.generate({ format: 'esm' });
    await bundle.close();
    const [entry] = output;
    expect([...entry.exports].sort()).toEqual(Object.keys(browser).sort());
  });

  test('bundled alone imports nothing of Node and no package', async () => {
    const { ever, code } = await importsOf(join(place, 'dist/js/browser.js'));
    expect(ever).toEqual([]);
    expect(code).not.toMatch(/['"]node:|\bprocess\.|\brequire\(|\bBuffer\./);
    expect(code).toContain('kernels.wasm');
  });
});

test('the command of the package runs from where it is installed', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(place, 'dist/js/main.js'), 'doctor', '--json'],
    {
      cwd: directory,
      encoding: 'utf8',
    },
  );
  const report = JSON.parse(stdout);
  expect(report.selfTest.passed).toBe(true);
  expect(status).toBe(report.backend.backend === 'native' ? 0 : 1);
});
