import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';
import { exactScore } from '../../src/vectors/exact-score.ts';
import { nodeHost } from '../../src/vectors/host.node.ts';
import { wasmBackend } from '../../src/vectors/wasm.ts';
import { instantiate } from '../../src/vectors/wasm-kernels.ts';
import { WasmMatrix } from '../../src/vectors/wasm-matrix.ts';
import { WasmPlanes } from '../../src/vectors/wasm-planes.ts';
import { queryOf } from '../../src/vectors/wasm-rows.ts';
import { numbers } from '../contract/data.ts';
import { bits, trueScore } from '../contract/truth.ts';

const NUMBERS = 2 ** 21;

/** All rows of finite score, best first. */
function ranking(data: Float32Array, query: Float32Array): { ids: Uint32Array; scores: Float32Array } {
  const d = query.length;
  const scores = new Float32Array(data.length / d);
  for (let row = 0; row < scores.length; row++) scores[row] = exactScore(query, data, row * d);
  const ids = Uint32Array.from(scores.keys()).filter((row) => Number.isFinite(scores[row]));
  ids.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { ids, scores: Float32Array.from(ids, (row) => scores[row]!) };
}

/** The first k of a ranking that are eligible, as bits. */
function first({ ids, scores }: ReturnType<typeof ranking>, k: number, mask?: Bitset) {
  const places: number[] = [];
  for (let i = 0; i < ids.length && places.length < k; i++) if (mask?.has(ids[i]!) ?? true) places.push(i);
  return bits({
    ids: Uint32Array.from(places, (i) => ids[i]!),
    scores: Float32Array.from(places, (i) => scores[i]!),
  });
}

const load = (dimension: number, data: Float32Array) => wasmBackend(nodeHost).load({ dimension, data });

describe('bounds of codes', () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = await WebAssembly.compile(await nodeHost.kernels());
  });

  const exponent = fc.integer({ min: -29, max: 24 });
  const shape = fc.record({
    dimension: fc.integer({ min: 16, max: 300 }),
    rowsExponent: exponent,
    spread: fc.integer({ min: 0, max: 6 }),
    queryExponent: exponent,
    /** One component larger than the others by a power of ten. */
    dominant: fc.constantFrom(0, 3, 6),
    whole: fc.boolean(),
    /** Rows nearly along the query: scores are largest where all errors add up. */
    aligned: fc.constantFrom(0, 0.9, 1),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });

  test('never rule out a row by a threshold that its exact score reaches', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (s) => {
        const { dimension } = s;
        const query = numbers('ordinary', dimension, s.seed).map((x) => x * 10 ** s.queryExponent);
        query[s.seed % dimension] *= 10 ** s.dominant;
        const norms = numbers('ordinary', 32, s.seed + 1);
        const data = numbers('ordinary', 32 * dimension, s.seed + 2).map((x, i) => {
          const along = (query[i % dimension]! / 10 ** s.queryExponent) * s.aligned;
          const y = (1 - s.aligned) * x + along;
          return (
            (s.whole ? Math.round(2 * y) : y) * 10 ** (s.rowsExponent + norms[(i >> 5) & 31]! * s.spread)
          );
        });
        const matrix = new WasmMatrix(await instantiate(module), dimension);
        matrix.append(data);
        const planes = await WasmPlanes.make(await instantiate(module), dimension, async () => {});
        expect(planes.encode(matrix)).toBe(true);
        const codes = planes.query(queryOf(query));
        if (codes === undefined) return;
        for (let row = 0; row < 32; row++) {
          const score = trueScore(query, data.subarray(row * dimension, (row + 1) * dimension));
          if (!Number.isFinite(score)) continue;
          expect([...planes.reader.scanU4(codes, planes.spans(32)[0]!, undefined, score)]).toContain(row);
        }
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  test('are of use: few rows but the best pass', async () => {
    const [dimension, rows] = [64, 4096];
    const matrix = new WasmMatrix(await instantiate(module), dimension);
    const data = numbers('ordinary', rows * dimension, 1);
    matrix.append(data);
    const planes = await WasmPlanes.make(await instantiate(module), dimension, async () => {});
    while (planes.encode(matrix));
    expect(planes.rows).toBe(rows);
    const query = numbers('ordinary', dimension, 2);
    const best = ranking(data, query).scores[99]!;
    const [span] = planes.spans(rows);
    const passed = planes.reader.scanU4(planes.query(queryOf(query))!, span!, undefined, best);
    expect(passed.length).toBeGreaterThanOrEqual(100);
    expect(passed.length).toBeLessThan(130);
  });
});

