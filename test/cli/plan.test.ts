/** Does the command line say what a request in words asks for? */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columns } from '../../src/cli/table.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, sluice, sluiceJson } from './command.ts';
import { movieLens } from './history.ts';

const music = () => ({
  'music.jsonl': [
    { id: 'm1', title: 'Nevermind', year: 1991, genres: ['Grunge'] },
    { id: 'm2', title: 'Kind of Blue', year: 1959, genres: ['Jazz'] },
  ]
    .map((item) => JSON.stringify(item))
    .join('\n'),
});

describe('plan', () => {
  test('prints one object for a request, with flat fields', async () => {
    const data = directoryWith(music());
    const plan = await sluiceJson(['plan', '--query', '90s grunge like Nevermind', '--data', data]);
    expect(plan).toEqual({
      query: '90s grunge like Nevermind',
      year: [1990, 1999],
      minutes: null,
      genreAny: ['Grunge'],
      genreNot: [],
      language: [],
      available: false,
      similarTo: ['m1'],
      exclude: ['m1'],
      count: null,
      sort: null,
      title: [],
      moods: [],
      residual: [],
      complex: true,
    });
  });

  test('prints an object a line for a file, none for blank lines', async () => {
    const data = directoryWith({ ...music(), 'queries.txt': '\ufeffjazz\r\n\n  \nKind of Blue' });
    const { status, stdout } = await sluice([
      'plan',
      ...['--queries', join(data, 'queries.txt'), '--data', join(data, 'music.jsonl'), '--json'],
    ]);
    expect(status).toBe(0);
    const plans = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(plans.map(({ query }) => query)).toEqual(['jazz', 'Kind of Blue']);
    expect(plans.map(({ genreAny, title }) => [genreAny, title])).toEqual([
      [['Jazz'], []],
      [[], ['m2']],
    ]);
  });

  test('reads the newest snapshot of a home', async () => {
    const directory = directoryWith(movieLens());
    const home = join(directory, 'home');
    await sluiceJson(['train', '--data', directory, '--home', home, '--factors', '4', '--iterations', '2']);
    const plan = await sluiceJson(['plan', '--query', 'dramas like Film 7', '--home', home]);
    expect(plan).toMatchObject({ genreAny: ['Drama'], similarTo: ['7'], complex: true });
  });

  test('prints text of at most 80 columns', async () => {
    const data = directoryWith(movieLens());
    const query = `comedies since 1990 but not Film 9, ${'very '.repeat(30)}${'x'.repeat(200)}\u001b[2J`;
    const { status, stdout } = await sluice(['plan', '--query', query, '--data', data]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('- year: 1990 to ...');
    expect(stdout).toContain('- without: Film 9 (9)');
    expect(stdout).not.toContain('\u001b');
  });

  test('refuses what it cannot do with a code', async () => {
    const data = directoryWith(music());
    const failure = async (...args: string[]) => (await failureOf(['plan', ...args])).code;
    expect(await failure('--data', data)).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(await failure('--query', 'a', '--queries', 'b', '--data', data)).toBe(
      'ERR_SLUICE_INVALID_ARGUMENT',
    );
    expect(await failure('--queries', join(data, 'none'), '--data', data)).toBe('ERR_SLUICE_DATA_NOT_FOUND');
    expect(await failure('--query', 'a', '--data', join(data, 'none'))).toBe('ERR_SLUICE_DATA_NOT_FOUND');
    expect(await failure('--query', 'a', '--home', join(data, 'none'))).toBe('ERR_SLUICE_SNAPSHOT_NOT_FOUND');
  });
});
