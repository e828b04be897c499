import { expect, test } from 'vitest';
import { Index } from '../../src/vectors/index.ts';
import { wasmContract } from './wasm.ts';

wasmContract(1);

test('wasm: a matrix beyond 4 GiB is refused', async () => {
  const source = { dimension: 65_536, path: 'never opened', byteOffset: 0, rows: 16_384 };
  await expect(Index.create(source, { backend: 'wasm' })).rejects.toMatchObject({
    code: 'ERR_SLUICE_OUT_OF_MEMORY',
    remedy: expect.stringContaining('native backend'),
  });
});
