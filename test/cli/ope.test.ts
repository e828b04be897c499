/** Does `sluice ope` judge a file and a home, and say in plain words when it cannot? */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  DecisionLog,
  Engine,
  EpsilonGreedy,
  EventLog,
  KeyMap,
  loadMovieLens,
  openLmdbStore,
  positives,
  RandomStream,
  Settlement,
  trainSnapshot,
} from '../../src/index.ts';
import { decision, NOON } from '../log/records.ts';
import { publicData } from '../offline/public-data.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, sluice, sluiceJson } from './command.ts';
import { movieLens } from './history.ts';

const ESTIMATORS = ['replay', 'dm', 'ips', 'snips', 'clippedIps', 'dr', 'sndr', 'switchDr', 'dros'];
const estimate = { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };

/** A log of four items: item 3 is clicked half the time, others a tenth; item 0 is shown most. */
function banditLog(rows = 600): string {
  const random = new RandomStream(1, 'bandit log');
  const shares = [0.4, 0.3, 0.2, 0.1];
  const lines = Array.from({ length: rows }, (_, i) => {
    const draw = random.uniform();
    const item = draw < 0.4 ? 0 : draw < 0.7 ? 1 : draw < 0.9 ? 2 : 3;
    const click = random.uniform() < (item === 3 ? 0.5 : 0.1) ? 1 : 0;
    return `${i},${item},${1 + (i % 3)},${click},${shares[item]}`;
  });
  return `${[',item_id,position,click,propensity_score', ...lines].join('\n')}\n`;
}

const judging = (file: string, ...rest: string[]): string[] => [
  'ope',
  '--format',
  'obd',
  '--log',
  file,
  ...rest,
];

