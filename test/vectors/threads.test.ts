/** Guards the one thing that a search cannot show: that threads and processes with the addon in use end cleanly. */

import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';

const probe = probeAddon();
const path = probe.ok ? probe.path : '';

/** Loads the addon in plain JavaScript and has `addon`, `matrix` (50,000 x 32) and 2000 `queries`. */
const prelude = `
  const addon = require(${JSON.stringify(path)});
  const data = Float32Array.from({ length: 50_000 * 32 }, (_, i) => Math.sin(i));
  const queries = data.slice(0, 2000 * 32);
  const run = async (body) => body(await addon.loadRows(data, 32));
`;

function runWorker(body: string): Promise<{ code: number; messages: unknown[] }> {
  const worker = new Worker(`${prelude}; const { parentPort } = require('node:worker_threads'); ${body}`, {
    eval: true,
  });
  const messages: unknown[] = [];
  worker.on('message', (message) => {
    messages.push(message);
    if (message === 'terminate me') void worker.terminate();
  });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => resolve({ code, messages }));
  });
}

function runProcess(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const child = spawn(process.execPath, ['-e', `${prelude}; ${body}`]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal, output })));
}

describe.skipIf(!probe.ok)('the addon in threads', () => {
  test('several workers search at once and end by themselves', async () => {
    const body = `run(async (matrix) => {
      const answer = await matrix.topK(data.slice(0, 32), 10, undefined, undefined);
      parentPort.postMessage(answer.ids);
    })`;
    const runs = await Promise.all([1, 2, 3, 4].map(() => runWorker(body)));
    for (const { code, messages } of runs) {
      expect(code).toBe(0);
      expect(messages).toEqual(runs[0]!.messages);
      expect((messages[0] as Uint32Array).length).toBe(10);
    }
  });

  test('a worker that is terminated in the middle of a search ends, and the addon serves on', async () => {
    const body = `run((matrix) => {
      matrix.topK(queries, 1000, undefined, undefined);
      parentPort.postMessage('terminate me');
    })`;
    for (let i = 0; i < 3; i++) expect((await runWorker(body)).messages).toEqual(['terminate me']);
    const after = await runWorker(`run(async (matrix) => {
      parentPort.postMessage((await matrix.topK(data.slice(0, 32), 1, undefined, undefined)).ids.length);
    })`);
    expect(after).toEqual({ code: 0, messages: [1] });
  });
});

describe.skipIf(!probe.ok)('the addon in a process', () => {
  test('a process with an open matrix ends by itself after its last search', async () => {
    const { code, signal, output } = await runProcess(`run(async (matrix) => {
      console.log((await matrix.topK(queries, 5, undefined, undefined)).ids.length);
    })`);
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: '10000\n' });
  });

  test('process.exit in the middle of a search ends at once', async () => {
    const { code, signal, output } = await runProcess(`run((matrix) => {
      for (let i = 0; i < 50; i++) matrix.topK(queries, 1000, undefined, undefined);
      setTimeout(() => process.exit(7), 20);
    })`);
    expect({ code, signal, output }).toEqual({ code: 7, signal: null, output: '' });
  });

  test('a process whose addon never ran anything ends too', async () => {
    expect(await runProcess('addon.info()')).toEqual({ code: 0, signal: null, output: '' });
  });

  test('matrices that nobody holds are collected with their memory', async () => {
    const { code, output } = await runProcess(`(async () => {
      for (let i = 0; i < 200; i++) {
        const matrix = await addon.loadRows(data, 32);
        if (i % 2 === 0) matrix.close();
      }
      console.log(process.memoryUsage.rss() < 700e6);
    })()`);
    expect({ code, output }).toEqual({ code: 0, output: 'true\n' });
  });
});
