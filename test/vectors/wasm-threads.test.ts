/** Do threads that help to search change nothing but the time, and end, or fail, without harm? */

import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/vectors/host.node.ts';
import type { Host, ThreadListener } from '../../src/vectors/host.ts';
import { wasmBackend } from '../../src/vectors/wasm.ts';
import { WasmExchange } from '../../src/vectors/wasm-exchange.ts';
import { instantiate, instantiateOver, sharedMemory } from '../../src/vectors/wasm-kernels.ts';
import { WasmMatrix } from '../../src/vectors/wasm-matrix.ts';
import { WasmPlanes } from '../../src/vectors/wasm-planes.ts';
import { queryOf } from '../../src/vectors/wasm-rows.ts';
import { WasmSelector } from '../../src/vectors/wasm-selector.ts';
import { type Source, work } from '../../src/vectors/wasm-stage.ts';
import { WasmTeam } from '../../src/vectors/wasm-team.ts';
import type { WasmHelp } from '../../src/vectors/wasm-worker.ts';
import { numbers } from '../contract/data.ts';
import { bits, trueTopK } from '../contract/truth.ts';

const dimension = 64;
const rows = 2 ** 17;
const data = numbers('ordinary', rows * dimension, 1);
const query = numbers('ordinary', dimension, 2);
const truth = bits(trueTopK(data, query, 500));

/** The host with so many threads, which tell what becomes of them. */
function hostOf(threads: number, change: Partial<Host> = {}) {
  const ends: (() => void)[] = [];
  const gone: Promise<string>[] = [];
  const host: Host = {
    ...nodeHost,
    threads: () => threads,
    startThread(message, listener) {
      gone.push(
        new Promise((resolve) => {
          const lost = (reason: string) => {
            listener.lost(reason);
            resolve(reason);
          };
          ends.push(nodeHost.startThread(message, { ...listener, lost }));
        }),
      );
      return ends.at(-1)!;
    },
    ...change,
  };
  return { host, ends, gone };
}

describe('a team', () => {
  test('finds in each kind of stage what one thread finds, and its threads take part', async () => {
    const { host } = hostOf(3);
    const own = await WebAssembly.compile(await host.kernels());
    const shared = await WebAssembly.compile(await host.kernels(true));
    const thread = { number: 0, count: 3 };
    const matrix = new WasmMatrix(await instantiateOver(sharedMemory(), shared), dimension, thread);
    matrix.append(data);
    const fresh = await instantiateOver(sharedMemory(), shared);
    const planes = await WasmPlanes.make(fresh, dimension, async () => {}, thread);
    while (planes.encode(matrix));
    const selector = new WasmSelector(await instantiate(own));
    const readers = { rows: matrix.reader, codes: planes.reader, selector };
    const team = await WasmTeam.start(host, 3, {
      modules: { own, shared },
      dimension,
      rows: matrix.memory,
      planes: { memory: planes.memory, readerFrom: planes.readerFrom },
    });
    const prepared = queryOf(query);
    const coded = { spans: planes.spans(rows), codes: planes.query(prepared)! };
    const mask = Uint32Array.from({ length: rows / 32 }, (_, i) => Math.imul(i + 1, 0x9e3779b9));
    const sources: Source[] = [
      { kind: 'estimates', ...coded },
      { kind: 'codes', ...coded },
      { kind: 'rows', rows: Uint32Array.from({ length: 40_000 }, (_, i) => 3 * i) },
      { kind: 'tiles', tiles: matrix.tiles(0, rows) },
    ];
    for (const source of sources) {
      for (const keep of [1, 700, 20_000]) {
        const stage = { source, query: prepared, mask, keep, limit: Number.NEGATIVE_INFINITY };
        let unit = 0;
        const alone = end(work(readers, stage, () => unit++)).keys();
        const before = team.helped;
        for (let i = 0; i < 3 || team.helped === before; i++) {
          const together = end(team.work(readers, stage))!.keys();
          expect(together.slice().sort()).toEqual(alone.slice().sort());
        }
      }
    }
    const few = { kind: 'rows', rows: new Uint32Array(10) } as const;
    const stage = { source: few, query: prepared, keep: 1, limit: 0 };
    expect(end(team.work(readers, stage))).toBeUndefined();
    team.end();
  });
});