describe('sluice ope over a file', () => {
  const fileWith = (name: string, content: string): string => join(directoryWith({ [name]: content }), name);

  test('prints one object with every estimate and the diagnostics', async () => {
    const file = fileWith('log.csv', banditLog());
    const result = await sluiceJson(judging(file, '--target', 'uniform', '--resamples', '200'));
    expect(result).toMatchObject({
      ...{ target: 'uniform', log: file, items: 4, n: 600, refused: false, reason: null, warnings: [] },
      ...{ interval: 'bootstrap', level: 0.95, logged: estimate, effectiveSampleSize: expect.any(Number) },
      largestWeight: 2.5,
    });
    expect(Object.keys(result.estimates)).toEqual(ESTIMATORS);
    for (const name of ESTIMATORS) expect(result.estimates[name], name).toEqual(estimate);
    const { low, high } = result.estimates.ips;
    expect(low).toBeLessThan(0.2);
    expect(high).toBeGreaterThan(0.2);
  });

  test('takes probabilities of a file, one item, and the logging policy itself as targets', async () => {
    const file = fileWith('log.csv', banditLog());
    const probabilities = fileWith('target.csv', 'item_id,probability\n0,0.4\n1,0.3\n2,0.2\n3,0.1\n');
    const [byFile, logged, item] = await Promise.all(
      [probabilities, 'logged', '1'].map((target) => sluiceJson(judging(file, '--target', target))),
    );
    expect(byFile.estimates.ips).toEqual(logged.estimates.ips);
    expect(logged.estimates.ips).toEqual(logged.logged);
    expect(item.largestWeight).toBeCloseTo(1 / 0.3, 12);
    expect(item.refused).toBe(false);
    expect(item.estimates.snips.value).toBeCloseTo(item.estimates.replay.value, 12);
  });

  test('refuses where the overlap is too small, with exit status 0 and the diagnostics', async () => {
    const file = fileWith('log.csv', banditLog());
    const { refused, reason, estimates, effectiveSampleSize } = await sluiceJson(
      judging(file, '--target', '3'),
    );
    expect(refused).toBe(true);
    expect(effectiveSampleSize).toBeLessThan(100);
    expect(reason).toContain(
      `effective sample size is ${effectiveSampleSize.toFixed(1)} of 600 choices, below 100`,
    );
    expect(Object.values(estimates).every((one) => one === null)).toBe(true);
    const { status, stdout } = await sluice(judging(file, '--target', '3'));
    expect(status).toBe(0);
    expect(stdout).toContain('No answer: the effective sample size is');
    expect(stdout).not.toContain('snips');
  });

  test('prints a table of at most 80 columns', async () => {
    const { stdout } = await sluice(
      judging(fileWith('log.csv', banditLog()), '--interval', 'empirical-bernstein'),
    );
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    for (const name of ESTIMATORS) expect(stdout).toMatch(new RegExp(`^${name} +\\d\\.\\d{6}`, 'm'));
    expect(stdout).toMatch(/^as logged/m);
    expect(stdout).toMatch(/600 choices count as \d+ of the target's/);
  });

  test('tells what is wrong with what it was given', async () => {
    const file = fileWith('log.csv', banditLog(5));
    expect(await failureOf(judging(file, '--target', '3'))).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      remedy: expect.stringContaining('one item from 0 to 2'),
    });
    expect(await failureOf(['ope', '--format', 'obd'])).toMatchObject({
      message: 'Expected --log FILE beside --format obd but received none',
    });
    for (const option of [['--slates'], ['--place', '2'], ['--teach', '0.5'], ['--home', 'home']]) {
      expect(await failureOf(judging(file, ...option))).toMatchObject({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
        message: expect.stringMatching(`${option[0]}.*cannot be used with.*--format`),
      });
    }
    expect(await failureOf(['ope', '--slates', '--place', '2'])).toMatchObject({
      message: expect.stringMatching(/--slates.*cannot be used with.*--place/),
    });
    const elsewhere = fileWith('target.csv', 'item_id,probability\n0,0.5\n9,0.5\n');
    expect(await failureOf(judging(file, '--target', elsewhere))).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      remedy: expect.stringContaining('each item of the log, which are 0 to'),
    });
    expect(await failureOf(['ope', '--log', file])).toMatchObject({
      message: 'Expected --format beside --log but received none',
    });
    const damaged = fileWith('log.csv.gz', banditLog());
    expect(await failureOf(judging(damaged))).toMatchObject({ code: 'ERR_SLUICE_DATA_INVALID' });
    const wrong = fileWith('log.csv', banditLog(5).replace(/0\.\d$/m, '0'));
    expect(await failureOf(judging(wrong))).toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringMatching(/line 2: expected a probability above 0/),
    });
    expect(await failureOf(judging('nowhere.csv'))).toMatchObject({ code: 'ERR_SLUICE_DATA_NOT_FOUND' });
    expect(await failureOf(judging(file, '--level', '1'))).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
  });

  const bts = join(publicData, 'obd/bts_men.csv.gz');
  test.skipIf(!existsSync(bts))('gives the published figures of the Open Bandit Dataset', async () => {
    const { estimates, effectiveSampleSize, largestWeight, refused } = await sluiceJson(
      judging(bts, '--target', 'uniform'),
    );
    expect(estimates.ips.value.toFixed(6)).toBe('0.003009');
    expect(estimates.snips.value.toFixed(6)).toBe('0.003189');
    expect(Math.round(effectiveSampleSize)).toBe(656);
    expect(Math.round(largestWeight)).toBe(178);
    expect(refused).toBe(false);
  });
});

/** A home whose engine showed slates evenly drawn, where films that can be divided by 4 were played. */
async function servedHome(requests: number): Promise<string> {
  const directory = directoryWith(movieLens());
  const home = join(directory, 'home');
  const dataset = await loadMovieLens(directory);
  const state = join(home, 'state');
  const store = await openLmdbStore({ directory: state });
  const { path } = await trainSnapshot({
    dataset,
    positives: positives(dataset.interactions, { from: 4 }),
    userNumbers: await new KeyMap(store).assignAll(dataset.userKeys),
    directory: join(home, 'snapshots/first'),
    ...{ factors: 8, iterations: 4, backend: 'typescript' },
  });
  await store.close();
  const clock = { now: Date.UTC(2026, 0, 1) };
  const engine = await Engine.open({
    ...{ snapshot: path, state, clock: () => clock.now, attributionWindowMs: 1000 },
    policy: (arms) => new EpsilonGreedy({ arms, epsilon: 1 }),
  });
  onTestFinished(() => engine.close().catch(() => {}));
  for (let i = 0; i < requests; i++) {
    const user = `${1 + (i % 60)}`;
    const { decisionId, items } = await engine.recommend({ user, count: 3 });
    const [{ id }] = items;
    if (Number(id) % 4 === 0)
      await engine.observe({ id: `${i}`, user, item: id, type: 'play', time: clock.now, decisionId });
    // The windows of the last decisions stay open, whether or not the engine's timer settles the others.
    if (i < requests - 3) clock.now += 2000;
  }
  await engine.flush();
  await engine.close();
  return home;
}

