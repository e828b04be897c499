// Makes a fresh clone ready: packages, WebAssembly kernels, native addon, compiled TypeScript.
// What is already up to date is left alone; everything is said on standard error.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';
import { runCommand } from './run-command.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Says one line of progress. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command in the root. */
export function run(command, args, options) {
  runCommand(command, args, root, options);
}

function installPackages() {
  const stamp = join(root, 'node_modules', '.sluice-lock');
  const wanted = hashInputs(root, ['package.json', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing packages (npm ci)');
  const windows = process.platform === 'win32';
  run(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'], { shell: windows });
  writeFileSync(stamp, wanted);
}

/** Brings the checkout up to date; `{ native: false }` where the addon could not be built. */
export async function setup() {
  installPackages();
  const { buildWasm } = await import('./build-wasm.mjs');
  const { buildNative } = await import('./build-native.mjs');
  const { buildTypeScript } = await import('./build-typescript.mjs');
  await buildWasm({ log: say });
  const native = await buildNative({ log: say });
  await buildTypeScript({ log: say });
  return { native: native.skipped === undefined };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
