/** Is the addon built with the graph where a C++ compiler works, and without it, saying so, where none does? */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { platformName } from '../../src/vectors/addon.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sluice-graph-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let checkouts = 0;

/** A checkout whose cargo writes down how it was called, and whose compiler, if any, is as told. */
function checkout({ compiler, graphCompiles = true }: { compiler: boolean; graphCompiles?: boolean }) {
  const copy = join(folder, `${checkouts++}`);
  for (const name of ['scripts', 'native/src', 'native/Cargo.toml', 'native/Cargo.lock', 'native/build.rs']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const script = (name: string, body: string) => {
    const path = join(copy, 'bin', name);
    mkdirSync(join(copy, 'bin'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  };
  const library = process.platform === 'darwin' ? 'libsluice.dylib' : 'libsluice.so';
  script(
    'cargo',
    `[ "$1" = build ] || exit 0
echo "$*" >> calls
${graphCompiles ? '' : 'case "$*" in *graph*) exit 101 ;; esac'}
/bin/mkdir -p native/target/release
echo addon > native/target/release/${library}`,
  );
  if (compiler) script('c++', '/bin/cat > /dev/null');
  const build = () => {
    const { status, stderr } = spawnSync(process.execPath, [join(copy, 'scripts/build-native.mjs')], {
      cwd: copy,
      encoding: 'utf8',
      env: { PATH: join(copy, 'bin') },
    });
    const calls = existsSync(join(copy, 'calls')) ? readFileSync(join(copy, 'calls'), 'utf8') : '';
    return { status, lines: stderr.split('\n').slice(0, -1), calls: calls.split('\n').slice(0, -1) };
  };
  return { addon: join(copy, 'prebuilt', `sluice.${platformName()}.node`), build, script };
}

describe.skipIf(process.platform === 'win32')('the addon', () => {
  test('has the graph where a C++ compiler works, and is then left alone', () => {
    const { addon, build } = checkout({ compiler: true });
    const { status, lines, calls } = build();
    expect({ status, lines: lines.length, calls: calls.length }).toEqual({ status: 0, lines: 1, calls: 1 });
    expect(calls[0]).toMatch(/^build --release .*--features graph$/);
    expect(existsSync(addon)).toBe(true);
    expect(build()).toMatchObject({ status: 0, lines: [], calls });
  });

  test('is built without it where no compiler works, which one line says, and with it once one does', () => {
    const { addon, build, script } = checkout({ compiler: false });
    const without = build();
    expect(without).toMatchObject({ status: 0, calls: [expect.not.stringContaining('graph')] });
    expect(without.lines.filter((line) => /C\+\+17 compiler.*without the graph/.test(line))).toHaveLength(1);
    expect(existsSync(addon)).toBe(true);
    expect(build().calls).toHaveLength(1);
    script('c++', '/bin/cat > /dev/null');
    expect(build().calls[1]).toMatch(/--features graph$/);
  });

  test('is built without it where it does not compile, which one line says, and not tried again', () => {
    const { addon, build } = checkout({ compiler: true, graphCompiles: false });
    const { status, lines, calls } = build();
    expect({ status, calls: calls.length }).toEqual({ status: 0, calls: 2 });
    expect(lines.filter((line) => /cargo failed with the graph.*without the graph/.test(line))).toHaveLength(
      1,
    );
    expect(calls[1]).not.toContain('graph');
    expect(existsSync(addon)).toBe(true);
    expect(build().calls).toHaveLength(2);
  });
});
