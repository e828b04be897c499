/** Does `sluice simulate` say what was simulated, and how much was lost? */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failureOf, sluice, sluiceJson } from './command.ts';

describe('simulate', () => {
  test('answers with regret, its interval, the constant of the problem and the curve', async () => {
    const args = ['--problem', 'two', '--policy', 'imed', '--horizon', '500', '--seeds', '30'];
    const result = await sluiceJson(['simulate', ...args]);
    expect(result).toEqual({
      problem: 'two',
      policy: 'imed',
      settings: 'imed@1 {"floor":0}',
      horizon: 500,
      seeds: 30,
      batch: 1,
      regret: { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
      laiRobbins: expect.closeTo(4.899, 3),
      curve: expect.any(Array),
      simulated: true,
    });
    const { mean, low, high } = result.regret;
    expect(0 <= low && low < mean && mean < high && high <= 50).toBe(true);
    expect(result.curve[0].t).toBe(1);
    expect(result.curve.at(-1)).toEqual({ t: 500, regret: expect.closeTo(mean, 9) });
    expect(await sluiceJson(['simulate', ...args])).toEqual(result);
  });

  test('has no constant where means change, and hands rewards over in batches', async () => {
    const args = ['simulate', '--problem', 'abrupt3', '--horizon', '200', '--seeds', '2'];
    const one = await sluiceJson(args);
    const batched = await sluiceJson([...args, '--batch', '100']);
    expect(one).toMatchObject({ policy: 'thompson', laiRobbins: null, batch: 1 });
    expect(batched.batch).toBe(100);
    expect(batched.regret.mean).toBeGreaterThan(one.regret.mean);
  });

  test('says the share of rounds that went wrong where a problem is made of data', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => [...Array(64).fill(i % 4), i % 4].join(','));
    const data = join(mkdtempSync(join(tmpdir(), 'sluice-test-')), 'digits.csv');
    writeFileSync(data, lines.join('\n'));
    const args = ['--problem', 'digits', '--data', data, '--policy', 'lin-ucb', '--seeds', '2'];
    const result = await sluiceJson(['simulate', ...args]);
    expect(result).toMatchObject({ problem: 'digits', policy: 'lin-ucb', horizon: 40, laiRobbins: null });
    expect(result.loss).toBeCloseTo(result.regret.mean / 40, 12);
    expect(result.loss > 0 && result.loss < 1).toBe(true);
  });

  test('compares billboards at a correlation of baseline and lift', async () => {
    const args = ['simulate', '--problem', 'billboard', '--horizon', '200', '--seeds', '1'];
    const result = await sluiceJson([...args, '--correlation', '0.8']);
    expect(result).toMatchObject({ problem: 'billboard', correlation: 0.8, holdout: 0.05, simulated: true });
    expect(result.mostLikely.mean).toBeGreaterThan(result.incremental.mean);
    expect(result.gain).toBeCloseTo(result.incremental.mean / result.mostLikely.mean - 1, 12);
    expect(result.offPolicy).toMatchObject({ covered: expect.any(Number), truth: expect.any(Number) });
    for (const correlation of ['1.5', 'much']) {
      const { code } = await failureOf([...args, '--correlation', correlation]);
      expect(code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    }
  });

  test('shows what a router recovers beside length and the oracle', async () => {
    const routing = await sluiceJson(['simulate', '--problem', 'routing', '--horizon', '400']);
    expect(routing).toMatchObject({ problem: 'routing', requests: 400, labels: 2000, simulated: true });
    const { router, length, oracle } = routing.routers;
    expect(router.apgr.mean).toBeGreaterThan(length.apgr.mean);
    expect(oracle.apgr.mean).toBeGreaterThan(router.apgr.mean);
  });

  test('prints a table of at most 80 columns, and progress beside it', async () => {
    const args = ['--policy', 'kl-ucb-plus-plus', '--horizon', '200', '--seeds', '2', '--batch', '10'];
    const { status, stdout, stderr } = await sluice(['simulate', ...args]);
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^Regret on easy9, mean of 2 runs, rewards in batches of 10 \(simulated\)$/m);
    expect(stdout).toMatch(/^rounds +regret$/m);
    expect(stdout).toMatch(/^R\(200\) = \d+\.\d \[\d+\.\d, \d+\.\d\], 95 % interval$/m);
    expect(stdout).toMatch(/^Lai-Robbins: regret grows by 7\.517/m);
    expect(stderr).toMatch(/^Simulating kl-ucb-plus-plus on easy9 .* 2 x 200 rounds$/m);
  });

  test('gives one run no interval', async () => {
    const args = ['simulate', '--problem', 'two', '--horizon', '50', '--seeds', '1'];
    expect((await sluiceJson(args)).regret).toEqual({ mean: expect.any(Number), low: null, high: null });
    const { stdout } = await sluice(args);
    expect(stdout).toMatch(/^Regret on two, one run \(simulated\)$/m);
    expect(stdout).toMatch(/^R\(50\) = \d\.\d; one run has no interval$/m);
  });

  test.each<[string, string[], RegExp]>([
    ['a problem that there is not', ['--problem', 'hard'], /easy9.*abrupt3.*"hard"/],
    ['a policy that there is not', ['--policy', 'thomson'], /thompson.*imed.*"thomson"/],
    ['the digits without their file', ['--problem', 'digits'], /file of the digits.*--data/],
    ['a file that the problem has no use for', ['--problem', 'two', '--data', 'x.csv'], /no --data.*two/],
    [
      'rewards beyond [0, 1] to who does not learn from them',
      ['--problem', 'linear16'],
      /outside \[0, 1\].*linear16.*"thompson"/,
    ],
    ['no rounds', ['--horizon', '0'], /--horizon.*from 1/],
    ['half a seed', ['--seeds', '1.5'], /--seeds.*whole number/],
    ['an empty batch', ['--batch', '0'], /--batch.*from 1/],
  ])('refuses %s', async (_, args, message) => {
    const error = await failureOf(['simulate', ...args]);
    expect(error.code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(error.message).toMatch(message);
  });
});
