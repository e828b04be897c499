// Builds the native addon: native/ -> prebuilt/sluice.<platform>.node. Does nothing when up to date, and nothing but
// say so where cargo is missing or fails: WebAssembly serves then. The graph of `kind: 'hnsw'` is C++ and is left out
// where no compiler takes it.
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

/** The options that name what cargo can build here: the graph where a C++17 compiler and its library are. */
export function cargoFeatures() {
  // cc finds Microsoft's compiler without a PATH: whether it is there only the build can tell.
  if (process.platform === 'win32') return ['--features', 'graph'];
  const check = ['-std=c++17', '-x', 'c++', '-fsyntax-only', '-'];
  const { status } = spawnSync(process.env['CXX'] ?? 'c++', check, {
    input: '#include <mutex>\n',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return status === 0 ? ['--features', 'graph'] : [];
}

/** Builds what is not up to date: `{ built }`, and `skipped` with the reason where there is no addon afterwards. */
export async function buildNative({ log }) {
  const output = join(root, 'prebuilt', addonName());
  const stamp = `${output}.stamp`;
  const sources = hashInputs(root, [...inputs, 'scripts/build-native.mjs']);
  const found = existsSync(output) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (found === `${sources} graph`) return { built: false };
  const features = cargoFeatures();
  // Also of a graph that did not compile: it would not the next time either.
  const wanted = features.length > 0 ? `${sources} graph` : sources;
  if (found === wanted) return { built: false };

  const skip = (reason) => {
    // An addon of older sources would be refused or, worse, differ from the kernels beside it.
    rmSync(output, { force: true });
    rmSync(stamp, { force: true });
    log(`${reason}; continuing with WebAssembly`);
    return { built: false, skipped: reason };
  };
  if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).error)
    return skip(`cargo not found: the native addon is not built (https://rustup.rs installs it)`);

  const withoutGraph = "the addon is built without the graph of kind 'hnsw'";
  log('Building the native addon (cargo build --release, about a minute)');
  if (features.length === 0) log(`No C++17 compiler works (g++ or clang++): ${withoutGraph}`);
  let status = build(features);
  if (status !== 0 && features.length > 0) {
    log(`cargo failed with the graph, see above: ${withoutGraph}`);
    status = build([]);
  }
  if (status !== 0) return skip('cargo failed: the native addon is not built, see above');
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  // Renamed into place: a process that has the old addon mapped keeps its file.
  const fresh = `${output}.${process.pid}`;
  copyFileSync(join(root, 'native/target/release', libraries[process.platform] ?? 'libsluice.so'), fresh);
  renameSync(fresh, output);
  writeFileSync(stamp, wanted);
  return { built: true };
}

/** The status of cargo. */
function build(features) {
  const manifest = ['--manifest-path', 'native/Cargo.toml', '--target-dir', 'native/target'];
  const options = ['build', '--release', ...manifest, ...features];
  return spawnSync('cargo', options, { cwd: root, stdio: ['ignore', 2, 2] }).status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildNative({ log: (line) => process.stderr.write(`${line}\n`) });
}