function end<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe('threads of a matrix', () => {
  test('end when it is closed, after the searches that run', async () => {
    const { host, gone } = hostOf(3);
    const resident = await wasmBackend(host).load({ dimension, data });
    expect(resident.threads).toEqual({ threads: 3 });
    expect(gone).toHaveLength(2);
    const running = resident.topK({ queries: query, k: 500 });
    resident.close();
    expect(bits((await running)[0]!)).toEqual(truth);
    expect(await Promise.all(gone)).toEqual(['it ended with status 1', 'it ended with status 1']);
  });

  test('are not started for few rows, but when rows are appended', async () => {
    const { host, gone } = hostOf(2);
    using resident = await wasmBackend(host).load({ dimension, data: data.subarray(0, 64 * dimension) });
    expect(gone).toHaveLength(0);
    resident.append(data.subarray(64 * dimension));
    while (resident.indexBytes < rows * dimension) await nodeHost.yield();
    expect(gone).toHaveLength(1);
    expect(bits((await resident.topK({ queries: query, k: 500 }))[0]!)).toEqual(truth);
  });

  test('may fail between searches: one thread serves on, and the reason is told', async () => {
    const { host, ends, gone } = hostOf(2);
    using resident = await wasmBackend(host).load({ dimension, data });
    ends[0]!();
    await Promise.all(gone);
    expect(resident.threads).toEqual({
      threads: 1,
      fewerThreads: 'a thread of the search was lost: it ended with status 1',
    });
    expect(bits(resident.topKSync({ queries: query, k: 500 })[0]!)).toEqual(truth);
    expect(bits((await resident.topK({ queries: query, k: 500 }))[0]!)).toEqual(truth);
  });

  /** A thread that takes units and is never heard of again, until `lost` is called. */
  function silent(taken: () => void) {
    let listener: ThreadListener | undefined;
    const startThread: Host['startThread'] = (message, heard) => {
      listener = heard;
      const { exchange } = message as WasmHelp;
      const seen = new WasmExchange(exchange);
      const open = new Int32Array(exchange.buffer, 4, 1);
      const look = () => {
        if (open[0] === 0 || !seen.join(open[0]!)) return void setImmediate(look);
        seen.claim();
        taken();
      };
      look();
      setImmediate(() => heard.ready());
      return () => {};
    };
    return { startThread, lost: (reason: string) => listener!.lost(reason) };
  }

  test('may fail within a search: it is done again by one thread', async () => {
    let taken = 0;
    const thread = silent(() => {
      taken++;
      setTimeout(() => thread.lost('out of memory'), 20);
    });
    const { host } = hostOf(2, { startThread: thread.startThread });
    using resident = await wasmBackend(host).load({ dimension, data });
    const queries = new Float32Array(40 * dimension).map((_, i) => query[i % dimension]!);
    for (const found of await resident.topK({ queries, k: 500 })) expect(bits(found)).toEqual(truth);
    expect(taken).toBe(1);
    expect(resident.threads!.fewerThreads).toContain('out of memory');
  });

  test('leave a search that is aborted while it has their help', async () => {
    const { host } = hostOf(2);
    using resident = await wasmBackend(host).load({ dimension, data });
    const queries = numbers('ordinary', 2000 * dimension, 3);
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const running = [0, 1].map(() => resident.topK({ queries, k: 500 }, controller.signal));
      setTimeout(() => controller.abort('enough'), 3);
      for (const each of running) await expect(each).rejects.toBe('enough');
      expect(bits((await resident.topK({ queries: query, k: 500 }))[0]!)).toEqual(truth);
    }
    expect(resident.threads).toEqual({ threads: 2 });
  });
});

describe('a process whose searches threads help', () => {
  const prelude = `
    import { Index } from ${JSON.stringify(new URL('../../dist/js/index.js', import.meta.url).href)};
    const dimension = 64;
    const data = Float32Array.from({ length: ${2 ** 22} }, (_, i) => Math.sin(i));
    let running = 0;
    process.on('worker', (worker) => { running++; worker.on('exit', () => running--); });
    const open = () => Index.create({ dimension, data }, { backend: 'wasm' });
    const query = data.slice(0, dimension);
  `;

  function run(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
    const options = ['--expose-gc', '--input-type=module', '-e', prelude + body];
    const child = spawn(process.execPath, options, { env: { ...process.env, SLUICE_THREADS: '2' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal, output })));
  }

  test('ends by itself though nothing was closed', async () => {
    const ended = await run(`
      const index = await open();
      console.log(running, (await index.search(query, { k: 5 })).ids.length);
    `);
    expect(ended).toEqual({ code: 0, signal: null, output: '1 5\n' });
  });

  test('ends at once where it is told to, in the middle of a search', async () => {
    const ended = await run(`
      const index = await open();
      for (let i = 0; i < 2000; i++) index.search(query, { k: 1000 });
      setTimeout(() => process.exit(7), 20);
    `);
    expect(ended).toEqual({ code: 7, signal: null, output: '' });
  });

  test('gets the threads back of an index that nobody holds', async () => {
    const ended = await run(`
      await (async () => { await (await open()).search(query, { k: 5 }); })();
      const before = running;
      for (let i = 0; i < 200 && running > 0; i++) { gc(); await new Promise((go) => setTimeout(go, 10)); }
      console.log(before, running);
    `);
    expect(ended).toEqual({ code: 0, signal: null, output: '1 0\n' });
  });
});
