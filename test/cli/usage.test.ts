/** Does the command line say what it can do, and what is wrong with what it was told? */

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { version } from '../../src/index.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, main, sluice } from './command.ts';
import { jsonLines, movieLens } from './history.ts';

describe('help', () => {
  test.each([[['--help']], [['help']], [['demo', '--help']], [['help', 'train']], [['--help', '--json']]])(
    '%j goes to standard output with status 0',
    async (args) => {
      const { status, stdout, stderr } = await sluice(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: sluice/);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test('names every command', async () => {
    const { stdout } = await sluice(['--help']);
    for (const command of ['demo', 'train', 'evaluate', 'recommend', 'serve', 'simulate', 'doctor']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} .*\\w`, 'm'));
    }
  });

  test('the version is that of the package', async () => {
    expect(await sluice(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});

const WRONG_USE: [string, string[], RegExp][] = [
  ['no command', [], /command/],
  ['a command that there is not', ['frobnicate'], /frobnicate/],
  ['an option that there is not', ['demo', '--speed', '9'], /--speed/],
  ['an option of another command', ['doctor', '--user', 'ada'], /--user/],
  ['an argument that nobody asked for', ['doctor', 'me'], /arguments/],
  ['an option without its value', ['demo', '--titles'], /--titles/],
  ['a required option left out', ['recommend'], /--user/],
  ['a number that is text', ['train', '--factors', 'many'], /--factors.*whole number/],
  ['a number that is empty', ['demo', '--seed', ''], /--seed.*whole number/],
  ['a number with a fraction', ['demo', '--titles', '1000.5'], /--titles.*whole number/],
  ['a number below its range', ['demo', '--requests', '0'], /--requests.*from 1/],
  ['a number above its range', ['serve', '--port', '65536'], /--port.*65535/],
  ['an infinite number', ['evaluate', '--regularization', 'Infinity'], /--regularization/],
  ['a backend that there is not', ['recommend', '--user', 'ada', '--backend', 'abacus'], /abacus.*wasm/],
  ['a split that there is not', ['evaluate', '--split', 'banana'], /banana.*global-time/],
];

describe('wrong use', () => {
  test.each(WRONG_USE)('%s is refused in JSON', async (_, args, message) => {
    const error = await failureOf(args);
    expect(error.code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/^error:/);
  });

  test.each(WRONG_USE.slice(0, 4))('%s is refused in words', async (_, args, message) => {
    const { status, stdout, stderr } = await sluice(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/Usage: sluice/);
  });
});

describe('what is missing or in the way', () => {
  const files = () => directoryWith({ ...movieLens(), ...jsonLines(), 'a-file': '' });
  const CASES: [string, (at: string) => string[], string][] = [
    ['no history at all', () => ['train'], 'ERR_SLUICE_INVALID_ARGUMENT'],
    [
      'two histories',
      (at) => ['train', '--data', at, '--events', join(at, 'events.jsonl')],
      'ERR_SLUICE_INVALID_ARGUMENT',
    ],
    [
      'a catalogue beside MovieLens files',
      (at) => ['evaluate', '--data', at, '--items', join(at, 'items.jsonl')],
      'ERR_SLUICE_INVALID_ARGUMENT',
    ],
    [
      'a data directory that is not there',
      (at) => ['demo', '--data', join(at, 'no')],
      'ERR_SLUICE_DATA_NOT_FOUND',
    ],
    [
      'a data directory that is a file',
      (at) => ['train', '--data', join(at, 'a-file')],
      'ERR_SLUICE_DATA_NOT_FOUND',
    ],
    ['events that are not there', (at) => ['train', '--events', join(at, 'no')], 'ERR_SLUICE_DATA_NOT_FOUND'],
    [
      'a split file that is not there',
      (at) => ['evaluate', '--data', at, '--split-file', join(at, 'no')],
      'ERR_SLUICE_DATA_NOT_FOUND',
    ],
    [
      'a home without a snapshot',
      (at) => ['recommend', '--user', 'ada', '--home', join(at, 'no')],
      'ERR_SLUICE_SNAPSHOT_NOT_FOUND',
    ],
    ['a home to serve without a snapshot', (at) => ['serve', '--home', at], 'ERR_SLUICE_SNAPSHOT_NOT_FOUND'],
    [
      'a home that cannot be written',
      (at) => ['train', '--data', at, '--home', join(at, 'a-file')],
      'ERR_SLUICE_STORE_FAILED',
    ],
    ['a world that is too small', () => ['demo', '--titles', '5'], 'ERR_SLUICE_INVALID_ARGUMENT'],
  ];

  test.each(CASES)('%s is refused in JSON', async (_, args, code) => {
    expect((await failureOf(args(files()))).code).toBe(code);
  });

  test.each([CASES[1], CASES[3], CASES[7], CASES[9]])('%s is refused in words', async (_, args, code) => {
    const { status, stdout, stderr } = await sluice(args(files()));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^sluice: Expected .*\n {2}\S.*\n {2}\(ERR_SLUICE_\w+\)\n$/m);
    expect(stderr).toContain(code);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('an answer that cannot be printed', () => {
  test.skipIf(!existsSync('/dev/full'))('fails the command in words, without a stack', () => {
    const full = openSync('/dev/full', 'w');
    const args = [main, 'simulate', '--horizon', '10', '--seeds', '2', '--json'];
    const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect(status).toBe(1);
    expect(`${stderr}`).toMatch(/ENOSPC.*disk has space.*\(ERR_SLUICE_STORE_FAILED\)\n$/s);
    expect(`${stderr}`).not.toMatch(/^ +at /m);
  });
});
