// Lint and format of everything: Biome for TypeScript, rustfmt and clippy for Rust where cargo is there.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cargoFeatures } from './build-native.mjs';
import { root, run, say } from './setup.mjs';

run(join(root, 'node_modules/.bin/biome'), ['ci', '.']);
if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0) {
  const manifest = ['--manifest-path', 'native/Cargo.toml'];
  run('cargo', ['fmt', ...manifest, '--check']);
  run('cargo', [
    'clippy',
    ...manifest,
    ...cargoFeatures(),
    '--all-targets',
    '--quiet',
    '--',
    '-D',
    'warnings',
  ]);
} else {
  say('cargo not found: Rust is not linted');
}
