// Turns src/ into dist/: declarations by tsc, modules by Rolldown.
//
// Modules are joined because Node resolves and reads them one by one: `import 'sluice'` takes some 60 ms from a
// hundred files and 20 ms from a few. What is imported lazily in src/ stays a file of its own.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './hash-inputs.mjs';
import { runCommand } from './run-command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'prebuilt', 'typescript.stamp');

/** Builds dist/ unless it is up to date. @param log hears one line when there is something to do. */
export async function buildTypeScript({ log }) {
  const wanted = hashInputs(root, [
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build-typescript.mjs',
  ]);
  if (existsSync(join(root, 'dist')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  log('Compiling TypeScript');
  rmSync(stamp, { force: true });
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  runCommand(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    root,
  );
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: root,
    input: { index: 'src/index.ts', browser: 'src/browser.ts', main: 'src/cli/main.ts' },
    platform: 'neutral',
    // Packages stay imports; only our own modules are joined.
    external: /^[^./]/,
  });
  await bundle.write({ dir: join(root, 'dist/js'), format: 'esm', chunkFileNames: '[name]-[hash].js' });
  mkdirSync(join(root, 'prebuilt'), { recursive: true });
  writeFileSync(stamp, wanted);
}
