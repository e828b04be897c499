/** How is the suite run over a runtime that is an optional package? Those of the benchmarks serve. */

import { join } from 'node:path';
import { test } from 'vitest';
import { resolvePeer } from '../../src/vectors/peer-package.ts';
import { root } from '../repository/sources.ts';

/** Lets the optional packages be found, and runs `tests` unless `name` is missing. */
export function withRuntime(name: 'onnxruntime-node' | '@tensorflow/tfjs', tests: () => void): void {
  process.env['SLUICE_MODULES'] ??= join(root, 'bench');
  try {
    resolvePeer({ name, version: '' });
  } catch {
    test.skip(`${name} is not installed: run \`npm ci\` in bench`, () => {});
    return;
  }
  tests();
}
