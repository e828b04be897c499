/** What must hold of ONNX Runtime as a backend, beside the contract? */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { Index } from '../../src/vectors/index.ts';
import { topKModel } from '../../src/vectors/onnx-model.ts';
import { modules, withRuntime } from '../contract/runtimes.ts';
import { ordinary, refused } from '../contract/setup.ts';
import { bits, trueTopK } from '../contract/truth.ts';
import { root } from '../repository/sources.ts';

const settings = { ...process.env };
afterEach(() => {
  for (const name of ['SLUICE_MODULES', 'SLUICE_ONNX_DEVICE']) {
    if (settings[name] === undefined) delete process.env[name];
    else process.env[name] = settings[name];
  }
});

describe('the graph', () => {
  test('is what its script makes', async () => {
    const script = await import(pathToFileURL(join(root, 'models/top-k.mjs')).href);
    expect(Buffer.from(script.topKModel())).toEqual(readFileSync(join(root, 'models/top-k.onnx')));
  });

  test.each([
    [1, 1],
    [127, 128],
    [200_000, 64],
    [4_294_967_295, 65_536],
  ])('is filled in with the shape %i x %i, and nothing else changes', async (rows, dimension) => {
    const blank = readFileSync(join(root, 'models/top-k.onnx'));
    const filled = await topKModel(rows, dimension);
    const changed = [...filled.keys()].filter((i) => filled[i] !== blank[i]);
    const first = Math.min(...changed);
    const numberAt = (start: number): bigint =>
      filled
        .subarray(start, start + 10)
        .reduce((sum, byte, i) => sum + (BigInt(byte & 127) << BigInt(7 * i)), 0n);
    expect([numberAt(first), numberAt(first + 11)]).toEqual([BigInt(rows), BigInt(dimension)]);
    expect(Math.max(...changed)).toBeLessThan(first + 21);
    expect(filled.length).toBe(blank.length);
  });
});

describe('refusals', () => {
  const source = ordinary(10, 2);

  test('where onnxruntime-node is not installed, the command that installs it is the remedy', async () => {
    delete process.env['SLUICE_MODULES'];
    const error = await refused('ERR_SLUICE_BACKEND_UNAVAILABLE', () =>
      Index.create(source, { backend: 'onnx' }),
    );
    expect(error.message).toContain('the package onnxruntime-node');
    expect(error.remedy).toBe('Run `npm install onnxruntime-node@1.30.0`.');
  });

  test('a device that there is no name for is refused with those there are', async () => {
    process.env['SLUICE_ONNX_DEVICE'] = 'tpu';
    const error = await refused('ERR_SLUICE_BACKEND_UNAVAILABLE', () =>
      Index.create(source, { backend: 'onnx' }),
    );
    expect(error.message).toContain('Expected cpu, cuda or webgpu for SLUICE_ONNX_DEVICE but received "tpu"');
  });
});

/** Runs a module over the built package with ONNX Runtime at hand: `index` holds `data`, 50,000 x 32. */
function run(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const prelude = `
    import { Index } from ${JSON.stringify(pathToFileURL(join(root, 'dist/js/index.js')).href)};
    const data = Float32Array.from({ length: 50_000 * 32 }, (_, i) => Math.sin(i * i));
    const query = data.slice(0, 32);
    const queries = data.slice(0, 500 * 32);
    const index = await Index.create({ dimension: 32, data }, { backend: 'onnx' });
  `;
  const env = { ...process.env, SLUICE_MODULES: modules };
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${prelude}; ${body}`], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal, output })));
}

withRuntime('onnxruntime-node', () => {
  describe('devices', () => {
    test.each(['cuda', 'webgpu'])(
      '%s serves exactly, or is refused with its reason and remedy',
      async (device) => {
        process.env['SLUICE_MODULES'] = modules;
        process.env['SLUICE_ONNX_DEVICE'] = device;
        const source = ordinary(5000, 32);
        const query = ordinary(1, 32, 2).data;
        const created = await Index.create(source, { backend: 'onnx' }).catch((error) => error);
        if (created instanceof Index) {
          expect(created.report).toMatchObject({ backend: 'onnx', isa: device });
          expect(bits(await created.search(query, { k: 100 }))).toEqual(
            bits(trueTopK(source.data, query, 100)),
          );
          created.close();
          return;
        }
        expect(created).toMatchObject({
          code: 'ERR_SLUICE_BACKEND_UNAVAILABLE',
          message: expect.stringMatching(/ONNX Runtime to work but it failed: \S/),
          remedy: expect.stringContaining(device === 'cuda' ? '--onnxruntime-node-install=cuda12' : 'driver'),
        });
      },
    );
  });

  describe('threads and processes', () => {
    test('a search leaves the event loop free', async () => {
      const { output, code } = await run(`
        let [last, longest, ticks] = [performance.now(), 0, 0];
        const timer = setInterval(() => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
          ticks++;
        }, 1);
        const start = performance.now();
        await index.searchBatch(queries, { k: 100 });
        clearInterval(timer);
        console.log(JSON.stringify({ took: performance.now() - start, longest, ticks }));
      `);
      expect(code).toBe(0);
      const { took, longest, ticks } = JSON.parse(output);
      expect(ticks).toBeGreaterThan(5);
      expect(longest).toBeLessThan(took / 2);
    });

    test.each([
      ['with the index open', 'await index.search(query, { k: 3 })'],
      ['with the index closed', 'index.searchSync(query, { k: 3 }); index.close()'],
      ['after a search that nobody waits for', 'index.searchBatch(queries, { k: 3 })'],
      [
        'by process.exit in the middle of a search',
        'index.searchBatch(queries, { k: 3 }); setTimeout(() => process.exit(0), 30)',
      ],
    ])('a process ends cleanly %s', async (_, body) => {
      for (let i = 0; i < 3; i++) expect(await run(body)).toEqual({ code: 0, signal: null, output: '' });
    });

    test('a search at the very end is refused, and does not wait for ever', async () => {
      const { code, output } = await run(`
        process.on('exit', () => {
          try { index.searchSync(query, { k: 1 }); } catch (error) { console.log(error.code); }
        });
      `);
      expect({ code, output }).toEqual({ code: 0, output: 'ERR_SLUICE_RUNTIME_FAILED\n' });
    });

    test('a search on the calling thread is answered while others run', async () => {
      const { code, output } = await run(`
        const batch = index.searchBatch(queries, { k: 3 });
        const alone = index.searchSync(query, { k: 3 });
        const first = (await batch)[0];
        console.log(first.ids.join() === alone.ids.join(), first.scores.join() === alone.scores.join());
      `);
      expect({ code, output }).toEqual({ code: 0, output: 'true true\n' });
    });

    test('matrices that were closed are given back', async () => {
      const { code, output } = await run(`
        const memory = async () => {
          await index.search(query, { k: 1 });
          globalThis.gc?.();
          return process.memoryUsage.rss();
        };
        const again = async () => {
          const other = await Index.create({ dimension: 32, data }, { backend: 'onnx' });
          await other.search(query, { k: 10 });
          other.close();
        };
        for (let i = 0; i < 10; i++) await again();
        const before = await memory();
        for (let i = 0; i < 40; i++) await again();
        console.log(((await memory()) - before) / data.byteLength);
      `);
      expect(code).toBe(0);
      // In matrices, of the 40 that were made.
      expect(Number(output)).toBeLessThan(15);
    });
  });
});
