import { beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/vectors/host.node.ts';
import { codeQuery } from '../../src/vectors/wasm-code-query.ts';
import { ensure, instantiate, type Kernels } from '../../src/vectors/wasm-kernels.ts';
import { numbers } from '../contract/data.ts';
import { Codes, queryCodes } from './wasm-codes.ts';

const BLOCKS = 3;
const ROWS = 32 * BLOCKS;
const LEVELS = [-1.51, -0.4528, 0.4528, 1.51];

let kernels: Kernels;
beforeAll(async () => {
  kernels = await instantiate(await WebAssembly.compile(await nodeHost.kernels()));
  kernels.useWorkspace(Math.ceil(kernels.heapBase() / 64) * 64);
});

const norm = (vector: ArrayLike<number>) => Math.sqrt(dot(vector, vector));
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

/** Everything that the kernels made of some rows and a query, copied to where it stays. */
function make(dimension: number, data: Float32Array, query: Float32Array) {
  const padded = Math.ceil(dimension / 8) * 8;
  const stride = padded + 8;
  let end = 1 << 16;
  const take = (bytes: number) => {
    const at = end;
    end = Math.ceil((at + bytes) / 64) * 64;
    ensure(kernels.memory, end + 64);
    return at;
  };
  const matrix = take(kernels.rotationBytes(dimension));
  const rows = take(4 * (data.length + 8));
  const rotated = take(4 * 32 * stride);
  const at = {
    pairs: take(BLOCKS * (8 * padded + 64)),
    high: take(BLOCKS * (16 * padded + 80)),
    low: take(ROWS * (padded / 2)),
  };
  const work = take(8 * 256 * 256);
  const floats = (start: number, length: number) => new Float32Array(kernels.memory.buffer, start, length);
  let error = 0;
  for (let block = 0; block < kernels.rotationBlocks(dimension); block++) {
    error = Math.max(error, kernels.makeRotation(dimension, block, matrix, work));
  }
  floats(rows, data.length).set(data);
  kernels.encode(rows, BLOCKS, dimension, matrix, rotated, at.pairs, at.high, at.low);
  const rotate = (vector: Float32Array) => {
    floats(rows, dimension).set(vector);
    kernels.rotate(rows, 1, dimension, matrix, rotated);
    return floats(rotated, padded).slice();
  };
  const turned = rotate(query);
  const queryAt = take(48 + 4 * padded + 64 + 8 * padded);
  return {
    padded,
    at,
    error,
    codes: new Codes(kernels, padded, at),
    rotated: Array.from({ length: ROWS }, (_, row) =>
      rotate(data.subarray(row * dimension, (row + 1) * dimension)),
    ),
    query: turned,
    coded: codeQuery(turned, norm(query), error),
    queryAt,
    mask: take(4 * BLOCKS),
    out: take(16 * ROWS),
  };
}

/** Rows of several lengths, one of them zero. */
function rowsOf(dimension: number): Float32Array {
  const data = numbers('ordinary', ROWS * dimension, dimension);
  for (let row = 0; row < ROWS; row++) {
    for (let j = 0; j < dimension; j++) data[row * dimension + j] *= row === 40 ? 0 : 1.1 ** (row % 20);
  }
  return data;
}

const words = (address: number, count: number) =>
  new Uint32Array(kernels.memory.buffer, address, count).slice();

function put(address: number, bytes: Uint8Array): number {
  new Uint8Array(kernels.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

/** The rows and scores of keys. */
function decode(address: number, count: number): Map<number, number> {
  const found = new Map<number, number>();
  const halves = words(address, 2 * count);
  for (let i = 0; i < count; i++) {
    const order = halves[2 * i + 1]!;
    const bits = order >>> 31 === 0 ? ~order & 0x7fffffff : order;
    found.set(halves[2 * i]!, new Float32Array(Uint32Array.of(bits).buffer)[0]!);
  }
  return found;
}

describe.each([16, 17, 30, 64, 100, 128, 257, 300, 600, 2048])(
  'kernels on codes of dimension %i',
  (dimension) => {
    const data = rowsOf(dimension);
    const query = numbers('ordinary', dimension, 3);

    test('a rotation keeps inner products to the error that it states, and does rotate', () => {
      const { rotated, query: turned, error } = make(dimension, data, query);
      expect(error).toBeLessThan(2e-3);
      rotated.forEach((row, i) => {
        const before = data.subarray(i * dimension, (i + 1) * dimension);
        expect(Math.abs(dot(row, turned) - dot(before, query))).toBeLessThanOrEqual(
          error * norm(row) * norm(turned),
        );
        expect([...row.subarray(dimension)]).toEqual(new Array(row.length - dimension).fill(0));
        if (i !== 40) expect(Math.abs(row[0]! - before[0]!)).toBeGreaterThan(0);
      });
    });

    test('8-bit codes are the nearest, and the bounds of a block hold for each of its rows', () => {
      const { rotated, codes } = make(dimension, data, query);
      const largest = Array.from({ length: BLOCKS }, () => [0, 0, 0]);
      rotated.forEach((row, i) => {
        const scale = codes.scale(i) / 16;
        const most = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        expect(scale).toBeGreaterThanOrEqual(most / 127.5);
        expect(scale).toBeLessThanOrEqual((most / 127.5) * (1 + 2 ** -7));
        const rests: number[] = [];
        const restsOfHigh: number[] = [];
        for (let j = 0; j < dimension; j++) {
          const code = codes.code(i, j);
          rests.push(row[j]! - scale * (code - 127.5));
          restsOfHigh.push(row[j]! - scale * ((code & 0xf0) - 120));
          expect(Math.abs(rests[j]!)).toBeLessThanOrEqual(0.5 * scale * (1 + 1e-4));
        }
        const errors = [norm(restsOfHigh) / (16 * scale), norm(row) / (16 * scale), norm(rests) / scale];
        const of = largest[Math.floor(i / 32)]!;
        for (let at = 0; at < 3 && scale > 0; at++) of[at] = Math.max(of[at]!, errors[at]!);
      });
      largest.forEach((errors, block) => {
        codes.bounds(32 * block).forEach((bound, at) => {
          expect(bound).toBeGreaterThanOrEqual(errors[at]!);
          expect(bound).toBeLessThanOrEqual(errors[at]! * (1 + 1e-5));
        });
      });
    });

    test('2-bit codes have the sign, and the outer level from 0.98 root mean squares on', () => {
      const { rotated, codes } = make(dimension, data, query);
      rotated.forEach((row, i) => {
        const step = (0.9816 * norm(row)) / Math.sqrt(dimension);
        let products = 0;
        for (let j = 0; j < dimension; j++) {
          const code = codes.pair(i, j);
          products += row[j]! * LEVELS[code]!;
          if (Math.abs(Math.abs(row[j]!) - step) < 1e-5 * step || i === 40) continue;
          expect(code).toBe(row[j]! < 0 ? (row[j]! <= -step ? 0 : 1) : row[j]! >= step ? 3 : 2);
        }
        if (i === 40) expect(codes.pairScale(i)).toBe(0);
        else expect(codes.pairScale(i) / (norm(row) ** 2 / products)).toBeCloseTo(1, 2);
      });
    });

    test('scanU4 and refineU4 pass the eligible rows whose bounds reach the limit, and no others', () => {
      const { padded, at, codes, query: turned, coded, queryAt, mask, out } = make(dimension, data, query);
      put(queryAt, coded!.nibbles);
      const [, normBound, error] = new Float64Array(coded!.nibbles.buffer, 0, 3);
      const { unit, codes: c } = queryCodes(turned);
      const sums = Array.from({ length: ROWS }, (_, row) => [
        c.reduce((sum, q, j) => sum + q * ((codes.code(row, j) >> 4) - 7.5), 0),
        c.reduce((sum, q, j) => sum + q * (codes.code(row, j) - 127.5), 0),
      ]);
      const middle = 7.5 * c.reduce((sum, q) => sum + q, 0);
      const bound = (row: number, whole: boolean) => {
        const [highError, size, wholeError] = codes.bounds(row);
        const slack = whole
          ? normBound! * wholeError! + 16 * error! * size!
          : normBound! * highError! + error! * size!;
        const scale = whole ? codes.scale(row) / 16 : codes.scale(row);
        return scale * (unit * sums[row]![whole ? 1 : 0]! + slack);
      };
      const order = Array.from({ length: ROWS }, (_, row) => bound(row, false)).sort((a, b) => b - a);
      for (const limit of [-Infinity, order[60]!, order[20]!, order[3]!, Infinity]) {
        for (const bits of [undefined, [0xffff, 0, 0x80000001]]) {
          if (bits !== undefined) new Uint32Array(kernels.memory.buffer, mask, BLOCKS).set(bits);
          const eligible = (row: number) =>
            bits === undefined || ((bits[row >> 5]! >>> (row & 31)) & 1) === 1;
          const masked = bits === undefined ? 0 : mask;
          // A bound may pass a row by the margin that covers its own rounding.
          const near = (value: number) =>
            Math.abs(value - limit) <= 2e-6 * (Math.abs(value) + Math.abs(order[0]!));
          const count = kernels.scanU4(at.high, BLOCKS, 1, padded, queryAt, limit, masked, out);
          const hits = words(out, 2 * count);
          const found = new Map(
            Array.from({ length: count }, (_, i) => [hits[2 * i]!, hits[2 * i + 1]! | 0]),
          );
          for (const [row, sum] of found) expect(sum).toBe(sums[row]![0]! + middle - Math.floor(middle));
          const kept = kernels.refineU4(
            out,
            count,
            at.high,
            at.low,
            padded,
            queryAt,
            limit,
            1000,
            out + 8 * ROWS,
          );
          const refined = new Set(words(out + 8 * ROWS, kept));
          for (let row = 0; row < ROWS; row++) {
            const [high, whole] = [bound(row, false), bound(row, true)];
            if (!near(high)) expect(found.has(row)).toBe(eligible(row) && high >= limit);
            if (!near(high) && !near(whole)) {
              expect(refined.has(1000 + row)).toBe(eligible(row) && high >= limit && whole >= limit);
            }
          }
          if (limit === -Infinity && bits === undefined) expect(kept).toBe(ROWS);
        }
      }
    });

    test('dotU4 is the inner product with lower nibbles', () => {
      const { padded, at, codes, query: turned, coded, queryAt } = make(dimension, data, query);
      put(queryAt, coded!.nibbles);
      const { codes: c } = queryCodes(turned);
      const flipped = c.reduce((sum, q, j) => sum + (j % 4 === 3 ? 8 * q : 0), 0);
      for (let row = 0; row < ROWS; row++) {
        const expected = c.reduce((sum, q, j) => sum + q * (codes.code(row, j) & 15), 0);
        expect(kernels.dotU4(at.low + (row * padded) / 2, padded, queryAt) + flipped).toBe(expected);
      }
    });

    test('estimateU4 and scanU2 estimate every second block as the definition says', () => {
      const { padded, at, rotated, codes, query: turned, coded, queryAt, out } = make(dimension, data, query);
      put(queryAt, coded!.estimating);
      const hits = kernels.scanU4(at.high, BLOCKS, 2, padded, queryAt, -Infinity, 0, out);
      const keys = out + 8 * ROWS;
      const byNibbles = decode(keys, kernels.estimateU4(out, hits, at.high, padded, queryAt, keys));
      put(queryAt, coded!.tables);
      const { tables, unit, least } = coded!;
      const scan = (limit: number) =>
        decode(out, kernels.scanU2(at.pairs, BLOCKS, 2, padded, queryAt, unit, least, limit, 0, 500, out));
      const byPairs = scan(-Infinity);
      const sampled = Array.from({ length: ROWS }, (_, row) => row).filter((row) => row < 32 || row >= 64);
      expect([...byNibbles.keys()]).toEqual(sampled);
      expect([...byPairs.keys()]).toEqual(sampled.map((row) => 500 + row));
      const { unit: step, codes: c } = queryCodes(turned);
      for (const row of sampled) {
        const sum = c.reduce((sum, q, j) => sum + q * ((codes.code(row, j) >> 4) - 7.5), 0);
        const size = norm(rotated[row]!) * norm(turned);
        expect(Math.abs(byNibbles.get(row)! - codes.scale(row) * step * sum)).toBeLessThanOrEqual(
          1e-5 * size,
        );
        let looked = 0;
        let levels = 0;
        for (let j = 0; j < padded; j += 2) {
          const entry = codes.pair(row, j) + 4 * codes.pair(row, j + 1);
          looked += tables[8 * j + entry]!;
          levels += turned[j]! * LEVELS[entry & 3]! + turned[j + 1]! * LEVELS[entry >> 2]!;
        }
        const estimate = byPairs.get(500 + row)!;
        const scale = codes.pairScale(row);
        expect(Math.abs(estimate - scale * (unit * looked + least))).toBeLessThanOrEqual(1e-5 * size);
        // Each entry is rounded to the nearest step.
        expect(Math.abs(estimate - scale * levels)).toBeLessThanOrEqual(
          scale * unit * (padded / 4) + 1e-5 * size,
        );
      }
      const limit = [...byPairs.values()].sort((a, b) => b - a)[10]!;
      expect(scan(limit)).toEqual(new Map([...byPairs].filter(([, estimate]) => estimate >= limit)));
    });
  },
);
