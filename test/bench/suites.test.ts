import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeNpy } from '../../bench/data/npy.mjs';
import { fitLine } from '../../bench/suites/growth.mjs';
import { renderText } from '../../bench/suites/text.mjs';
import { backendNames } from '../../src/index.ts';
import { probeAddon } from '../../src/vectors/addon.ts';
import { root } from '../repository/sources.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const probe = probeAddon();
const hasGraph = probe.ok && probe.addon.Graph !== undefined;

/** `npm run -s bench -- ...words`, with its files in the temporary folder. */
function bench(...words: string[]) {
  const { INIT_CWD: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/main.mjs', ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, SLUICE_BENCH_CACHE: folder },
  });
  return { status, stdout, stderr };
}

const tiny = ['retrieval', '--n', '2000', '--dim', '16', '--k', '50', '--queries-count', '8'];
const quick = ['--engines', 'sluice', '--budget-ms', '20'];

describe('bench -- retrieval', () => {
  test('measures exact and approximate searches of every instruction set with their recall', () => {
    const { status, stdout, stderr } = bench(...tiny, ...quick, '--json');
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ suite: 'retrieval', n: 2000, dim: 16, k: 50, queries: 8, threads: 1 });
    const modes = report.results.map(
      (result: { mode: string; backend: string }) => `${result.mode} ${result.backend}`,
    );
    expect(modes).toContain('exact wasm');
    expect(modes).toContain('approximate-0.99 wasm');
    expect(modes).toContain('approximate-0.95 wasm');
    for (const result of report.results) {
      expect(result.engine).toBe('sluice');
      expect(result.recall).toBeGreaterThan(result.mode === 'exact' ? 0.9999999 : 0.85);
      expect(result.p50Ms).toBeGreaterThan(0);
      expect(result.p95Ms).toBeGreaterThanOrEqual(result.p50Ms);
      expect(result.minMs).toBeLessThanOrEqual(result.p50Ms);
      expect(result.batch32MsPerQuery).toBeGreaterThan(0);
      expect(result.buildMs).toBeGreaterThan(0);
      expect(result.bytesPerVector).toBeGreaterThanOrEqual(64);
      if (result.mode !== 'exact') expect(result.calibratedRecall).toBeGreaterThan(0.85);
    }
    if (modes.includes('exact native')) {
      expect(report.bandwidthGBs).toBeGreaterThan(0);
      expect(report.floorMs).toBeCloseTo((2000 * 16 * 4) / report.bandwidthGBs / 1e6, 9);
    } else expect(report.bandwidthGBs).toBeNull();
  });

  test('prints a table of at most 80 columns', () => {
    const { status, stdout, stderr } = bench(...tiny, ...quick);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('sluice exact');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test("measures the caller's files, and refuses what does not fit", () => {
    const file = (name: string, rows: number, dimension: number) => {
      const path = join(folder, name);
      writeNpy(path, { rows, dimension }, (block, first) => {
        block.forEach((_, i) => {
          block[i] = Math.sin(first + i);
        });
      });
      return path;
    };
    const base = file('base.npy', 300, 4);
    const given = (queries: string) => [
      '--base',
      base,
      '--queries',
      queries,
      '--k',
      '10',
      '--queries-count',
      '4',
    ];
    const { stdout } = bench('retrieval', ...given(file('queries.npy', 40, 4)), ...quick, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ data: base, n: 300, dim: 4, queries: 4 });
    const wrong = bench('retrieval', ...given(file('wide.npy', 40, 5)), ...quick, '--json');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.stdout).error).toMatchObject({ code: 'ERR_SLUICE_DIMENSION_MISMATCH' });
    const half = bench('retrieval', '--base', base, ...quick, '--json');
    expect(JSON.parse(half.stdout).error).toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  });
});

