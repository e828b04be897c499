import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyHeader, openNpy, readRows, writeNpy } from '../../bench/data/npy.mjs';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

describe('a .npy file', () => {
  test('holds the rows that were written, in blocks', () => {
    const fill = (block: Float32Array, first: number) =>
      block.forEach((_, i) => {
        block[i] = first * 3 + i;
      });
    writeNpy(path('a.npy'), { rows: 10, dimension: 3 }, fill, 4);
    const file = openNpy(path('a.npy'));
    expect(file).toMatchObject({ rows: 10, dimension: 3, byteOffset: 128 });
    expect([...readRows(file, 2, 3)]).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(readFileSync(path('a.npy')).length).toBe(128 + 10 * 3 * 4);
  });

  test('has the header that NumPy writes for the same array', () => {
    const header = npyHeader('<f4', [2, 3]);
    expect(header.length % 64).toBe(0);
    expect(header.toString('latin1')).toBe(
      `${`\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.padEnd(127)}\n`,
    );
  });

  const whole = (header: Buffer, bytes: number) => Buffer.concat([header, Buffer.alloc(bytes)]);
  test.each([
    ['of f64', whole(npyHeader('<f8', [2, 3]), 48), /elements are <f8/],
    ['big-endian', whole(npyHeader('>f4', [2, 3]), 24), /elements are >f4/],
    ['of one dimension', whole(npyHeader('<f4', [6]), 24), /it has 1 dimensions/],
    ['of three dimensions', whole(npyHeader('<f4', [1, 2, 3]), 24), /it has 3 dimensions/],
    ['without rows', whole(npyHeader('<f4', [0, 3]), 0), /shape is 0 x 3/],
    ['that is cut off', whole(npyHeader('<f4', [2, 3]), 20), /it is cut off/],
    ['that is something else', Buffer.from('not a matrix at all'), /does not begin like one/],
    ['that is empty', Buffer.alloc(0), /does not begin like one/],
    [
      'in Fortran order',
      Buffer.from(
        whole(npyHeader('<f4', [2, 3]), 24)
          .toString('latin1')
          .replace('False', 'True '),
        'latin1',
      ),
      /Fortran order/,
    ],
  ])('%s is refused with the reason', (_, content, reason) => {
    writeFileSync(path('bad.npy'), content);
    expect(() => openNpy(path('bad.npy'))).toThrow(reason);
  });

  test('that is not there is refused', () => {
    expect(() => openNpy(path('none.npy'))).toThrow(/ENOENT/);
  });

  test('that shrinks while it is read is refused', () => {
    writeNpy(path('b.npy'), { rows: 4, dimension: 2 }, () => {});
    const file = openNpy(path('b.npy'));
    truncateSync(path('b.npy'), 128 + 8);
    expect(() => readRows(file, 0, 4)).toThrow(/no row 3/);
  });
});
