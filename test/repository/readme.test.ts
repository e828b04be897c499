import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../offline/temporary.ts';
import { read, root } from './sources.ts';

const examples = [...read('README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

/** A history in MovieLens layout, small enough for a test: two tastes, forty people. */
function writeHistory(directory: string): void {
  const films = Array.from({ length: 40 }, (_, item) => `${item + 1},Film ${item + 1} (1990),Drama`);
  const ratings: string[] = [];
  for (let user = 1; user <= 40; user++) {
    for (let item = (user % 2) + 1; item <= 40; item += 2) {
      if ((user * 7 + item * 3) % 5 < 3)
        ratings.push(`${user},${item},4.5,${1_500_000_000 + user * 100 + item}`);
    }
  }
  mkdirSync(directory);
  writeFileSync(join(directory, 'movies.csv'), `movieId,title,genres\n${films.join('\n')}\n`);
  writeFileSync(join(directory, 'ratings.csv'), `userId,movieId,rating,timestamp\n${ratings.join('\n')}\n`);
}

describe('the examples of README.md', () => {
  test('are two', () => {
    expect(examples).toHaveLength(2);
  });

  test.each(examples.map((code, i) => [i + 1, code]))('number %i runs as it stands', (_, code) => {
    const directory = directoryWith();
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(root, join(directory, 'node_modules', 'sluice'));
    writeHistory(join(directory, 'ml-latest-small'));
    writeFileSync(join(directory, 'example.mjs'), code);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('true');
  });
});
