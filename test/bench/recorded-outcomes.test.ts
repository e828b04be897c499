import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { csvRows, readRecordedOutcomes } from '../../bench/data/recorded-outcomes.mjs';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe('rows of a CSV file', () => {
  test('keep quotes, commas and line ends of quoted fields, and empty fields', () => {
    const text = '\ufeffa,"b ""q"", c",\r\n"two\nlines",,x\n';
    expect([...csvRows(text)]).toEqual([
      ['a', 'b "q", c', ''],
      ['two\nlines', '', 'x'],
    ]);
    expect([...csvRows('a,b')]).toEqual([['a', 'b']]);
    expect([...csvRows('a,')]).toEqual([['a', '']]);
    expect([...csvRows('')]).toEqual([]);
  });

  test('take a field of any length', () => {
    const long = 'x""'.repeat(200_000);
    expect([...csvRows(`"${long}",1`)][0][0]).toHaveLength(400_000);
  });
});

describe('a file of recorded outcomes', () => {
  const text = 'prompt,small,large,small_response,large_response\n"one, two",True,False,a,b\nthree,0,1,c,d\n';
  const expected = [
    { prompt: 'one, two', gain: -1, cost: 1 },
    { prompt: 'three', gain: 1, cost: 1 },
  ];

  test('is read plain and compressed', () => {
    expect(readRecordedOutcomes(file('plain.csv', text))).toEqual(expected);
    expect(readRecordedOutcomes(file('packed.csv.gz', gzipSync(text)))).toEqual(expected);
  });

  test.each([
    ['ERR_SLUICE_DATA_NOT_FOUND', () => join(folder, 'nowhere.csv')],
    ['ERR_SLUICE_DATA_INVALID', () => file('empty.csv', '')],
    ['ERR_SLUICE_DATA_INVALID', () => file('narrow.csv', 'prompt,right\na,True\n')],
    ['ERR_SLUICE_DATA_INVALID', () => file('words.csv', 'prompt,a,b\nx,True,perhaps\n')],
    ['ERR_SLUICE_DATA_INVALID', () => file('ragged.csv', 'prompt,a,b\nx,True\n')],
    ['ERR_SLUICE_DATA_INVALID', () => file('stray.csv', 'prompt,a,b\nx"y,True,False\n')],
    ['ERR_SLUICE_DATA_INVALID', () => file('cut.csv.gz', gzipSync(text).subarray(0, 30))],
  ])('is refused with %s where it is none', (code, path) => {
    expect(() => readRecordedOutcomes(path())).toThrow(expect.objectContaining({ code }));
  });
});
