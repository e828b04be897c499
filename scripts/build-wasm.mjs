// Builds the WebAssembly kernels: assembly/kernels.ts -> prebuilt/kernels.wasm. Does nothing when up to date.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'prebuilt', 'kernels.wasm');
const stamp = join(root, 'prebuilt', 'kernels.stamp');

/**
 * Builds what is not up to date; `{ built }` says whether anything was done. Throws when the compiler fails.
 * The runtime is `stub`: the kernels allocate nothing.
 */
export async function buildWasm({ log }) {
  const wanted = hashInputs(root, ['assembly', 'scripts/build-wasm.mjs']);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return { built: false };
  log('Building the WebAssembly kernels (asc)');
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  const fresh = `${output}.${process.pid}`;
  const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];
  const { status, error } = spawnSync(
    process.execPath,
    [asc, 'assembly/kernels.ts', '-o', fresh, ...options],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (error || status !== 0) throw error ?? new Error(`asc ended with status ${status}`);
  renameSync(fresh, output);
  writeFileSync(stamp, wanted);
  return { built: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWasm({ log: (line) => process.stderr.write(`${line}\n`) });
}
