/** Is what would be published whole, and nothing more? */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, test } from 'vitest';
import { read, root } from '../repository/sources.ts';
import { manifest, packedFiles } from './packed.ts';

/** All paths that an `exports` value names. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value as object).flatMap(targets);

describe('the package', () => {
  const files = packedFiles();

  test('holds every file that its manifest names', () => {
    const named = [...targets(manifest.exports), ...targets(manifest.bin)].map((path) =>
      path.replace(/^\.\//, ''),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  test('holds the kernels, the licence and the documents', () => {
    for (const path of [
      'prebuilt/decisions.wasm',
      'prebuilt/kernels-shared.wasm',
      'prebuilt/kernels.wasm',
      'dist/js/wasm-worker.js',
      'models/top-k.onnx',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'package.json',
    ]) {
      expect(files).toContain(path);
    }
  });

  test('holds no tests, no sources of TypeScript, no tools', () => {
    const kinds =
      /^(dist\/.*\.(js|d\.ts)|prebuilt\/[\w.-]+\.(wasm|node)|models\/[\w-]+\.onnx|[A-Z]+(\.md)?$|package\.json$)/;
    expect(files.filter((path) => !kinds.test(path))).toEqual([]);
    expect(
      files.filter((path) => /(^|\/)(target|test|node_modules)\//.test(path) && !/\.rs$/.test(path)),
    ).toEqual([]);
  });

  test('has no fault that publint knows', async () => {
    const { messages } = await publint({ pkgDir: root, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  test('asks for nothing at run time but what its modules import', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual([
      'cli-progress',
      'commander',
      'lmdb',
      'minisearch',
    ]);
    for (const name of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });
});

describe('installing', () => {
  const lock = JSON.parse(read('package-lock.json'));

  test('runs no script of ours', () => {
    const hooks = [
      'preinstall',
      'install',
      'postinstall',
      'prepare',
      'preprepare',
      'postprepare',
      'prepublish',
    ];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
    expect(existsSync(join(root, 'binding.gyp'))).toBe(false);
  });

  test('runs no script of a dependency', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
    const scripted = Object.entries<{ hasInstallScript?: boolean; optional?: boolean }>(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    // Packages that only macOS installs run nothing here and are denied by .npmrc as well.
    const denied = new Set([...Object.keys(manifest.allowScripts), 'fsevents']);
    expect(scripted.filter((name) => !denied.has(name))).toEqual([]);
    expect(Object.values(manifest.allowScripts).every((allowed) => allowed === false)).toBe(true);
  });

  test('names no registry: whichever is configured serves', () => {
    expect(read('package-lock.json')).not.toMatch(
      /"resolved"|https?:\/\/(?!github\.com|opencollective|www\.|tidelift)[\w.-]*regist/,
    );
    expect(read('.npmrc')).not.toMatch(/registry\s*=|https?:/);
  });

  test('takes the versions that the manifest names', () => {
    const { dependencies, devDependencies } = lock.packages[''];
    expect({ dependencies, devDependencies }).toEqual({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
  });
});
