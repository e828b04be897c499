/** Are the rivals installed? Those of npm in bench/node_modules, faiss in bench/.venv. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from '../../scripts/hash-inputs.mjs';
import { BenchError } from '../error.mjs';
import { say } from './say.mjs';

const bench = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

/** The Python of bench/.venv. */
export const python = join(bench, '.venv', windows ? 'Scripts/python.exe' : 'bin/python');

/** Runs a command in bench/, its output on standard error. @returns whether it succeeded */
function run(command, args) {
  return spawnSync(command, args, { cwd: bench, stdio: ['ignore', 2, 2], shell: windows }).status === 0;
}

/** Installs the packages of bench/package.json unless they are there. @throws ERR_SLUICE_INTERNAL */
export function installRivals() {
  const stamp = join(bench, 'node_modules', '.sluice-lock');
  const wanted = hashInputs(bench, ['package.json', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the rivals (npm ci in bench/)');
  if (!run(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'])) {
    throw new BenchError(
      'ERR_SLUICE_INTERNAL',
      'Expected npm ci in bench/ to succeed',
      'See its output above.',
    );
  }
  writeFileSync(stamp, wanted);
}

/** Whether hnswlib-node has been compiled. */
export const hasHnswlib = () => existsSync(join(bench, 'node_modules/hnswlib-node/build/Release/addon.node'));

/** Compiles hnswlib-node, which comes without a binary. @returns whether it succeeded */
export function compileHnswlib() {
  installRivals();
  const rebuild = ['rebuild', 'hnswlib-node', '--ignore-scripts=false', '--foreground-scripts'];
  const compiled = run(windows ? 'npm.cmd' : 'npm', [...rebuild, '--loglevel=error']) && hasHnswlib();
  say(compiled ? 'hnswlib-node is compiled' : 'hnswlib-node did not compile: it is left out, see above');
  return compiled;
}

/** Whether faiss can be imported. */
export const hasFaiss = () =>
  existsSync(python) && spawnSync(python, ['-c', 'import faiss, numpy'], { stdio: 'ignore' }).status === 0;

/** Makes bench/.venv with faiss and NumPy. @returns whether it succeeded */
export function setupFaiss() {
  const venv = join(bench, '.venv');
  if (!existsSync(python)) {
    rmSync(venv, { recursive: true, force: true });
    const made = run(windows ? 'python' : 'python3', ['-m', 'venv', venv]);
    if (!made) return false;
  }
  const installed = run(python, ['-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt']) && hasFaiss();
  say(installed ? 'faiss is installed in bench/.venv' : 'faiss was not installed: see above');
  return installed;
}