describe('the other suites', () => {
  const small = [
    '--n',
    '2000',
    '--dim',
    '16',
    '--k',
    '50',
    '--queries-count',
    '8',
    '--budget-ms',
    '20',
    '--json',
  ];

  test('backends lists every backend, measured with its recall or refused with a remedy', () => {
    const { status, stdout, stderr } = bench('backends', ...small);
    expect(status, stderr).toBe(0);
    const { results, refused } = JSON.parse(stdout);
    const names = [...results, ...refused].map(({ backend }: { backend: string }) => backend);
    expect(names.sort()).toEqual([...backendNames].sort());
    for (const result of results) expect(result).toMatchObject({ recall: 1, n: 2000 });
    for (const { reason, remedy, code } of refused) {
      expect(reason).not.toBe('');
      expect(remedy).not.toBe('');
      expect(code).toBe('ERR_SLUICE_BACKEND_UNAVAILABLE');
    }
    expect(names).toContain('wasm');
  });

  test('kernels tells nanoseconds per row of every kernel alone and of every call', () => {
    const { status, stdout, stderr } = bench('kernels', ...small);
    expect(status, stderr).toBe(0);
    const { results, calls, overheads, bandwidthGBs } = JSON.parse(stdout);
    const wasm = calls.filter(({ isa }: { isa: string }) => isa === 'simd128');
    expect(wasm.map(({ call }: { call: string }) => call).sort()).toEqual([
      'score',
      'search approximate-0.95',
      'search approximate-0.99',
      'search exact',
      'searchBatch approximate-0.95',
      'searchBatch approximate-0.99',
      'searchBatch exact',
    ]);
    for (const { nsPerRow, floorShare } of calls) {
      expect(nsPerRow).toBeGreaterThan(0);
      if (bandwidthGBs === null) expect(floorShare).toBeNull();
      else expect(floorShare).toBeCloseTo((nsPerRow * bandwidthGBs) / 64, 9);
    }
    expect(results.length > 0).toBe(bandwidthGBs !== null);
    for (const { nsPerRow, bytesPerRow, bandwidthShare } of results) {
      expect(bandwidthShare).toBeCloseTo(bytesPerRow / nsPerRow / bandwidthGBs, 9);
    }
    expect(overheads.every(({ microseconds }: { microseconds: number }) => microseconds > 0)).toBe(true);
  });

  test('growth fits a line to the times of five sizes', () => {
    const { status, stdout, stderr } = bench('growth', ...small);
    expect(status, stderr).toBe(0);
    const { points, fits } = JSON.parse(stdout);
    expect(points.map(({ n }: { n: number }) => n)).toEqual([
      200, 200, 400, 400, 800, 800, 1400, 1400, 2000, 2000,
    ]);
    expect(fits).toHaveLength(4);
  });

  test.skipIf(!hasGraph)('graph sets the graph beside the scan, by k and candidates', () => {
    const { status, stdout, stderr } = bench('graph', ...small);
    expect(status, stderr).toBe(0);
    const { results, bytesPerVector } = JSON.parse(stdout);
    expect(bytesPerVector).toBeGreaterThan(128);
    const exact = results.filter(({ candidates }: { candidates?: number }) => candidates === undefined);
    expect(exact.map(({ k, mode }: { k: number; mode: string }) => `${k} ${mode}`)).toEqual(['10 scan']);
    for (const { p50Ms, recall } of results) {
      expect(p50Ms).toBeGreaterThan(0);
      expect(recall).toBeGreaterThan(0.5);
    }
  });

  test('the line is that of the least relative deviations', () => {
    const exact = fitLine([10, 20, 70].map((x) => ({ x, y: 3 + 0.5 * x })));
    expect(exact.a).toBeCloseTo(3, 9);
    expect(exact.b).toBeCloseTo(0.5, 9);
    expect(exact.largestDeviation).toBeLessThan(1e-9);
    const points = [1, 2, 4, 7, 10].map((x) => ({ x, y: 2 + x + 0.2 * Math.sin(9 * x) }));
    const { a, b, largestDeviation } = fitLine(points);
    const loss = (a: number, b: number) =>
      points.reduce((sum, { x, y }) => sum + ((a + b * x) / y - 1) ** 2, 0);
    for (const [da, db] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ]) {
      expect(loss(a + da, b + db)).toBeGreaterThan(loss(a, b));
    }
    expect(largestDeviation).toBe(Math.max(...points.map(({ x, y }) => Math.abs((a + b * x) / y - 1))));
  });
});

