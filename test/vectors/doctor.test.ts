import { expect, test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import type { Backend } from '../../src/vectors/backend.ts';
import { chooser, type Select } from '../../src/vectors/choose.ts';
import { doctor, doctorExitCode } from '../../src/vectors/doctor.ts';
import { nodeHost } from '../../src/vectors/host.node.ts';
import { referenceBackend } from '../../src/vectors/reference.ts';
import { renderDoctor } from '../../src/vectors/render-doctor.ts';
import { wasmBackend } from '../../src/vectors/wasm.ts';

const remedy = 'Install Rust (https://rustup.rs) and run `npm run build`.';
const reason = `There is no file ${'long/'.repeat(30)}sluice.node in the folder of prebuilt addons of this machine`;
const missing: Backend = {
  name: 'native',
  probe: async () => ({ ok: false, backend: 'native', reason, remedy }),
  load: async () => expect.fail('a refused backend must not be loaded'),
};

/** A chooser among backends that are there already. */
function among(...backends: Backend[]): Select {
  return chooser(
    backends.map((each) => ({ name: each.name, open: async () => each })),
    () => undefined,
  );
}

test('the report is plain data and its self-test passes on this machine', async () => {
  const report = await doctor();
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report.selfTest).toMatchObject({ passed: true, rows: 40_000, dimension: 67, k: 100 });
  expect(report.selfTest!.milliseconds).toBeGreaterThan(0);
  expect(report).toMatchObject({ platform: process.platform, node: process.versions.node });
  const named = process.env['SLUICE_BACKEND'] ?? 'auto';
  if (probeAddon().ok && named === 'auto') {
    expect(report.backend?.backend).toBe('native');
    expect(report.refused).toEqual([]);
    expect(doctorExitCode(report)).toBe(0);
  }
});

test('without the addon it is degraded, says why, and how to mend it', async () => {
  const select = among(missing, wasmBackend({ ...nodeHost, threads: () => 2 }));
  const report = await doctor({}, select);
  expect(report.backend).toEqual({ backend: 'wasm', isa: 'simd128', threads: 2 });
  expect(report.refused).toEqual([{ backend: 'native', reason, remedy }]);
  expect(doctorExitCode(report)).toBe(1);
  const text = renderDoctor(report);
  expect(text).toContain('-> Install Rust');
  expect(text).toContain('passed: top 100 of 40000 x 67');
  for (const line of text.split('\n')) {
    if (!line.includes('long/')) expect(line.length).toBeLessThanOrEqual(80);
  }
});

test.each([
  [{ refusesThreads: () => 'the page is not isolated' }, 'the page is not isolated'],
  [
    {
      startThread() {
        throw new Error('no more threads');
      },
    },
    'a thread of the search was lost: no more threads',
  ],
])('where no thread can help it says why, and passes with one', async (lacking, fewerThreads) => {
  const report = await doctor({}, among(wasmBackend({ ...nodeHost, threads: () => 2, ...lacking })));
  expect(report.backend).toEqual({ backend: 'wasm', isa: 'simd128', threads: 1, fewerThreads });
  expect(report.selfTest?.passed).toBe(true);
  expect(renderDoctor(report).replace(/\s+/g, ' ')).toContain(
    `(simd128, 1 thread); no more, since ${fewerThreads}`,
  );
});

test('where nothing works it says so', async () => {
  const select = among(missing);
  const report = await doctor({}, select);
  expect(report).toMatchObject({ backend: null, selfTest: null, refused: [{ backend: 'native' }] });
  expect(doctorExitCode(report)).toBe(2);
  expect(renderDoctor(report)).toContain('none works');
});

test('backends that serve only when they are named are told of, working or not', async () => {
  const candidate = (each: Backend, onlyNamed: boolean) => ({
    name: each.name,
    open: async () => each,
    onlyNamed,
  });
  const onnx: Backend = {
    ...missing,
    name: 'onnx',
    probe: async () => ({
      ok: false,
      backend: 'onnx',
      reason,
      remedy: 'Run `npm install onnxruntime-node`.',
    }),
  };
  const tfjs: Backend = {
    ...missing,
    name: 'tfjs',
    probe: async () => ({ ok: true, backend: 'tfjs', isa: 'webgl', threads: 1 }),
  };
  const select = chooser(
    [candidate(wasmBackend(nodeHost), false), candidate(onnx, true), candidate(tfjs, true)],
    () => undefined,
  );
  const report = await doctor({}, select);
  expect(report).toMatchObject({ backend: { backend: 'wasm' }, refused: [] });
  expect(report.byName).toEqual([
    { backend: 'onnx', reason, remedy: 'Run `npm install onnxruntime-node`.' },
    { backend: 'tfjs', isa: 'webgl', threads: 1 },
  ]);
  const text = renderDoctor(report);
  expect(text).toMatch(/^by name {5}onnx: There is no file/m);
  expect(text).toContain('-> Run `npm install onnxruntime-node`.');
  expect(text).toMatch(/^by name {5}tfjs \(webgl, 1 thread\)$/m);
});

test('a backend that computes wrongly is found out', async () => {
  const honest = referenceBackend(nodeHost);
  let loads = 0;
  const wrong: Backend = {
    ...honest,
    // The first matrix loaded is the one under test; the second is the truth.
    load: (source) =>
      honest.load('data' in source && loads++ === 0 ? { ...source, data: source.data.toReversed() } : source),
  };
  const report = await doctor({}, among(wrong));
  expect(report.selfTest).toMatchObject({ passed: false, reason: 'The result differs from the reference' });
  expect(doctorExitCode(report)).toBe(2);
  expect(renderDoctor(report)).toContain('FAILED');
});

test('a backend that throws is found out', async () => {
  const failing: Backend = {
    ...referenceBackend(nodeHost),
    load: () => Promise.reject(new TypeError('no memory on the device')),
  };
  const report = await doctor({}, among(failing));
  expect(report.selfTest).toMatchObject({ passed: false, reason: 'no memory on the device' });
});
