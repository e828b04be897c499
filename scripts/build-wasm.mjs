// Builds the WebAssembly kernels: assembly/kernels.ts -> prebuilt/kernels.wasm, the same over a memory that threads
// share -> prebuilt/kernels-shared.wasm, and assembly/decisions/kernels.ts -> prebuilt/decisions.wasm. Does nothing when
// up to date.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const output = (name) => join(root, 'prebuilt', name);

/** The memory is the caller's, shared and of up to 4 GiB. */
const SHARED = ['--enable', 'threads', '--importMemory', '--sharedMemory', '--maximumMemory', '65536'];

/** The kernels of vectors allocate nothing (`stub`); posteriors and their actions come and go (`minimal`). */
const modules = [
  { source: 'assembly/kernels.ts', output: output('kernels.wasm'), options: ['--runtime', 'stub'] },
  {
    source: 'assembly/kernels.ts',
    output: output('kernels-shared.wasm'),
    options: ['--runtime', 'stub', ...SHARED],
  },
  {
    source: 'assembly/decisions/kernels.ts',
    output: output('decisions.wasm'),
    options: ['--runtime', 'minimal'],
  },
];
const stamp = join(root, 'prebuilt', 'kernels.stamp');

/** Builds what is not up to date; `{ built }` says whether anything was done. Throws when the compiler fails. */
export async function buildWasm({ log }) {
  const wanted = hashInputs(root, ['assembly', 'scripts/build-wasm.mjs']);
  const isThere = modules.every(({ output }) => existsSync(output)) && existsSync(stamp);
  if (isThere && readFileSync(stamp, 'utf8') === wanted) return { built: false };
  log('Building the WebAssembly kernels (asc)');
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  for (const { source, output, options } of modules) compile(source, output, options);
  writeFileSync(stamp, wanted);
  return { built: true };
}

function compile(source, output, options) {
  const fresh = `${output}.${process.pid}`;
  const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const common = ['-O3', '--noAssert', '--enable', 'simd'];
  const { status, error } = spawnSync(process.execPath, [asc, source, '-o', fresh, ...common, ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (error || status !== 0) throw error ?? new Error(`asc ended with status ${status}`);
  renameSync(fresh, output);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWasm({ log: (line) => process.stderr.write(`${line}\n`) });
}
