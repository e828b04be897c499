import { expect, test } from 'vitest';
import type { Backend, BackendName } from '../../src/vectors/backend.ts';
import { type Candidate, chooser } from '../../src/vectors/choose.ts';
import { Index } from '../../src/vectors/index.ts';

function backend(name: BackendName, ok: boolean): Backend {
  return {
    name,
    async probe() {
      return ok
        ? { ok, backend: name, isa: 'scalar', threads: 1 }
        : { ok, backend: name, reason: `${name} is broken`, remedy: `mend ${name}` };
    },
    async load() {
      throw new TypeError('not asked for');
    },
  };
}

function candidates(...backends: Backend[]): Candidate[] {
  return backends.map((each) => ({ name: each.name, open: async () => each }));
}

const broken = candidates(backend('native', false), backend('wasm', true), backend('reference', true));

test('auto takes the first that works and keeps why each before it was refused', async () => {
  const { report } = await chooser(broken, () => undefined)();
  expect(report).toEqual({
    backend: 'wasm',
    isa: 'scalar',
    threads: 1,
    refused: [{ ok: false, backend: 'native', reason: 'native is broken', remedy: 'mend native' }],
  });
});

test('a backend that is named, by the caller or the environment, never falls back', async () => {
  const error = expect.objectContaining({
    code: 'ERR_SLUICE_BACKEND_UNAVAILABLE',
    message: 'Expected the backend native to work: native is broken',
    remedy: 'mend native',
  });
  await expect(chooser(broken, () => undefined)('native')).rejects.toEqual(error);
  await expect(chooser(broken, () => 'native')()).rejects.toEqual(error);
  expect((await chooser(broken, () => 'native')('reference')).report.backend).toBe('reference');
});

test('where nothing works every reason is told', async () => {
  const none = candidates(backend('native', false), backend('wasm', false));
  await expect(chooser(none, () => undefined)()).rejects.toMatchObject({
    code: 'ERR_SLUICE_BACKEND_UNAVAILABLE',
    message: expect.stringContaining('native is broken; wasm is broken'),
  });
});

test('an unknown name is refused with the names there are', async () => {
  const source = { dimension: 1, data: new Float32Array(1) };
  await expect(Index.create(source, { backend: 'cuba' as BackendName })).rejects.toMatchObject({
    code: 'ERR_SLUICE_INVALID_ARGUMENT',
    message: 'Expected auto, native, wasm, reference, onnx, tfjs for backend but received "cuba"',
  });
});

test('a backend is imported only when it is tried, and once', async () => {
  const opened: string[] = [];
  const counted = broken.map(({ name, open }) => ({
    name,
    open() {
      opened.push(name);
      return open();
    },
  }));
  const select = chooser(counted, () => undefined);
  await Promise.all([select(), select()]);
  expect(opened).toEqual(['native', 'wasm']);
});

test('a backend that serves only when it is named is no part of auto', async () => {
  const named = { ...candidates(backend('onnx', true))[0]!, onlyNamed: true };
  const select = chooser([named, ...broken], () => undefined);
  expect((await select()).report.backend).toBe('wasm');
  expect((await select('onnx')).report.backend).toBe('onnx');
  expect(select.onlyNamed).toEqual(['onnx']);
});
