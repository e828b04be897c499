// Builds the native addon: native/ -> prebuilt/sluice.<platform>.node. Does nothing when up to date, and nothing but
// say so where cargo is missing or fails: WebAssembly serves then.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const inputs = ['Cargo.toml', 'Cargo.lock', 'build.rs', 'src'].map((name) => `native/${name}`);

/** What cargo calls the library on this platform. */
const libraries = { darwin: 'libsluice.dylib', win32: 'sluice.dll' };

/** The same name as in src/vectors/addon.ts. */
function addonName() {
  const { header } = /** @type {any} */ (process.report.getReport());
  const libc = process.platform === 'linux' && !header.glibcVersionRuntime ? '-musl' : '';
  return `sluice.${process.platform}-${process.arch}${libc}.node`;
}

/** Builds what is not up to date: `{ built }`, and `skipped` with the reason where there is no addon afterwards. */
export async function buildNative({ log }) {
  const output = join(root, 'prebuilt', addonName());
  const stamp = `${output}.stamp`;
  const wanted = hashInputs(root, [...inputs, 'scripts/build-native.mjs']);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return { built: false };

  const skip = (reason) => {
    // An addon of older sources would be refused or, worse, differ from the kernels beside it.
    rmSync(output, { force: true });
    rmSync(stamp, { force: true });
    log(`${reason}; continuing with WebAssembly`);
    return { built: false, skipped: reason };
  };
  const found = spawnSync('cargo', ['--version'], { stdio: 'ignore' });
  if (found.error)
    return skip(`cargo not found: the native addon is not built (https://rustup.rs installs it)`);

  log('Building the native addon (cargo build --release, under a minute)');
  const cargo = [
    'build',
    '--release',
    '--manifest-path',
    'native/Cargo.toml',
    '--target-dir',
    'native/target',
  ];
  const { status } = spawnSync('cargo', cargo, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) return skip('cargo failed: the native addon is not built, see above');
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  // Renamed into place: a process that has the old addon mapped keeps its file.
  const fresh = `${output}.${process.pid}`;
  copyFileSync(join(root, 'native/target/release', libraries[process.platform] ?? 'libsluice.so'), fresh);
  renameSync(fresh, output);
  writeFileSync(stamp, wanted);
  return { built: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildNative({ log: (line) => process.stderr.write(`${line}\n`) });
}
