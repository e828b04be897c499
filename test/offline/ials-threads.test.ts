/** Guards that a training under way in the addon never outlives or crashes its thread or process. */

import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';

const probe = probeAddon();

/** A factorisation whose half-iterations take some tenths of a second: 3000 users of 40 items each, 256 factors. */
const prelude = `
  const addon = require(${JSON.stringify(probe.ok ? probe.path : '')});
  const offsets = Uint32Array.from({ length: 3001 }, (_, user) => user * 40);
  const items = Uint32Array.from({ length: 120_000 }, (_, e) => (e % 40) * 50 + (Math.floor(e / 40) % 50));
  const start = { itemCount: 2000, dimension: 256, regularization: 0.01, unobservedWeight: 1 };
  const users = Float64Array.from({ length: 3000 * 256 }, (_, i) => Math.sin(i));
  const trainer = new addon.IalsTrainer(start, offsets, items, users);
`;

function runProcess(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const child = spawn(process.execPath, ['-e', `${prelude}; ${body}`]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal, output })));
}

describe.skipIf(!probe.ok)('a training in the addon', () => {
  it('ends with a worker that is terminated in the middle of it', async () => {
    for (let i = 0; i < 3; i++) {
      const body = `trainer.solve(false); require('node:worker_threads').parentPort.postMessage('running')`;
      const worker = new Worker(`${prelude}; ${body}`, { eval: true });
      const ended = new Promise((resolve, reject) => {
        worker.on('error', reject);
        worker.on('exit', resolve);
      });
      await new Promise((resolve) => worker.on('message', resolve));
      await worker.terminate();
      expect(await ended).toBe(1);
    }
  });

  it('ends with process.exit in the middle of it', async () => {
    const body = `trainer.solve(false); setTimeout(() => process.exit(7), 20)`;
    expect(await runProcess(body)).toEqual({ code: 7, signal: null, output: '' });
  });

  it('lets a process end that left it open', async () => {
    const body = `trainer.solve(false).then((done) => console.log(done))`;
    expect(await runProcess(body)).toEqual({ code: 0, signal: null, output: 'true\n' });
  });

  it('is left unfinished once its flag is raised', async () => {
    // The eigendecomposition alone takes longer than the flag waits.
    const body = `
      const flag = new addon.AbortFlag();
      setTimeout(() => flag.abort(), 1);
      trainer.solve(true).then(() => trainer.solve(false, flag)).then((done) => console.log(done));`;
    expect(await runProcess(body)).toEqual({ code: 0, signal: null, output: 'false\n' });
  });

  it('refuses a closed factorisation and rows that do not fit', async () => {
    const body = `
      trainer.close();
      trainer.close();
      const message = (call) => { try { call(); } catch (error) { return error.message.split(':')[0]; } };
      console.log(
        message(() => trainer.solve(true)),
        message(() => trainer.factors(true)),
        message(() => new addon.IalsTrainer({ ...start, itemCount: 7 }, offsets, items, users)),
        message(() => new addon.IalsTrainer(start, offsets, items, users.slice(1))),
      );`;
    const invalid = 'ERR_SLUICE_INVALID_ARGUMENT';
    const closed = 'ERR_SLUICE_CLOSED';
    const { output } = await runProcess(body);
    expect(output.trim().split(' ')).toEqual([closed, closed, invalid, invalid]);
  });
});
