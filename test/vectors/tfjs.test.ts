/** What must hold of TensorFlow.js as a backend, beside the contract? */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Index } from '../../src/vectors/index.ts';
import { numbers } from '../contract/data.ts';
import { modules, withRuntime } from '../contract/runtimes.ts';
import { ordinary, refused } from '../contract/setup.ts';
import { bits, trueTopK } from '../contract/truth.ts';

const source = ordinary(2000, 16);
const query = numbers('ordinary', 16, 2);
const create = () => Index.create(source, { backend: 'tfjs' });

afterEach(() => vi.restoreAllMocks());

test('where @tensorflow/tfjs is not installed, the command that installs it is the remedy', async () => {
  delete process.env['SLUICE_MODULES'];
  const error = await refused('ERR_SLUICE_BACKEND_UNAVAILABLE', create);
  expect(error.remedy).toBe('Run `npm install @tensorflow/tfjs@4.22.0`.');
});

withRuntime('@tensorflow/tfjs', () => {
  const load = () => createRequire(join(modules, 'package.json'))('@tensorflow/tfjs');

  test('says nothing on the console, and leaves the settings of TensorFlow.js alone', async () => {
    process.env['SLUICE_MODULES'] = modules;
    const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'log'), vi.spyOn(console, 'info')];
    using index = await create();
    await index.search(query, { k: 3 });
    for (const each of said) expect(each).not.toHaveBeenCalled();
    expect(load().env().getBool('PROD')).toBe(false);
  });

  test('gives every tensor back', async () => {
    process.env['SLUICE_MODULES'] = modules;
    const tensors = () => load().memory().numTensors;
    const before = tensors();
    const index = await create();
    expect(tensors()).toBe(before + 1);
    index.searchSync(query, { k: 10 });
    await index.search(query, { k: 10 });
    const running = index.search(query, { k: 10 });
    const aborted = index.search(query, { k: 10, signal: AbortSignal.timeout(1) }).catch(() => {});
    index.close();
    await Promise.all([running, aborted]);
    expect(tensors()).toBe(before);
  });

  test('an engine of 16-bit numbers is refused', async () => {
    process.env['SLUICE_MODULES'] = modules;
    vi.spyOn(load().backend(), 'floatPrecision').mockReturnValue(16);
    const error = await refused('ERR_SLUICE_BACKEND_UNAVAILABLE', create);
    expect(error.message).toContain('The engine cpu computes with 16-bit numbers here');
    expect(error.remedy).toContain('setBackend');
  });

  test('an engine that fails is an error of its own, and one that runs out of memory too', async () => {
    process.env['SLUICE_MODULES'] = modules;
    using index = await create();
    const broken = vi.spyOn(load().engine(), 'runKernel');
    broken.mockImplementation(() => {
      throw new Error('the context was lost');
    });
    const error = await refused('ERR_SLUICE_RUNTIME_FAILED', () => index.searchSync(query, { k: 3 }));
    expect(error.message).toContain('the context was lost');
    broken.mockImplementation(() => {
      throw new Error('Failed to allocate');
    });
    await refused('ERR_SLUICE_OUT_OF_MEMORY', () => index.search(query, { k: 3 }));
    broken.mockRestore();
    expect(bits(await index.search(query, { k: 3 }))).toEqual(bits(trueTopK(source.data, query, 3)));
  });
});
