import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Index } from '../../src/vectors/index.ts';
import { modules, runtimeContract, withRuntime } from './runtimes.ts';

withRuntime('@tensorflow/tfjs', () => {
  // An engine is registered by the caller.
  beforeAll(async () => {
    const require = createRequire(join(modules, 'package.json'));
    require('@tensorflow/tfjs-backend-wasm');
    expect(await require('@tensorflow/tfjs').setBackend('wasm')).toBe(true);
  });

  test('the engine is that of the caller', async () => {
    using index = await Index.create({ dimension: 1, data: new Float32Array(1) }, { backend: 'tfjs' });
    expect(index.report).toMatchObject({ backend: 'tfjs', isa: 'wasm' });
  });

  runtimeContract('tfjs');
});
