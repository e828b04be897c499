import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type LoadEventsOptions, loadEvents } from '../../src/offline/json-lines.ts';
import { directoryWith } from './temporary.ts';

const lines = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

function load(events: string | Uint8Array, options: LoadEventsOptions = {}, items?: string, id?: string) {
  const directory = directoryWith({
    'events.jsonl': events,
    ...(items === undefined ? {} : { 'items.jsonl': items }),
  });
  return loadEvents(join(directory, 'events.jsonl'), {
    ...options,
    ...(items === undefined ? {} : { items: { path: join(directory, 'items.jsonl'), id } }),
  });
}

describe('loadEvents', () => {
  it('reads events and builds a catalogue of bare ids in their order', async () => {
    const { interactions, userKeys, catalog, rejects } = await load(
      lines(
        { user: 'bo', item: 'tt2', time: 1_700_000_000_000, value: 4.5, type: 'rating' },
        { user: 'ann', item: 'tt10', time: 1_700_000_000_500 },
        { user: 'bo', item: 'tt10', time: 0, value: null, other: { deep: [1] } },
      ),
    );
    expect(rejects).toEqual({ count: 0, details: [] });
    expect(userKeys).toEqual(['ann', 'bo']);
    expect([...catalog.ids]).toEqual(['tt10', 'tt2']);
    expect([...interactions.users]).toEqual([1, 0, 1]);
    expect([...interactions.items]).toEqual([1, 0, 0]);
    expect([...interactions.values]).toEqual([4.5, 1, 1]);
    expect([...interactions.times]).toEqual([1_700_000_000_000, 1_700_000_000_500, 0]);
  });

  it('orders keys by number where all are whole numbers, and takes 7 and "7" for the same', async () => {
    const { userKeys, catalog } = await load(
      lines(
        { user: 10, item: '30', time: 1 },
        { user: '7', item: 4, time: 1 },
        { user: 7, item: 30, time: 1 },
      ),
    );
    expect(userKeys).toEqual(['7', '10']);
    expect([...catalog.ids]).toEqual(['4', '30']);
  });

  it('takes the names of the columns from the caller', async () => {
    const columns = { user: 'who is it', item: "what's", time: 'at.ms', value: '$v' };
    const { interactions, userKeys } = await load(
      lines({ 'who is it': 'a', "what's": 'b', 'at.ms': 5, $v: 2 }),
      {
        columns,
      },
    );
    expect(userKeys).toEqual(['a']);
    expect([interactions.times[0], interactions.values[0]]).toEqual([5, 2]);
    await expect(load('', { columns: { user: 'a"b' } })).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
  });

  it('takes the events of the wanted types alone', async () => {
    const events = lines(
      { user: 'a', item: 'x', time: 1, type: 'finish' },
      { user: 'b', item: 'y', time: 2, type: 'click' },
      { user: 'c', item: 'z', time: 3 },
    );
    const { interactions, userKeys, catalog, rejects } = await load(events, { types: ['finish'] });
    expect(interactions.users).toHaveLength(1);
    expect([userKeys, [...catalog.ids], rejects.count]).toEqual([['a'], ['x'], 0]);
  });

  it('reads texts that need escapes, without mixing them up', async () => {
    const keys = ['"quoted"', 'back\\slash', 'tab\tand\nline', '日本', 'null', ' '];
    const { userKeys } = await load(lines(...keys.map((user) => ({ user, item: 'x', time: 1 }))));
    expect(userKeys).toEqual([...keys].sort());
  });

  it('builds the catalogue from an items file, with any columns', async () => {
    const items = lines(
      { key: 'tt2', title: 'Heat', year: 1995, genres: ['Crime'] },
      { key: 5, title: 'Ronin', available: false },
    );
    const { interactions, catalog } = await load(lines({ user: 'a', item: 5, time: 1 }), {}, items, 'key');
    expect([...catalog.ids]).toEqual(['tt2', '5']);
    expect([...catalog.columns.keys()]).toEqual(['title', 'year', 'genres', 'available']);
    expect([...interactions.items]).toEqual([1]);
  });

  it('reports every refused event by its line', async () => {
    const good = '{"user":"a","item":"x","time":1}';
    const file = [
      good,
      '', // DuckDB passes blank lines over without counting them
      '{"user":"a","item":"x","time":1', // 3: cut off
      `${good}\r`,
      '[1,2]', // 5
      '   ',
      '"text"', // 7
      '{"item":"x","time":1}', // 8
      '{"user":"a","item":null,"time":1}', // 9
      '{"user":"a","item":["x"],"time":1}', // 10
      '{"user":"","item":"x","time":1}', // 11
      '{"user":"a","item":"x"}', // 12
      '{"user":"a","item":"x","time":"2024-01-01"}', // 13
      '{"user":"a","item":"x","time":-1}', // 14
      '{"user":"a","item":"x","time":1,"value":"much"}', // 15
      '{"user":"a","item":"x","time":1,"type":7}', // 16
      '{"user":true,"item":"x","time":1}', // 17
      `${good} trailing`, // 18
      good,
    ].join('\n');
    const expected: [number, RegExp][] = [
      [3, /JSON object but received no JSON/],
      [5, /JSON object but received ARRAY/],
      [7, /JSON object but received VARCHAR/],
      [8, /for user but received none/],
      [9, /for item but received none/],
      [10, /for item but received \["x"\]/],
      [11, /for user/],
      [12, /milliseconds since 1970 for time but received none/],
      [13, /milliseconds since 1970 for time but received 2024-01-01/],
      [14, /time but received -1/],
      [15, /finite number for value but received much/],
      [16, /text for type but received 7/],
      [17, /for user but received true/],
      [18, /no JSON/],
    ];
    for (const content of [file, gzipSync(file)]) {
      const name = typeof content === 'string' ? 'events.jsonl' : 'events.jsonl.gz';
      const path = join(directoryWith({ [name]: content }), name);
      const { interactions, rejects } = await loadEvents(path);
      expect(interactions.users).toHaveLength(3);
      expect(rejects.count).toBe(expected.length);
      expect(rejects.details.map(({ line }) => line)).toEqual(expected.map(([line]) => line));
      for (let i = 0; i < expected.length; i++) expect(rejects.details[i].reason).toMatch(expected[i][1]);
    }
  });

  it('reports refused items by line, and the events that name them', async () => {
    const items = [
      '{"id":"a","year":1}',
      '{"id":"b","year":"old"}',
      '{"year":2}',
      'no',
      '{"id":"a"}',
      '{"id":"c"}',
    ];
    const { catalog, rejects } = await load(
      lines({ user: 'u', item: 'a', time: 1 }, { user: 'u', item: 'b', time: 1 }),
      {},
      items.join('\n'),
    );
    expect([...catalog.ids]).toEqual(['a', 'c']);
    expect(rejects.details.map(({ file, line }) => [file.split('/').at(-1), line])).toEqual([
      ['items.jsonl', 2],
      ['items.jsonl', 3],
      ['items.jsonl', 4],
      ['items.jsonl', 5],
      ['events.jsonl', 2],
    ]);
    expect(rejects.details[4].reason).toBe('item b is not in the items file');
  });

  it('reports text that is not UTF-8 by line', async () => {
    const file = Buffer.from(
      '{"user":"a","item":"x","time":1}\n{"user":"\xe9","item":"x","time":1}\n',
      'latin1',
    );
    const { interactions, rejects } = await load(file);
    expect(interactions.users).toHaveLength(1);
    expect(rejects.details.map(({ line }) => line)).toEqual([2]);
  });

  it('keeps the order of the file and the line numbers over many chunks', async () => {
    const bad = (i: number) => i % 30_011 === 5;
    const records = Array.from({ length: 100_000 }, (_, i) =>
      bad(i) ? '{"user":' : JSON.stringify({ user: i % 700, item: i % 90, time: i }),
    );
    const { interactions, rejects } = await load(records.join('\n\n'));
    expect(interactions.times).toEqual(Float64Array.from(records.flatMap((_, i) => (bad(i) ? [] : [i]))));
    expect(rejects.details.map(({ line }) => line)).toEqual(
      records.flatMap((_, i) => (bad(i) ? [2 * i + 1] : [])),
    );
  });

  it('names a missing file and takes an empty one', async () => {
    const directory = directoryWith({ 'events.jsonl': '' });
    const path = join(directory, 'events.jsonl');
    await expect(loadEvents(join(directory, 'none.jsonl'))).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_NOT_FOUND',
      message: expect.stringMatching(/none\.jsonl/),
    });
    await expect(loadEvents(path, { items: { path: join(directory, 'no.jsonl') } })).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_NOT_FOUND',
    });
    const { interactions, catalog } = await loadEvents(path);
    expect([interactions.users.length, catalog.size]).toEqual([0, 0]);
  });
});
