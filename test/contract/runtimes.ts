/** What must hold of a runtime that is an optional package, beside the suite? Those of the benchmarks serve. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BackendName } from '../../src/vectors/backend.ts';
import { Index } from '../../src/vectors/index.ts';
import { root } from '../repository/sources.ts';
import { backendContract } from './backends.ts';
import { numbers } from './data.ts';
import { ordinary } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

/** Where the optional packages are installed. */
export const modules = join(root, 'bench');

/** Lets the packages be found, and runs `tests` unless `name` is missing. */
export function withRuntime(name: 'onnxruntime-node' | '@tensorflow/tfjs', tests: () => void): void {
  process.env['SLUICE_MODULES'] = modules;
  try {
    createRequire(join(modules, 'package.json')).resolve(name);
  } catch {
    test.skip(`${name} is not installed: run \`npm ci\` in bench`, () => {});
    return;
  }
  tests();
}

/** The suite, and what only a backend that hands rows to a runtime can do wrong. */
export function runtimeContract(backend: BackendName): void {
  backendContract(backend);

  describe(`${backend}: rows that the runtime does not hold yet`, () => {
    test('are found, while they are few, when they are handed over, and after', async () => {
      const dimension = 64;
      const query = numbers('ordinary', dimension, 5);
      const { data } = ordinary(40_000, dimension);
      let rows = 300;
      using index = await Index.create({ dimension, data: data.slice(0, rows * dimension) }, { backend });
      // From the first of these on, more lie behind than are scored one by one.
      for (const added of [20_000, 1, 100, 19_000]) {
        index.append(data.slice(rows * dimension, (rows + added) * dimension));
        rows += added;
        const truth = bits(trueTopK(data.subarray(0, rows * dimension), query, 50));
        expect(bits(index.searchSync(query, { k: 50 }))).toEqual(truth);
        expect(bits(await index.search(query, { k: 50 }))).toEqual(truth);
      }
    });

    test('are not seen by searches that run when they are handed over', async () => {
      const dimension = 64;
      const query = numbers('ordinary', dimension, 5);
      const { data } = ordinary(3000, dimension);
      using index = await Index.create({ dimension, data }, { backend });
      const running = Array.from({ length: 4 }, () => index.search(query, { k: 20 }));
      index.append(new Float32Array(20_000 * dimension).fill(1));
      for (const found of await Promise.all(running)) {
        expect(bits(found)).toEqual(bits(trueTopK(data, query, 20)));
      }
    });
  });
}
