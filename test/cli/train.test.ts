/** Does a history become a snapshot, and the snapshot a recommendation, from the command line? */

import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columns } from '../../src/cli/table.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, sluice, sluiceJson } from './command.ts';
import { FILMS, jsonLines, movieLens, PEOPLE, RATINGS } from './history.ts';

interface Item {
  readonly id: string;
  readonly receipt: { readonly scores: Readonly<Record<string, number>> };
}

const SMALL = ['--factors', '8', '--iterations', '6'];

/** Trains on MovieLens files and returns the home, and what the command said. */
async function trainedHome() {
  const directory = directoryWith(movieLens());
  const home = join(directory, 'home');
  return {
    directory,
    home,
    trained: await sluiceJson(['train', '--data', directory, '--home', home, ...SMALL]),
  };
}

describe('train', () => {
  test('writes a snapshot of the history into the home and says where', async () => {
    const { home, trained } = await trainedHome();
    expect(trained).toMatchObject({
      trainedBy: expect.stringMatching(/^(native|typescript)$/),
      data: { interactions: RATINGS.length, items: FILMS, users: PEOPLE, rejects: { count: 0, details: [] } },
    });
    const [name, ...others] = readdirSync(join(home, 'snapshots'));
    expect(others).toEqual([]);
    expect(trained.snapshot).toBe(join(home, 'snapshots', name));
    const manifest = JSON.parse(readFileSync(join(trained.snapshot, 'manifest.json'), 'utf8'));
    expect(manifest.hash).toBe(trained.hash);
    const positives = RATINGS.filter(({ value }) => value >= 4).length;
    expect(manifest.data).toMatchObject({ interactions: positives, users: PEOPLE });
  });

  test('writes each snapshot beside the others, and the newest is served', async () => {
    const { directory, home, trained } = await trainedHome();
    const again = await sluiceJson(['train', '--data', directory, '--home', home, ...SMALL, '--seed', '2']);
    expect(readdirSync(join(home, 'snapshots'))).toHaveLength(2);
    expect(again.hash).not.toBe(trained.hash);
    expect((await sluiceJson(['recommend', '--user', '1', '--home', home])).snapshot).toBe(again.hash);
  });

  test('trains in TypeScript where no addon loads, to the same scores', async () => {
    const { directory, home } = await trainedHome();
    const other = join(directory, 'other');
    const env = { SLUICE_NATIVE_PATH: '/nowhere' };
    const trained = await sluiceJson(['train', '--data', directory, '--home', other, ...SMALL], { env });
    expect(trained.trainedBy).toBe('typescript');
    const scores = async (at: string): Promise<Map<string, number>> => {
      const { items } = await sluiceJson(['recommend', '--user', '7', '--count', '40', '--home', at]);
      return new Map(items.map((item: Item) => [item.id, item.receipt.scores['nearest']]));
    };
    const expected = await scores(home);
    const found = await scores(other);
    expect(found.size).toBe(expected.size);
    for (const [id, score] of expected) expect(found.get(id)).toBeCloseTo(score, 3);
  });

  test('learns from JSON lines with a catalogue beside them', async () => {
    const directory = directoryWith(jsonLines());
    const home = join(directory, 'home');
    const events = ['--events', join(directory, 'events.jsonl'), '--items', join(directory, 'items.jsonl')];
    const { data } = await sluiceJson(['train', ...events, '--home', home, ...SMALL]);
    expect(data).toMatchObject({ interactions: RATINGS.length, items: FILMS, users: PEOPLE });
    const { items } = await sluiceJson(['recommend', '--user', 'user-8', '--count', '1', '--home', home]);
    expect(items[0]).toMatchObject({
      id: expect.stringMatching(/^film-\d+$/),
      title: expect.stringMatching(/^Film/),
    });
  });

  test('tells which lines of the input it left out, and why', async () => {
    const files = movieLens();
    const wrong = ['1,1,NaN,1', '1,999,4,1', ...Array.from({ length: 8 }, () => 'x,1,4,1')];
    const directory = directoryWith({
      ...files,
      'ratings.csv': `${files['ratings.csv']}${wrong.join('\n')}\n`,
    });
    const args = ['train', '--data', directory, '--home', join(directory, 'home'), ...SMALL];
    const { status, stdout, stderr } = await sluice(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Snapshot [0-9a-f]{12} at .*\n$/);
    expect(stderr).toMatch(
      /^10 lines of the input left out:\n( {2}.*ratings\.csv:\d+: .*\n){5} {2}and 5 more/m,
    );
    const { rejects, interactions } = (await sluiceJson(args)).data;
    expect(interactions).toBe(RATINGS.length);
    expect(rejects.count).toBe(10);
    const line = files['ratings.csv'].split('\n').length;
    expect(rejects.details.map((reject: { line: number }) => reject.line)).toEqual(
      wrong.map((_, i) => line + i),
    );
  });

  test('refuses settings that no training can have', async () => {
    const directory = directoryWith(movieLens());
    const args = ['train', '--data', directory, '--home', join(directory, 'home')];
    for (const wrong of [
      ['--regularization', '0'],
      ['--unobserved-weight', '-1'],
      ['--positive-from', '9'],
    ]) {
      const { code } = await failureOf([...args, ...wrong]);
      expect(code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    }
    expect(existsSync(join(directory, 'home', 'snapshots'))).toBe(false);
  });
});

describe('recommend', () => {
  test('gives people what they have not seen, of their taste', async () => {
    const { home } = await trainedHome();
    const { items, degraded, decisionId } = await sluiceJson([
      'recommend',
      '--user',
      '7',
      '--count',
      '5',
      '--home',
      home,
    ]);
    const seen = RATINGS.filter(({ user, value }) => user === 7 && value >= 4).map(({ film }) =>
      String(film),
    );
    const ids: string[] = items.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(5);
    expect(ids.filter((id) => seen.includes(id))).toEqual([]);
    expect(ids.filter((id) => Number(id) % 2 === 1).length).toBeGreaterThanOrEqual(3);
    expect(degraded).toBe(false);
    expect(decisionId).toMatch(/./);
  });

  test.each(['reference', 'wasm'])('answers with the backend %s when it is named', async (backend) => {
    const { home } = await trainedHome();
    const { items } = await sluiceJson(['recommend', '--user', 'new', '--home', home, '--backend', backend]);
    expect(items).toHaveLength(12);
  });

  test('takes the backend of SLUICE_BACKEND where none is named, and never another', async () => {
    const { home } = await trainedHome();
    const args = ['recommend', '--user', 'new', '--home', home];
    const env = { SLUICE_BACKEND: 'native', SLUICE_NATIVE_PATH: '/nowhere' };
    expect((await failureOf(args, { env })).code).toBe('ERR_SLUICE_BACKEND_UNAVAILABLE');
    expect((await sluiceJson([...args, '--backend', 'wasm'], { env })).items).toHaveLength(12);
    const wrong = await failureOf(args, { env: { SLUICE_BACKEND: 'abacus' } });
    expect(wrong).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringContaining('SLUICE_BACKEND'),
    });
  });

  test('prints a table of at most 80 columns, whatever the titles', async () => {
    const { home } = await trainedHome();
    const { status, stdout } = await sluice(['recommend', '--user', 'new', '--count', '40', '--home', home]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2 + FILMS + 1);
    expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
    expect(stdout).toContain('The Unbearably Long');
    expect(stdout).toContain('…');
    expect(stdout).toContain('Clear [2J and ring');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested.
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('refuses a snapshot that is damaged, naming the file', async () => {
    const { home, trained } = await trainedHome();
    truncateSync(join(trained.snapshot, 'items.safetensors'), 100);
    const error = await failureOf(['recommend', '--user', '7', '--home', home]);
    expect(error.code).toBe('ERR_SLUICE_SNAPSHOT_DAMAGED');
    expect(error.message).toContain('items.safetensors');
    expect((await failureOf(['serve', '--port', '0', '--home', home])).code).toBe(
      'ERR_SLUICE_SNAPSHOT_DAMAGED',
    );
  });

  test('refuses a snapshot of a later version', async () => {
    const { home, trained } = await trainedHome();
    const path = join(trained.snapshot, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, format: manifest.format + 1 }));
    const { code } = await failureOf(['recommend', '--user', '7', '--home', home]);
    expect(code).toBe('ERR_SLUICE_SNAPSHOT_TOO_NEW');
  });

  test('refuses an empty user', async () => {
    const { home } = await trainedHome();
    const { code, message } = await failureOf(['recommend', '--user', '', '--home', home]);
    expect({ code, message }).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringContaining('user'),
    });
  });
});
