import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeHistory } from './history.ts';
import { read, root } from './sources.ts';

const examples = [...read('README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

describe('the examples of README.md', () => {
  test('are four', () => {
    expect(examples).toHaveLength(4);
  });

  // They build on each other: what one trains the next serves.
  const directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  beforeAll(() => {
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(root, join(directory, 'node_modules', 'sluice'));
    writeHistory(join(directory, 'ml-latest-small'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(examples.map((code, i) => [i + 1, code]))('number %i runs as it stands', (_, code) => {
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