describe('bench -- router', () => {
  const outcomes = (name: string, rows: number) => {
    const lines = Array.from({ length: rows }, (_, i) => {
      const hard = i % 3 === 0;
      return `"${'word, '.repeat(2 + (i % 5))}${hard ? 'prove' : 'name'} it",${hard && i % 2 ? 'False' : 'True'},True,a,b`;
    });
    const path = join(folder, name);
    writeFileSync(path, `prompt,small,large,small_response,large_response\n${lines.join('\n')}\n`);
    return path;
  };
  const files = ['a.csv', 'b.csv'].map((name) => outcomes(name, 120));

  test('judges files of recorded outcomes, beside length and chance', () => {
    const { status, stdout, stderr } = bench('router', '--outcomes', ...files, '--json');
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ suite: 'router', outcomes: [{ file: 'a.csv' }, { file: 'b.csv' }] });
    for (const judged of report.outcomes) {
      for (const { apgr, cpt50, cpt80, ece } of [judged, judged.length, judged.random]) {
        expect(apgr.low).toBeLessThanOrEqual(apgr.mean);
        expect(apgr.mean).toBeLessThanOrEqual(apgr.high);
        expect(cpt50).toBeLessThan(cpt80);
        expect(ece).toBeGreaterThanOrEqual(0);
      }
      expect(judged).toMatchObject({ outcomes: 120, assignments: 20, costs: 'equal per call' });
      expect(judged.apgr.mean).toBeGreaterThan(judged.length.apgr.mean);
    }
  });

  test('prints a table of at most 80 columns', () => {
    const { status, stdout, stderr } = bench('router', '--outcomes', files[0]);
    expect(status, stderr).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^router +0\.\d{3} \[/m);
  });
});

describe('wrong usage', () => {
  test.each([
    [['nothing'], /unknown command/],
    [['retrieval', '--k', '0'], /whole number/],
    [['retrieval', '--engines', 'sluice,annoy'], /usearch/],
    [['retrieval', '--data', 'real'], /skewed/],
  ])('%j is refused with one JSON object', (words, reason) => {
    const { status, stdout, stderr } = bench(...words, '--json');
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(error.message).toMatch(reason);
    expect(error.remedy).not.toBe('');
  });
});

describe('bench -- text', () => {
  const small = ['text', '--sizes', '500', '--queries-count', '20', '--budget-ms', '20'];
  const engines = probe.ok ? ['native', 'minisearch'] : ['minisearch'];

  test('measures build, load, memory and searches of each engine over each number of titles', () => {
    const { status, stdout, stderr } = bench(...small, '--engines', engines.join(), '--json');
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    const { suite, results } = report;
    expect(suite).toBe('text');
    expect(results.map(({ engine }: { engine: string }) => engine)).toEqual(engines);
    for (const result of results) {
      expect(result.error).toBeUndefined();
      expect(result.buildMs).toBeGreaterThan(0);
      expect(result.loadMs).toBeGreaterThan(0);
      expect(result.baselineBytes).toBeGreaterThan(0);
      expect(result.p50Ms).toBeGreaterThan(0);
      expect(result.p95Ms).toBeGreaterThanOrEqual(result.p50Ms);
      expect(result.answered).toBeGreaterThan(0.8);
      if (result.engine === 'native') expect(result.fileBytes).toBeGreaterThan(result.n);
    }
    const lines = renderText(report).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.some((line) => line.startsWith(`500 ${engines[0]} `))).toBe(true);
  });

  test('refuses sizes that are no numbers', () => {
    const { status, stdout } = bench('text', '--sizes', '100,many', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });
});
