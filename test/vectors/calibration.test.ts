import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalibratedSetting, candidatesFor } from '../../src/vectors/calibration.ts';
import { recallByScore } from '../../src/vectors/recall.ts';
import { refused } from '../contract/setup.ts';
import { EstimatingResident, TestIndex } from './estimating-resident.ts';

const LADDER = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/** So many queries of one spread, or of several in turn. */
const spreads = (count: number, ...each: number[]) =>
  Float32Array.from({ length: count }, (_, i) => each[i % each.length]!);

const setting = (k: number, recallTarget: number, candidates?: number): CalibratedSetting => ({
  ...{ k, recallTarget, candidates, recall: recallTarget },
  interval: { mean: recallTarget, low: recallTarget, high: recallTarget },
});

describe('a calibration', () => {
  test('finds the fewest candidates for each target, but for one step of nine per cent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 20 }),
        async (k, spread) => {
          const rows = 100_000;
          using index = TestIndex.over(new EstimatingResident(rows));
          const { settings } = await index.calibrate({ queries: spreads(16, spread), k: [k] });
          expect(settings.map(({ recallTarget }) => recallTarget)).toEqual(LADDER);
          for (const { recallTarget, candidates, recall } of settings) {
            // c candidates hold the first ceil(c / spread) rows of the answer.
            const rowsNeeded = Math.ceil(k * recallTarget - 1e-9);
            const fewest = Math.max(k, (rowsNeeded - 1) * spread + 1);
            expect(candidates).toBeGreaterThanOrEqual(fewest);
            expect(candidates).toBeLessThanOrEqual(Math.ceil(fewest * 2 ** (1 / 8)) + 1);
            expect(recall).toBeCloseTo(Math.min(1, Math.ceil(candidates! / spread) / k), 9);
          }
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  test('asks for more candidates the higher the target, whatever the queries', async () => {
    const queries = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 16, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(queries, async (queries) => {
        using index = TestIndex.over(new EstimatingResident(20_000));
        const { settings } = await index.calibrate({ queries: Float32Array.from(queries), k: [50] });
        const candidates = settings.map(({ candidates }) => candidates ?? Number.POSITIVE_INFINITY);
        expect(candidates).toEqual([...candidates].sort((a, b) => a - b));
      }),
      { numRuns: 40, seed: 12 },
    );
  });

  test('reports the recall of queries that did not choose the candidates', async () => {
    using index = TestIndex.over(new EstimatingResident(100_000));
    // Every second query has its answer spread twice as wide as those between, which alone choose.
    const report = await index.calibrate({ queries: spreads(33, 4, 8), k: [1000] });
    expect(report).toMatchObject({ fittedQueries: 17, heldOutQueries: 16, backend: 'reference' });
    const { candidates, recall, interval } = report.settings[1]!;
    expect(candidates).toBeGreaterThanOrEqual(899 * 4 + 1);
    expect(recall).toBeCloseTo(Math.ceil(candidates! / 8) / 1000, 9);
    expect(interval.mean).toBe(recall);
    expect(interval.low).toBeCloseTo(recall, 9);
    expect(interval.high).toBeCloseTo(recall, 9);
  });

  test('counts a row of equal score as found', async () => {
    const resident = new EstimatingResident(10_000);
    // All rows are equal, so that any hundred of them are right although only one in nine is of the answer.
    resident.scoreOf = () => 7;
    using index = TestIndex.over(resident);
    const { settings } = await index.calibrate({ queries: spreads(16, 9), k: [100] });
    for (const { candidates, recall } of settings) expect([candidates, recall]).toEqual([100, 1]);
    const found = (...scores: number[]) => ({
      ids: Uint32Array.from(scores),
      scores: Float32Array.from(scores),
    });
    expect(recallByScore(found(5, 4, 4, 1), Float32Array.of(5, 4, 4, 4), 4)).toBe(0.75);
    expect(recallByScore(found(5, 4), Float32Array.of(5, 4, 3), 10)).toBe(2 / 3);
    expect(recallByScore(found(), new Float32Array(0), 10)).toBe(1);
  });

  test('leaves searches exact where a target needs a quarter of the rows', async () => {
    const resident = new EstimatingResident(4000);
    using index = TestIndex.over(resident);
    const reached = await index.calibrate({ queries: spreads(16, 1.05), k: [950] });
    expect(reached.settings.every(({ candidates }) => candidates! <= 1000)).toBe(true);
    // A quarter of the rows holds the best 834 of 950.
    const { settings } = await index.calibrate({ queries: spreads(16, 1.2), k: [950] });
    expect(settings.map(({ candidates }) => candidates !== undefined)).toEqual(LADDER.map((t) => t <= 0.8));
    expect(settings.at(-1)!.recall).toBe(1);
    resident.requests.length = 0;
    await index.search(Float32Array.of(2), { k: 950, recallTarget: 0.99 });
    index.searchSync(Float32Array.of(2), { k: 950, recallTarget: 0.99 });
    expect(resident.requests.map(({ candidates }) => candidates)).toEqual([undefined, undefined]);
  });

  test('measures few searches', async () => {
    const resident = new EstimatingResident(1_000_000);
    using index = TestIndex.over(resident);
    await index.calibrate({ queries: spreads(128, 3, 4, 5, 6) });
    const searched = resident.requests.reduce((sum, { queries }) => sum + queries.length, 0);
    expect(searched).toBeLessThan(128 * 40);
  });

  test('serves every k and target in between', async () => {
    const resident = new EstimatingResident(100_000);
    using index = TestIndex.over(resident);
    await index.calibrate({ queries: spreads(16, 5), k: [10, 1000] });
    const ask = async (k: number, recallTarget: number) => {
      resident.requests.length = 0;
      const query = Float32Array.of(5);
      const found = await index.search(query, { k, recallTarget });
      expect([...index.searchSync(query, { k, recallTarget }).ids]).toEqual([...found.ids]);
      const [batch] = await index.searchBatch(query, { k, recallTarget });
      expect([...batch!.ids]).toEqual([...found.ids]);
      const asked = new Set(resident.requests.map(({ candidates }) => candidates));
      expect(asked.size).toBe(1);
      return [...asked][0];
    };
    const of = (k: number, target: number) =>
      index.calibration!.settings.find((s) => s.k === k && s.recallTarget === target)!.candidates!;
    expect(await ask(10, 0.9)).toBe(of(10, 0.9));
    expect(await ask(1000, 0.91)).toBe(of(1000, 0.95));
    expect(await ask(1000, 0.1)).toBe(of(1000, 0.8));
    expect(await ask(100, 0.9)).toBe(candidatesFor(index.calibration!.settings, 100, 0.9, 100_000));
    expect(await ask(2000, 0.9)).toBeGreaterThanOrEqual(2 * of(1000, 0.9));
    expect(await ask(3, 0.9)).toBe(of(10, 0.9));
    expect(await ask(10, 0.9995)).toBeUndefined();
    expect(await ask(10, 1)).toBeUndefined();
    expect(await ask(20_000, 0.9)).toBeUndefined();
  });

  test('interpolates by the larger of a straight line and one of logarithms, exact beside what is exact', () => {
    const falling = [setting(10, 0.9, 80), setting(1000, 0.9, 2000), setting(10_000, 0.9)];
    // From ratio 8 at 10 to ratio 2 at 1000: half the way at 100, ratio 4; the straight line is below.
    expect(candidatesFor(falling, 100, 0.9, 1e6)).toBe(400);
    expect(candidatesFor(falling, 1000, 0.85, 1e6)).toBe(2000);
    expect(candidatesFor(falling, 1001, 0.9, 1e6)).toBeUndefined();
    expect(candidatesFor(falling, 100, 0.91, 1e6)).toBeUndefined();
    expect(candidatesFor(falling, 100, 0.9, 1500)).toBeUndefined();
    // From ratio 1 to ratio 4: the straight line is above.
    const rising = [setting(100, 0.9, 100), setting(1000, 0.9, 4000)];
    expect(candidatesFor(rising, 400, 0.9, 1e6)).toBe(100 + 3900 / 3);
    expect(candidatesFor([], 100, 0.9, 1e6)).toBeUndefined();
  });

  test('goes on beyond the largest k as the ratio did, and with the fewest below the smallest', () => {
    const rising = [setting(100, 0.9, 100), setting(1000, 0.9, 2000)];
    const falling = [setting(100, 0.9, 400), setting(1000, 0.9, 2000)];
    // Doubled from 100 to 1000, and so again to 10,000; a ratio that fell stays at 2.
    expect(candidatesFor(rising, 10_000, 0.9, 1e6)).toBe(40_000);
    expect(candidatesFor(falling, 10_000, 0.9, 1e6)).toBe(20_000);
    expect(candidatesFor(falling.slice(1), 10_000, 0.9, 1e6)).toBe(20_000);
    expect(candidatesFor([setting(100, 0.9), setting(1000, 0.9, 2000)], 10_000, 0.9, 1e6)).toBe(20_000);
    expect(candidatesFor([setting(100, 0.9), setting(1000, 0.9, 2000)], 500, 0.9, 1e6)).toBeUndefined();
    expect(candidatesFor(falling, 100_000, 0.9, 1e6)).toBe(200_000);
    expect(candidatesFor(rising, 100_000, 0.9, 1e6)).toBeUndefined();
    expect(candidatesFor(rising, 3, 0.9, 1e6)).toBe(100);
  });

  test('never asks for fewer candidates for a larger k or target', () => {
    const candidates = fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined });
    const tables = fc.array(fc.tuple(candidates, candidates), { minLength: 3, maxLength: 3 });
    const asked = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(tables, asked, asked, (more, one, other) => {
        // As calibrations are: more candidates for each larger k and each higher target.
        let least = [0, 0];
        const table = [10, 100, 1000].flatMap((k, i) => {
          const [a = Number.NaN, b = Number.NaN] = more[i]!;
          const first = Math.max(k, least[0]!) + a;
          const second = Math.max(first, least[1]!) + b;
          least = [first, second];
          return [first, second].map((c, t) => setting(k, [0.9, 0.99][t]!, Number.isNaN(c) ? undefined : c));
        });
        const of = (k: number, target: number) =>
          candidatesFor(table, k, target, 1e7) ?? Number.POSITIVE_INFINITY;
        const [k, larger] = [one, other].sort((a, b) => a - b) as [number, number];
        expect(of(k, 0.9)).toBeGreaterThanOrEqual(k);
        expect(of(larger, 0.9)).toBeGreaterThanOrEqual(of(k, 0.9));
        if ([10, 100, 1000].includes(k) || k < 10) expect(of(k, 0.99)).toBeGreaterThanOrEqual(of(k, 0.9));
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  test('is needed for a target below 1, and only on a backend that approximates', async () => {
    using index = TestIndex.over(new EstimatingResident(100));
    const query = Float32Array.of(1);
    expect(index.calibration).toBeUndefined();
    const options = { k: 3, recallTarget: 0.9 };
    const error = await refused('ERR_SLUICE_NOT_CALIBRATED', () => index.search(query, options));
    expect(error.remedy).toContain('index.calibrate(');
    await refused('ERR_SLUICE_NOT_CALIBRATED', () => index.searchSync(query, options));
    await refused('ERR_SLUICE_NOT_CALIBRATED', () => index.searchBatch(query, options));
    expect((await index.search(query, { k: 3, recallTarget: 1 })).ids).toHaveLength(3);

    const resident = new EstimatingResident(100);
    Object.assign(resident.capabilities, { approximate: false });
    using exact = TestIndex.over(resident);
    expect((await exact.search(query, options)).ids).toHaveLength(3);
    const { settings } = await exact.calibrate({ queries: spreads(16, 1) });
    expect(settings.map(({ k, candidates, recall }) => [k, candidates, recall])).toEqual(
      [10, 100].flatMap((k) => LADDER.map(() => [k, undefined, 1])),
    );
    expect(resident.requests).toHaveLength(1);
    expect(resident.requests[0]!.candidates).toBeUndefined();
  });

  test('says when the index has outgrown it, and is plain data', async () => {
    using index = TestIndex.over(new EstimatingResident(1000));
    await index.calibrate({ queries: spreads(16, 2) });
    index.append(new Float32Array(500));
    expect(index.calibration).toMatchObject({ calibratedRows: 1000, rows: 1500, stale: false });
    index.append(new Float32Array(1));
    expect(index.calibration).toMatchObject({ calibratedRows: 1000, rows: 1501, stale: true });
    expect((await index.search(Float32Array.of(2), { k: 10, recallTarget: 0.9 })).ids).toHaveLength(10);
    expect(JSON.parse(JSON.stringify(index.calibration))).toEqual(index.calibration);
    await index.calibrate({ queries: spreads(16, 2) });
    expect(index.calibration).toMatchObject({ calibratedRows: 1501, rows: 1501, stale: false });
  });

  test('does not look for removed rows', async () => {
    using index = TestIndex.over(new EstimatingResident(10_000));
    index.remove(Array.from({ length: 5 }, (_, i) => 2 * i));
    // Of the ten best that are left, rows 1, 3, 5, 7, 9, 10 .. 14, the first twelve rows hold seven.
    const { settings } = await index.calibrate({ queries: spreads(16, 1), k: [10] });
    const { candidates, recall } = settings.find(({ recallTarget }) => recallTarget === 0.8)!;
    expect(candidates).toBe(13);
    expect(recall).toBeCloseTo(0.8, 9);
  });

  test.each([0, 5, 9])('of an index of %i rows makes all searches exact', async (rows) => {
    using index = TestIndex.over(new EstimatingResident(rows));
    const report = await index.calibrate({ queries: spreads(16, 2) });
    expect(report.settings).toEqual([]);
    expect((await index.search(Float32Array.of(9), { k: 9, recallTarget: 0.8 })).ids).toHaveLength(rows);
  });
});

describe('a calibration is refused', () => {
  const resident = new EstimatingResident(1000);
  const index = TestIndex.over(resident);
  const calibrate = (options: unknown) => index.calibrate(options as never);

  test.each([
    ['no options', undefined, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['no queries', {}, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['queries of another type', { queries: [1, 2] }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['fifteen queries', { queries: new Float32Array(15) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a NaN', { queries: spreads(16, Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
    ['k that is no array', { queries: spreads(16, 1), k: 10 }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a k of 0', { queries: spreads(16, 1), k: [10, 0] }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a signal that is none', { queries: spreads(16, 1), signal: 1 }, 'ERR_SLUICE_INVALID_ARGUMENT'],
  ] as const)('for %s', async (_, options, code) => {
    await refused(code, () => calibrate(options));
    expect(index.calibration).toBeUndefined();
    expect(resident.requests).toEqual([]);
  });

  test.each([0, -0.5, 1.01, Number.NaN, '0.9', null])('for a search with recallTarget %s', async (value) => {
    const options = { k: 1, recallTarget: value as number };
    await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.search(Float32Array.of(1), options));
    await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.searchSync(Float32Array.of(1), options));
  });

  test('when it is aborted, before or in between, and the one before stays', async () => {
    using index = TestIndex.over(new EstimatingResident(1000));
    const reason = new Error('enough');
    const queries = spreads(64, 2);
    await expect(index.calibrate({ queries, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const before = await index.calibrate({ queries, k: [5] });
    const controller = new AbortController();
    const running = index.calibrate({ queries, signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(running).rejects.toBe(reason);
    expect(index.calibration).toEqual(before);
  });

  test('when the index is closed, before or in between', async () => {
    const index = TestIndex.over(new EstimatingResident(1000));
    const running = index.calibrate({ queries: spreads(64, 2) });
    setImmediate(() => index.close());
    await refused('ERR_SLUICE_CLOSED', () => running);
    await refused('ERR_SLUICE_CLOSED', () => index.calibrate({ queries: spreads(64, 2) }));
  });
});
