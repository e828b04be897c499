/** The project's own files, for tests about its structure. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files below a folder of the project, by path from the root, with `/` between names. */
export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !/(^|[\\/])(target|node_modules)[\\/]/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort();
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The modules that a source file imports: relative ones by path from the root, packages by name. */
export function importsOf(path: string): { module: string; typeOnly: boolean }[] {
  const found: { module: string; typeOnly: boolean }[] = [];
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;
  for (const [, , type, fixed, lazy] of read(path).matchAll(pattern)) {
    const name = fixed ?? lazy;
    const module = name.startsWith('.')
      ? relative(root, resolve(root, dirname(path), name)).replaceAll('\\', '/')
      : name;
    found.push({ module, typeOnly: type !== undefined });
  }
  return found;
}

/** True for a path that is there, or that a build makes. */
export function isThere(path: string): boolean {
  return existsSync(join(root, path)) || /^(dist|prebuilt|node_modules)(\/|$)/.test(path);
}

/** Files under version control. */
export function tracked(): string[] {
  return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
}
