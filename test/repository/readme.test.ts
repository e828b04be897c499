import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../offline/temporary.ts';
import { writeHistory } from './history.ts';
import { read, root } from './sources.ts';

const examples = [...read('README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

describe('the examples of README.md', () => {
  test('are three', () => {
    expect(examples).toHaveLength(3);
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