describe('exact searches of rows with planes', () => {
  const dimension = 64;
  const rows = NUMBERS / dimension + 45;
  const ordinary = numbers('ordinary', rows * dimension, 1);
  const query = numbers('ordinary', dimension, 2);
  const scaled = (factor: (row: number) => number) =>
    ordinary.map((x, i) => x * factor(Math.floor(i / dimension)));
  const unit = () => {
    const norms = new Float64Array(rows);
    ordinary.forEach((x, i) => {
      norms[Math.floor(i / dimension)]! += x * x;
    });
    return scaled((row) => 1 / Math.sqrt(norms[row]!));
  };
  const inOrder = (sign: number) => {
    const { ids } = ranking(ordinary, query);
    const sorted = new Float32Array(ordinary.length);
    ids.forEach((row, i) => {
      const to = sign > 0 ? i : rows - 1 - i;
      sorted.set(ordinary.subarray(row * dimension, (row + 1) * dimension), to * dimension);
    });
    return sorted;
  };
  const random = numbers('ordinary', rows, 3);
  const kinds: Record<string, () => Float32Array> = {
    'in descending order': () => inOrder(1),
    'in ascending order': () => inOrder(-1),
    'of unit norm': unit,
    'that stand eight times each': () => ordinary.map((_, i) => ordinary[i % (ordinary.length >> 3)]!),
    'that are all equal': () => ordinary.map((_, i) => ordinary[i % dimension]!),
    'of norms over twelve orders of magnitude': () => scaled((row) => 10 ** (6 * random[row]!)),
    'of norms that the bounds do not cover': () => scaled((row) => 10 ** Math.round(35 * random[row]!)),
    'with one dominant dimension': () => ordinary.map((x, i) => (i % dimension === 7 ? 1e4 * x : x)),
    'of whole numbers': () => ordinary.map((x) => Math.round(1.5 * x)),
    'mostly of zeros': () => scaled((row) => (row % 50 === 0 ? 1 : 0)),
    'of denormals': () => scaled(() => 1e-41),
    'whose scores overflow': () => scaled((row) => (row % 3 === 0 ? 3e38 : 1)),
  };

  test.each(Object.keys(kinds))('equal the brute force for rows %s', async (kind) => {
    const data = kinds[kind]!();
    using resident = await load(dimension, data);
    expect(resident.indexBytes).toBeGreaterThan(1.25 * NUMBERS);
    for (const scale of [1, 1e-30, 1e25]) {
      const scaledQuery = query.map((x) => x * scale);
      const truth = ranking(data, scaledQuery);
      for (const k of [1, 10, 1000, 5000]) {
        const found = resident.topKSync({ queries: scaledQuery, k })[0]!;
        expect(bits(found)).toEqual(first(truth, k));
      }
    }
    const found = await resident.topK({ queries: query, k: 100 });
    expect(bits(found[0]!)).toEqual(first(ranking(data, query), 100));
  });

  test('return all rows if asked, and answer a query of zeros', async () => {
    using resident = await load(dimension, ordinary);
    const all = resident.topKSync({ queries: query, k: rows })[0]!;
    expect(bits(all)).toEqual(first(ranking(ordinary, query), rows));
    const zeros = resident.topKSync({ queries: new Float32Array(dimension), k: 50 })[0]!;
    expect([...zeros.ids]).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test.each([0.0001, 0.001, 0.01, 0.1, 0.5, 0.99])('keep to a mask of a share of %f', async (share) => {
    using resident = await load(dimension, ordinary);
    const truth = ranking(ordinary, query);
    const mask = new Bitset(rows);
    numbers('ordinary', rows, 9).forEach((x, row) => {
      if ((x + 1) / 2 < share) mask.add(row);
    });
    for (const k of [1, 10, 1000, 5000]) {
      const found = resident.topKSync({ queries: query, k, mask: mask.words })[0]!;
      expect(bits(found)).toEqual(first(truth, k, mask));
    }
  });

  test.each([16, 17, 100, 300, 2048])('equal the brute force for dimension %i', async (dimension) => {
    const data = numbers('ordinary', Math.ceil(NUMBERS / dimension + 50) * dimension, 4);
    const queries = numbers('ordinary', 3 * dimension, 5);
    using resident = await load(dimension, data);
    expect(resident.indexBytes).toBeGreaterThan(0);
    resident.topKSync({ queries, k: 100 }).forEach((found, i) => {
      const truth = ranking(data, queries.subarray(i * dimension, (i + 1) * dimension));
      expect(bits(found)).toEqual(first(truth, 100));
    });
  });
});

describe('approximate searches of rows with planes', () => {
  const dimension = 64;
  const rows = NUMBERS / dimension + 45;
  const data = numbers('ordinary', rows * dimension, 1);
  const recall = (found: Uint32Array, truth: Uint32Array) => {
    const wanted = new Set(truth);
    return found.filter((row) => wanted.has(row)).length / truth.length;
  };

  test('find more the more candidates they may take, and state true scores in order', async () => {
    using resident = await load(dimension, data);
    const query = numbers('ordinary', dimension, 7);
    const truth = ranking(data, query);
    const scoreOf = new Map([...truth.ids].map((row, i) => [row, truth.scores[i]!]));
    for (const k of [10, 300]) {
      const best = truth.ids.subarray(0, k);
      const recalls = [k, 10 * k, rows].map((candidates) => {
        const { ids, scores } = resident.topKSync({ queries: query, k, candidates })[0]!;
        expect(ids).toHaveLength(k);
        expect([...scores]).toEqual(Array.from(ids, (row) => scoreOf.get(row)));
        expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
        return recall(ids, best);
      });
      expect(recalls[0]).toBeGreaterThan(0.3);
      expect(recalls[1]).toBeGreaterThanOrEqual(0.95);
      expect(recalls[2]).toBe(1);
      expect(recalls[0]).toBeLessThan(recalls[1]!);
    }
  });

  test.each([0.001, 0.1, 0.9])('keep to a mask of a share of %f', async (share) => {
    using resident = await load(dimension, data);
    const query = numbers('ordinary', dimension, 8);
    const mask = new Bitset(rows);
    for (let row = 0; row < rows; row++) if ((row * 0.6180339887) % 1 < share) mask.add(row);
    const request = { queries: query, k: 20, mask: mask.words, candidates: 400 };
    const found = (await resident.topK(request))[0]!;
    expect(found.ids).toHaveLength(20);
    expect(found.ids.every((row) => mask.has(row))).toBe(true);
    const truth = ranking(data, query).ids.filter((row) => mask.has(row));
    expect(recall(found.ids, truth.subarray(0, 20))).toBeGreaterThanOrEqual(0.9);
  });
});

describe('planes', () => {
  const dimension = 64;
  const rows = NUMBERS / dimension;
  const query = numbers('ordinary', dimension, 2);
  const bytes = 1.25 * NUMBERS;

  test('are not made for few rows, short ones or very long ones', async () => {
    for (const [rows, dimension] of [
      [1000, 64],
      [NUMBERS / 8, 8],
      [NUMBERS / 4096, 4096],
    ] as const) {
      using resident = await load(dimension, new Float32Array(rows * dimension));
      expect(resident.indexBytes).toBe(0);
    }
  });

  test('take at most 1.35 bytes a component and 16 a row, and a mebibyte', async () => {
    for (const dimension of [64, 128]) {
      const rows = (4 * NUMBERS) / dimension;
      using resident = await load(dimension, new Float32Array(rows * dimension));
      expect(resident.indexBytes).toBeLessThan(rows * (1.35 * dimension + 16) + 2 ** 21);
    }
  });

  test('are made for rows that are appended, in turns, while searches stay exact', async () => {
    const data = numbers('ordinary', 2 * NUMBERS + 10 * dimension, 1);
    using resident = await load(dimension, data.subarray(0, (rows - 100) * dimension));
    expect(resident.indexBytes).toBe(0);
    let size = rows - 100;
    const check = async (expected: number) => {
      const truth = first(ranking(data.subarray(0, expected * dimension), query), 500);
      expect(bits(resident.topKSync({ queries: query, k: 500 })[0]!)).toEqual(truth);
      return truth;
    };
    for (const added of [100, 1, 5000, rows - 5000]) {
      const running = resident.topK({ queries: query, k: 500 });
      const before = await check(size);
      resident.append(data.subarray(size * dimension, (size + added) * dimension));
      size += added;
      await check(size);
      expect(bits((await running)[0]!)).toEqual(before);
    }
    await vi.waitFor(() => expect(resident.indexBytes).toBeGreaterThan(2 * bytes), 10_000);
    await check(size);
  });

  test('leave the event loop its turns while they are made', async () => {
    let turns = 0;
    let loading = true;
    const count = () => {
      turns++;
      if (loading) setImmediate(count);
    };
    setImmediate(count);
    using _ = await load(dimension, new Float32Array(NUMBERS));
    loading = false;
    expect(turns).toBeGreaterThanOrEqual(16);
  });

  test('stop being made when the matrix is closed', async () => {
    const resident = await load(dimension, new Float32Array(0));
    resident.append(numbers('ordinary', NUMBERS, 1));
    resident.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(resident.indexBytes).toBe(0);
  });

  test('are done without where memory does not suffice', async () => {
    const data = numbers('ordinary', NUMBERS, 1);
    const { grow } = WebAssembly.Memory.prototype;
    const spy = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function (
      this: WebAssembly.Memory,
      pages,
    ) {
      // Fewer pages are the rotation, more are the rows.
      if (pages > 16 && pages < 64) throw new RangeError('no memory');
      return grow.call(this, pages);
    });
    try {
      using resident = await load(dimension, data);
      expect(resident.indexBytes).toBeLessThan(2 ** 21);
      const found = resident.topKSync({ queries: query, k: 100, candidates: 200 })[0]!;
      expect(bits(found)).toEqual(first(ranking(data, query), 100));
    } finally {
      spy.mockRestore();
    }
  });

  test('do not keep a search from stopping when its signal fires', async () => {
    using resident = await load(dimension, numbers('ordinary', NUMBERS, 1));
    const reason = new Error('nobody waits any more');
    const queries = numbers('ordinary', 2000 * dimension, 2);
    for (const candidates of [undefined, 500]) {
      const controller = new AbortController();
      const running = resident.topK({ queries, k: 100, candidates }, controller.signal);
      setTimeout(() => controller.abort(reason), 5);
      await expect(running).rejects.toBe(reason);
    }
  });
});
