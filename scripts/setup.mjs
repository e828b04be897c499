// Makes a fresh clone ready: packages, WebAssembly kernels, native addon, compiled TypeScript.
// What is already up to date is left alone; everything is said on standard error.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Says one line of progress. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command in the root with its output on standard error; exits with its status when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (error) {
    say(`${command}: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

function installPackages() {
  const stamp = join(root, 'node_modules', '.sluice-lock');
  const wanted = hashInputs(root, ['package.json', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing packages (npm ci)');
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, wanted);
}

function compileTypeScript() {
  const stamp = join(root, 'prebuilt', 'typescript.stamp');
  const wanted = hashInputs(root, ['src', 'tsconfig.json', 'tsconfig.build.json']);
  if (existsSync(stamp) && existsSync(join(root, 'dist')) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Compiling TypeScript');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  run(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
  ]);
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Brings the checkout up to date; `{ native: false }` where the addon could not be built. */
export async function setup() {
  installPackages();
  const { buildWasm } = await import('./build-wasm.mjs');
  const { buildNative } = await import('./build-native.mjs');
  await buildWasm({ log: say });
  const native = await buildNative({ log: say });
  compileTypeScript();
  return { native: native.skipped === undefined };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
