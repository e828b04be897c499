/** Does the set-up of a checkout do its work once, and do the scripts start what they should? */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movieLens } from '../cli/history.ts';
import { directoryWith } from '../offline/temporary.ts';
import { root } from '../repository/sources.ts';
import { linkPackages } from './packed.ts';

/** A copy of the checkout as it is built, whose packages are those of this one. */
let copy = '';

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'sluice-setup-'));
  for (const name of [
    'assembly',
    'dist',
    'package-lock.json',
    'package.json',
    'prebuilt',
    'scripts',
    'src',
    'tsconfig.build.json',
    'tsconfig.json',
    'native/Cargo.lock',
    'native/Cargo.toml',
    'native/build.rs',
    'native/src',
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const modules = join(copy, 'node_modules');
  mkdirSync(modules);
  linkPackages(
    modules,
    readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.')),
  );
  const { hashInputs } = await import(join(copy, 'scripts/hash-inputs.mjs'));
  writeFileSync(join(modules, '.sluice-lock'), hashInputs(`${copy}/`, ['package.json', 'package-lock.json']));
  // Brings up to date what this checkout has not built since it was edited.
  const { status, stderr } = script('setup');
  expect(status).toBe(0);
  expect(stderr).not.toContain('Installing');
}, 300_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function script(name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, `scripts/${name}.mjs`), ...args],
    {
      cwd: copy,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr, ms: performance.now() - started };
}

/** What every set-up says where cargo is missing, and nothing elsewhere. */
const ONE_LINE_AT_MOST = /^(cargo not found: [^\n]*\n)?$/;

test('what is built is left alone, silently and at once', () => {
  const { status, stdout, stderr, ms } = script('setup');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(ONE_LINE_AT_MOST);
  expect(ms).toBeLessThan(1500);
});

test('npm start says its first line within three seconds and goes on to the demo', () => {
  const { status, stdout, stderr, ms } = script('start', ['--titles', '1', '--json']);
  expect(stderr).toMatch(/^Sluice: checking the build\n/);
  expect(ms).toBeLessThan(3000);
  expect({ status, code: JSON.parse(stdout).error.code }).toEqual({
    status: 1,
    code: 'ERR_SLUICE_INVALID_ARGUMENT',
  });
});

test('npm run sluice takes paths from where npm was called', () => {
  const directory = directoryWith(movieLens());
  const args = ['evaluate', '--data', '.', '--factors', '4', '--iterations', '2', '--json'];
  const { status, stdout } = script('sluice', args, { INIT_CWD: directory });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).models).toHaveLength(2);
});

test('sources that do not compile fail the set-up and leave the last build standing', () => {
  const broken = join(copy, 'src/broken.ts');
  writeFileSync(broken, 'export const seven: number = "seven";\n');
  try {
    const { status, stderr } = script('setup');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^Compiling TypeScript\n.*broken\.ts.*TS2322/ms);
    expect(existsSync(join(copy, 'dist/js/main.js'))).toBe(true);
    expect(readdirSync(join(copy, 'prebuilt')).filter((name) => name.startsWith('dist'))).toEqual([]);
    // The next set-up tries again: a build that failed is not taken for one that succeeded.
    expect(script('setup').status).not.toBe(0);
  } finally {
    rmSync(broken);
  }
  expect(script('setup')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('Compiling TypeScript'),
  });
  expect(script('setup').stderr).toMatch(ONE_LINE_AT_MOST);
});
