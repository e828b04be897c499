// Turns src/ into dist/: declarations by tsc, modules by Rolldown.
//
// Modules are joined because Node resolves and reads them one by one: `import 'sluice'` takes some 60 ms from a
// hundred files and 20 ms from a few. What is imported lazily in src/ stays a file of its own.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';
import { runCommand } from './run-command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(root, 'prebuilt', 'typescript.stamp');

/**
 * What is joined together. Entries that share modules cut them into more files, so that only these two do.
 * @type {Record<string, string>[]}
 */
const ENTRIES = [
  { index: 'src/index.ts', main: 'src/cli/main.ts' },
  { browser: 'src/browser.ts' },
  { 'onnx-worker': 'src/vectors/onnx-worker.ts' },
  { 'propensity-worker': 'src/online/propensity-worker.ts' },
  { 'wasm-worker': 'src/vectors/wasm-worker.ts' },
];

/** A file with one sign beyond Latin 1 is held in two bytes a sign, and takes longer to compile. */
const inAscii = {
  name: 'ascii',
  /** @param {unknown} _ @param {Record<string, { type: string, code?: string }>} bundle */
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      chunk.code &&= chunk.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/**
 * Finds the modules that an entry loads at once. They belong in one file: each more takes half a millisecond of the
 * import.
 * @param {string} entry
 */
function loadedAtOnce(entry) {
  /** @type {Set<string>} */
  const ids = new Set();
  const plugin = {
    name: 'loaded-at-once',
    /** @this {{ getModuleInfo(id: string): { importedIds: string[] } | null }} */
    buildEnd() {
      const visit = (/** @type {string} */ id) => {
        if (ids.has(id)) return;
        ids.add(id);
        for (const next of this.getModuleInfo(id)?.importedIds ?? []) visit(next);
      };
      visit(entry);
    },
  };
  return { ids, plugin };
}

/** Builds dist/ unless it is up to date. @param log hears one line when there is something to do. */
export async function buildTypeScript({ log }) {
  const wanted = hashInputs(root, [
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build-typescript.mjs',
  ]);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  log('Compiling TypeScript');
  rmSync(stamp, { force: true });
  // Built aside and swapped in whole: sources that do not compile leave the last build standing.
  const fresh = join(root, `prebuilt/dist.${process.pid}`);
  process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const declarations = ['-p', 'tsconfig.build.json', '--outDir', join(fresh, 'types')];
  runCommand(process.execPath, [tsc, ...declarations], root);
  const { rolldown } = await import('rolldown');
  for (const input of ENTRIES) {
    const { ids, plugin } = loadedAtOnce(join(root, Object.values(input)[0]));
    const bundle = await rolldown({
      cwd: root,
      input,
      platform: 'neutral',
      // Packages stay imports; only our own modules are joined.
      external: /^[^./]/,
      plugins: [plugin, inAscii],
      // Doctor loads at once what others load when they need it: what is heavy there is loaded by it later.
      checks: { ineffectiveDynamicImport: false },
    });
    await bundle.write({
      dir: join(fresh, 'js'),
      format: 'esm',
      chunkFileNames: '[name]-[hash].js',
      comments: false,
      codeSplitting: { groups: [{ name: 'core', test: (id) => ids.has(id) }] },
      // Compiling is most of what an import costs. Names of functions and classes stay, for stack traces.
      minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } },
    });
    await bundle.close();
  }
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
  writeFileSync(stamp, wanted);
}
