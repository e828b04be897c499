/** How is the suite run over WebAssembly, with so many threads? Each test file is a process of its own. */

import { expect, test } from 'vitest';
import { Index } from '../../src/vectors/index.ts';
import { backendContract } from './backends.ts';
import { ordinary } from './setup.ts';

export function wasmContract(threads: number): void {
  process.env['SLUICE_THREADS'] = String(threads);
  backendContract('wasm');

  test(`wasm: ${threads} threads serve`, async () => {
    using index = await Index.create(ordinary(150_000, 16), { backend: 'wasm' });
    expect(index.report).toEqual({ backend: 'wasm', isa: 'simd128', threads, refused: [] });
  });
}
