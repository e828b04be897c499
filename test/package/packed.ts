/** What does somebody get who installs the package? Its packed files, and the dependencies that it declares. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { read, root } from '../repository/sources.ts';

/** package.json. */
export const manifest = JSON.parse(read('package.json'));

let packed: string[] | undefined;

/** Paths of the files that `npm pack` would pack. */
export function packedFiles(): readonly string[] {
  packed ??= pack();
  return packed;
}

function pack(): string[] {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=silent'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(answer);
  return files.map(({ path }: { path: string }) => path).sort();
}

/** Links the installed packages of these names into another `node_modules`. */
export function linkPackages(modules: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
}

/** Installs the packed files and the dependencies below a directory; returns where the package stands. */
export function installInto(directory: string): string {
  const modules = join(directory, 'node_modules');
  const place = join(modules, manifest.name);
  for (const path of packedFiles()) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    copyFileSync(join(root, path), join(place, path));
  }
  linkPackages(modules, Object.keys(manifest.dependencies));
  return place;
}
