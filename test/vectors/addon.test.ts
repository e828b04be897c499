import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { fromNative, probeAddon } from '../../src/vectors/addon.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-addon-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const here = probeAddon();

/** Probes again as a new process would, under the given environment. */
async function probeUnder(environment: Record<string, string>) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.resetModules();
  return (await import('../../src/vectors/addon.ts')).probeAddon();
}

test('a named addon that does not exist is refused with the variable that names it', async () => {
  expect(await probeUnder({ SLUICE_NATIVE_PATH: join(folder, 'none.node') })).toEqual({
    ok: false,
    reason: `There is no file ${join(folder, 'none.node')}`,
    remedy: 'Correct or unset the environment variable SLUICE_NATIVE_PATH.',
  });
});

test('a damaged addon is refused with what the loader said, and the step that mends it', async () => {
  const path = join(folder, 'damaged.node');
  writeFileSync(path, 'not a library');
  const probe = await probeUnder({ SLUICE_NATIVE_PATH: path });
  expect(probe).toMatchObject({ ok: false, cause: { code: 'ERR_SLUICE_BACKEND_UNAVAILABLE' } });
  expect(!probe.ok && probe.reason).toContain(path);
  expect(!probe.ok && probe.remedy).toContain('npm run build');
});

test('a backend that is named while the addon is damaged throws and does not fall back', async () => {
  const path = join(folder, 'damaged.node');
  writeFileSync(path, 'not a library');
  vi.stubEnv('SLUICE_NATIVE_PATH', path);
  vi.resetModules();
  const { Index } = await import('../../src/vectors/index.ts');
  const source = { dimension: 1, data: new Float32Array(1) };
  await expect(Index.create(source, { backend: 'native' })).rejects.toMatchObject({
    code: 'ERR_SLUICE_BACKEND_UNAVAILABLE',
    remedy: expect.stringContaining('npm run build'),
  });
  using index = await Index.create(source, { backend: 'auto' });
  expect(index.backend).toBe('wasm');
  expect(index.report.refused.map((probe) => probe.backend)).toEqual(['native']);
});

test.skipIf(!here.ok)('an instruction set that does not exist is refused', async () => {
  const probe = await probeUnder({ SLUICE_ISA: 'avx1024' });
  expect(!probe.ok && probe.reason).toContain('avx1024');
});

test('an addon of another version is refused with both versions', async () => {
  const path = join(folder, 'other.cjs');
  writeFileSync(path, 'exports.info = () => ({ version: "0.0.1" })');
  const probe = await probeUnder({ SLUICE_NATIVE_PATH: path });
  const version = probe.ok ? '' : /the package of (.*)$/.exec(probe.reason)?.[1];
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(!probe.ok && probe.reason).toBe(`${path} is of version 0.0.1, the package of ${version}`);
  expect(!probe.ok && probe.remedy).toContain('npm run build');
});

test('what needs the addon says why there is none', async () => {
  vi.stubEnv('SLUICE_NATIVE_PATH', join(folder, 'none.node'));
  vi.resetModules();
  const { requireAddon } = await import('../../src/vectors/addon.ts');
  expect(() => requireAddon('training')).toThrow(
    expect.objectContaining({
      code: 'ERR_SLUICE_NATIVE_REQUIRED',
      message: expect.stringContaining('There is no file'),
    }),
  );
});

test.skipIf(!here.ok)('every code of the addon stands in the table of errors', () => {
  if (!here.ok) return;
  expect(here.info.errorCodes.length).toBeGreaterThan(0);
  for (const code of here.info.errorCodes) expect(Object.keys(ERRORS)).toContain(code);
});

test('what the addon throws becomes an error of the table, and anything else an internal one', () => {
  expect(fromNative(new Error('ERR_SLUICE_CLOSED: Expected an open matrix'))).toMatchObject({
    code: 'ERR_SLUICE_CLOSED',
    message: 'Expected an open matrix',
    remedy: ERRORS.ERR_SLUICE_CLOSED,
  });
  expect(fromNative(new Error('ERR_SLUICE_NO_SUCH: text')).code).toBe('ERR_SLUICE_INTERNAL');
  expect(fromNative(new Error('index out of bounds')).code).toBe('ERR_SLUICE_INTERNAL');
});
