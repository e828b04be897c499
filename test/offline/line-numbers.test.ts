import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { recordPositions } from '../../src/offline/line-numbers.ts';
import { directoryWith } from './temporary.ts';

async function positionsOf(content: string | Uint8Array, format: 'csv' | 'json-lines', name = 'file') {
  const found: [line: number, blank: boolean][] = [];
  for await (const { ordinal, line, blank } of recordPositions(
    join(directoryWith({ [name]: content }), name),
    format,
  )) {
    expect(ordinal).toBe(found.length + 1);
    found.push([line, blank]);
  }
  return found;
}

describe('recordPositions', () => {
  it.each([['\n'], ['\r\n'], ['\r']])(
    'counts lines that end in %j, blank ones included, with or without a last ending',
    async (end) => {
      const expected = [
        [1, false],
        [2, false],
        [3, true],
        [4, false],
      ];
      const text = ['a,b', '1,2', '', '3,4'].join(end);
      expect(await positionsOf(text, 'csv')).toEqual(expected);
      expect(await positionsOf(text + end, 'csv')).toEqual(expected);
    },
  );

  it('takes a quoted text over several lines as one record', async () => {
    const text = 'a\n"x\r\ny ""z""\n",1\n"",2\nab"c,3\n"open\nto the end';
    expect((await positionsOf(text, 'csv')).map(([line]) => line)).toEqual([1, 2, 5, 6, 7]);
  });

  it('gives quotes no meaning in JSON lines, where white space is blank', async () => {
    const text = '{"a":1}\r\n  \t\n\r\n"\n{}';
    expect(await positionsOf(text, 'json-lines')).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
      [5, false],
    ]);
  });

  it('reads gzip, and tells of a damaged one', async () => {
    const zipped = gzipSync('a\nb\n');
    expect(await positionsOf(zipped, 'csv', 'file.gz')).toHaveLength(2);
    await expect(positionsOf(zipped.subarray(0, 12), 'csv', 'file.gz')).rejects.toThrow();
  });
});
