/** Do the build scripts leave alone what is up to date, and go on where cargo is missing? */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { platformName } from '../../src/vectors/addon.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sluice-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('where cargo is missing a stale addon is removed, one line says so, and the status is 0', () => {
  const copy = join(folder, 'without-cargo');
  for (const name of ['scripts', 'native/src', 'native/Cargo.toml', 'native/Cargo.lock', 'native/build.rs']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  mkdirSync(join(copy, 'prebuilt'));
  const addon = join(copy, 'prebuilt', `sluice.${platformName()}.node`);
  writeFileSync(addon, 'of older sources');
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(copy, 'scripts/build-native.mjs')], {
    encoding: 'utf8',
    env: { PATH: join(copy, 'nothing-here') },
  });
  expect(stderr).toMatch(/^cargo not found: .*; continuing with WebAssembly\n$/);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(existsSync(addon)).toBe(false);
});

test('the kernels are built once and then left alone', () => {
  const copy = join(folder, 'wasm');
  for (const name of ['scripts', 'assembly']) cpSync(join(root, name), join(copy, name), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of ['assemblyscript', 'binaryen', 'long']) {
    cpSync(join(root, 'node_modules', name), join(copy, 'node_modules', name), { recursive: true });
  }
  const build = () =>
    spawnSync(process.execPath, [join(copy, 'scripts/build-wasm.mjs')], { encoding: 'utf8' });
  expect(build()).toMatchObject({ status: 0, stderr: 'Building the WebAssembly kernels (asc)\n' });
  expect(existsSync(join(copy, 'prebuilt/kernels.wasm'))).toBe(true);
  expect(build()).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
