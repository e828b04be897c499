import { expect, test } from 'vitest';
import { oneObject, sluice } from './command.ts';

const native = (report: { backend: { backend: string } | null }) => report.backend?.backend === 'native';

test('the doctor names the backend, why each other was refused, and checks it against the reference', async () => {
  const { status, stdout, stderr } = await sluice(['doctor', '--json'], { env: { SLUICE_BACKEND: 'auto' } });
  const report = oneObject(stdout);
  expect(report).toMatchObject({
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    backend: { backend: expect.stringMatching(/^(native|wasm)$/), isa: expect.stringMatching(/\w/) },
    selfTest: { passed: true },
  });
  expect({ status, stderr }).toEqual({ status: native(report) ? 0 : 1, stderr: '' });
  expect(report.refused.map(({ backend }: { backend: string }) => backend)).toEqual(
    native(report) ? [] : ['native'],
  );
});

test('the doctor says what would mend a missing addon, and that the machine runs degraded', async () => {
  const env = { SLUICE_NATIVE_PATH: '/nowhere/sluice.node', SLUICE_BACKEND: 'auto' };
  const { status, stdout } = await sluice(['doctor', '--json'], { env });
  const report = oneObject(stdout);
  expect(status).toBe(1);
  expect(report.backend.backend).toBe('wasm');
  expect(report.refused).toEqual([
    expect.objectContaining({
      backend: 'native',
      reason: expect.stringContaining('/nowhere/sluice.node'),
      remedy: expect.stringContaining('SLUICE_NATIVE_PATH'),
    }),
  ]);
});

test('a preset backend that does not load is status 2, never another backend', async () => {
  const env = { SLUICE_NATIVE_PATH: '/nowhere/sluice.node', SLUICE_BACKEND: 'native' };
  const { status, stdout } = await sluice(['doctor', '--json'], { env });
  expect({ status, backend: oneObject(stdout).backend }).toEqual({ status: 2, backend: null });
});

test('the report for reading keeps to 80 columns and ends with one line end', async () => {
  const { stdout } = await sluice(['doctor'], { env: { SLUICE_BACKEND: 'auto' } });
  expect(stdout).toMatch(/^backend {5}(native|wasm) \(/m);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toMatch(/\S\n$/);
});