describe('sluice ope over a home', () => {
  test('judges policies by the settled decisions, place by place, and changes nothing', async () => {
    const home = await servedHome(150);
    const judged = (...rest: string[]) => sluiceJson(['ope', '--home', home, ...rest]);
    const uniform = await judged();
    expect(uniform).toMatchObject({
      ...{ target: 'uniform', home, place: 1, refused: false, warnings: [], overlap: 1, largestWeight: 1 },
      leftOut: { withoutPool: 0, pending: 0, otherSnapshot: 0, unsettled: expect.any(Number) },
    });
    const left = Object.values<number>(uniform.leftOut).reduce((sum, count) => sum + count, 0);
    expect(uniform.n + left).toBe(150);
    expect(uniform.n).toBeGreaterThan(120);
    expect(uniform.estimates.ips).toEqual(uniform.logged);
    const logged = await judged('--target', 'logged');
    expect(logged.logged).toEqual(uniform.logged);
    const explored = await judged('--target', 'epsilon-greedy', '--place', '3');
    expect(explored).toMatchObject({ place: 3, taught: 0, n: uniform.n });
    expect(explored.logged.value).toBe(0);
    const taught = await judged('--target', 'thompson', '--teach', '0.2');
    expect(taught.taught).toBe(Math.floor(0.2 * uniform.n));
    expect(taught.n).toBe(uniform.n - taught.taught);
    const contextual = await judged('--target', 'lin-ts', '--teach', '0.1');
    expect(contextual.leftOut.withoutContext).toBe(0);
    expect(contextual.n + contextual.taught).toBe(uniform.n);
    const slates = await judged('--slates');
    expect(slates).toMatchObject({ refused: false, logged: estimate, leftOut: uniform.leftOut });
    expect(slates.estimates).toMatchObject({ independentIps: slates.logged, snIndependentIps: estimate });
    expect(slates.overlap.independentIps).toMatchObject({ n: uniform.n, refused: false, largestWeight: 1 });
    const read = await sluice(['ope', '--home', home, '--slates', '--target', 'greedy']);
    expect(read.stdout).toMatch(/would have earned per slate/);
    for (const line of read.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await judged()).toEqual(uniform);

    const { stdout } = await sluice(['ope', '--home', home]);
    expect(stdout).toContain('What the target policy "uniform" would have earned per choice');
    const waiting = uniform.leftOut.unsettled;
    expect(stdout).toMatch(
      new RegExp(`^Left out: ${waiting} decisions? still without outcomes: a running engine`, 'm'),
    );
    expect(waiting).toBeGreaterThan(0);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('refuses where pools were not logged, or nothing is there', async () => {
    const home = directoryWith();
    const store = await openLmdbStore({ directory: join(home, 'state') });
    const decisions = new DecisionLog(store);
    const propensities = Float64Array.of(0.5, 0.5, 0.5);
    for (let i = 0; i < 5; i++) {
      const { shown, ...rest } = decision(`decision-${i}`, { pool: null, propensityState: 'exact' });
      await decisions.record({ ...rest, shown: { ...shown, propensities } });
    }
    const events = new EventLog(store, new KeyMap(store));
    const settlement = new Settlement({ store, events, decisions, catalogOf: async () => undefined });
    await settlement.advance(NOON + 1e9);
    await store.close();
    const result = await sluiceJson(['ope', '--home', home]);
    expect(result).toMatchObject({ refused: true, reason: expect.stringContaining('too few decisions') });
    expect(result.leftOut).toMatchObject({ withoutPool: 5, unsettled: 0 });
    const { stdout } = await sluice(['ope', '--home', home]);
    expect(stdout).toMatch(/No answer: the log holds too few decisions that could be judged by/);
    expect(stdout).toMatch(/Left out: 5 decisions whose pool was not logged/);
  });

  test('tells of a home that is none, and a target it does not know', async () => {
    const home = directoryWith();
    expect(await failureOf(['ope', '--home', home])).toMatchObject({ code: 'ERR_SLUICE_DATA_NOT_FOUND' });
    expect(existsSync(join(home, 'state'))).toBe(false);
    await (await openLmdbStore({ directory: join(home, 'state') })).close();
    expect(await failureOf(['ope', '--home', home, '--target', 'best'])).toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      remedy: expect.stringContaining('uniform, logged, greedy'),
    });
    expect(await failureOf(['ope', '--home', home, '--target', 'greedy'])).toMatchObject({
      code: 'ERR_SLUICE_SNAPSHOT_NOT_FOUND',
    });
  });
});
