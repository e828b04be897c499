/** Does the demo run the whole funnel, on a simulated world and on real history, and report it truly? */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportText } from '../../src/cli/demo/report.ts';
import type { DemoResult } from '../../src/cli/demo.ts';
import { describeOnPublicData, publicData } from '../offline/public-data.ts';
import { type Outcome, oneObject, sluice } from './command.ts';

const WORLD = ['demo', '--titles', '1000', '--members', '300', '--requests', '100'];
const STAGES = ['user', 'nearest', 'seen', 'available', 'probability', 'policy'];

type Quality = DemoResult['quality'][number];

const qualityOf = (result: DemoResult, split: Quality['split']): Quality => {
  const found = result.quality.find((quality) => quality.split === split);
  if (!found) throw new Error(`Expected an evaluation on ${split}`);
  return found;
};
const metric = ({ models }: Quality, name: string, key: string) =>
  models.find((model) => model.name === name)?.metrics[key] ?? {
    mean: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
  };

/** What holds of every demo, whatever it runs on. */
function expectWholeFunnel(result: DemoResult): void {
  expect(result).toMatchObject({ replayed: true, nearline: { changed: true }, regret: { simulated: true } });
  const { before, after, event } = result.nearline;
  expect(before).toContain(event);
  expect(after).not.toContain(event);

  const { latencyMs, serving } = result;
  expect(Object.keys(latencyMs.stages)).toEqual(
    expect.arrayContaining(STAGES.filter((name) => name !== 'available')),
  );
  for (const { p50, p95, p99, max } of [latencyMs, ...Object.values(latencyMs.stages)]) {
    expect(p50).toBeGreaterThan(0);
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].toSorted((a, b) => a - b));
  }
  expect(latencyMs.requests).toBeGreaterThanOrEqual(serving.requests * 0.9);
  expect(serving.shown).toBeGreaterThan(serving.requests * 10);
  expect(serving.played).toBeGreaterThan(0);
  expect(result.events.eventsPerSecond).toBeGreaterThan(0);
  expect(result.memoryMb).toBeGreaterThan(30);
  expect(result.seconds).toBeGreaterThan(0);
}

/** R(T) of the policies: random loses most and as computed, whoever learns loses less. */
function expectRegretOfPolicies({ bestMean, horizon, policies }: DemoResult['regret']): void {
  expect(Object.keys(policies)).toEqual(['thompson', 'epsilon-greedy', 'greedy', 'random']);
  for (const policy of Object.values(policies)) {
    expect(policy.simulated).toBe(true);
    expect(policy.low).toBeLessThanOrEqual(policy.mean);
    expect(policy.high).toBeGreaterThanOrEqual(policy.mean);
    expect(policy.mean).toBeLessThan(bestMean * horizon);
    expect(policy.curve.at(-1)).toEqual({ t: horizon, regret: expect.closeTo(policy.mean, 6) });
  }
  const { thompson, 'epsilon-greedy': epsilon, greedy, random } = policies;
  for (const policy of [thompson, epsilon, greedy]) expect(policy.high).toBeLessThan(random.low);
  // Never to learn costs the same every round.
  const half = random.curve.find(({ t }) => t === 10_000);
  expect(half?.regret).toBeCloseTo(random.mean / 2, -2);
}

/** Where the runs write their charts. */
const directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const page = join(directory, 'charts.html');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('on a simulated world', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await sluice([...WORLD, '--report', page]);
  }, 120_000);

  test('it succeeds, its report on standard output and its progress on standard error', () => {
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).toMatch(
      /^Sluice on a simulated world: \d+ interactions, 300 people, 1000 items$/m,
    );
    const steps = outcome.stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ {2,}.*/, ''));
    expect(steps).toEqual([
      'Simulating a world',
      'Evaluating (global-time)',
      'Training the served model',
      'Serving 100 visits',
      'Observing events',
      'Regret of the policies (simulated)',
      'What showing causes (simulated)',
    ]);
  });

  test('it draws what showing causes, and names in its report the titles that the page shows', () => {
    const html = readFileSync(page, 'utf8');
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html.match(/<circle /g)).toHaveLength(24);
    expect(html).toContain('class="band plain"');
    expect(html).toContain('prefers-color-scheme:dark');
    const [, rows] = /Where they disagree most\n.*\n-+\n([\s\S]+?)\nLow baseline/.exec(outcome.stdout) ?? [];
    const names = rows.split('\n').map((line) => line.split(/ {2,}/)[0]);
    expect(names).toHaveLength(6);
    for (const name of names) expect(html).toContain(`<td>${name}</td>`);
  });

  test('its report keeps to 80 columns', () => {
    const lines = [...outcome.stdout.split('\n'), ...outcome.stderr.split('\n')];
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('its report holds quality, latency by stage, regret, events, replay and memory', () => {
    const { stdout } = outcome;
    const figures = String.raw` +0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]`;
    expect(stdout).toMatch(new RegExp(`^popularity${figures}${figures}${figures}$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^ials${figures}${figures}${figures}$`, 'm'));
    for (const stage of ['whole funnel', ...STAGES]) {
      expect(stdout).toMatch(new RegExp(String.raw`^ *${stage}( +\d+\.\d{3}){4}$`, 'm'));
    }
    for (const policy of ['thompson', 'epsilon-greedy', 'greedy', 'random']) {
      expect(stdout).toMatch(new RegExp(String.raw`^${policy}( +\d+){4} +\d+ \[\d+, \d+\]$`, 'm'));
    }
    expect(stdout).toMatch(/^events per second, acknowledged after flush +\d+$/m);
    expect(stdout).toMatch(/^an event changes the next slate +yes$/m);
    expect(stdout).toMatch(/^a logged choice replays bit for bit +yes$/m);
    expect(stdout).toMatch(/^memory, MB +\d+$/m);
    expect(stdout).toMatch(/simulated: which of \d+ new titles/);
  });
});

describe('without an addon', () => {
  let outcome: Outcome;
  let result: DemoResult;
  beforeAll(async () => {
    const env = { SLUICE_NATIVE_PATH: '/nowhere', SLUICE_BACKEND: 'wasm' };
    outcome = await sluice([...WORLD, '--backend', 'wasm', '--report', page, '--json'], {
      env,
    });
    if (outcome.status === 0) result = oneObject(outcome.stdout);
  }, 200_000);

  test('it trains in TypeScript, serves with WebAssembly, and succeeds', () => {
    expect(outcome.status).toBe(0);
    expect(result).toMatchObject({
      simulated: true,
      backend: 'wasm',
      trainedBy: 'typescript',
      data: { items: 1000, users: 300, rejects: { count: 0, details: [] } },
    });
    expectWholeFunnel(result);
    expectRegretOfPolicies(result.regret);
  });

  test('it compares showing what is most likely played with showing what gains most, against the truth', () => {
    const { titles, gained, standOut, disagreement, qini } = result.incremental;
    expect(gained.incremental).toBeGreaterThan(1.1 * gained.mostLikely);
    // Intervals of 95 %: of 24 all but a few hold the truth.
    const held = titles.filter(({ lift, truth }) => lift.low <= truth.lift && truth.lift <= lift.high);
    expect(held.length).toBeGreaterThanOrEqual(20);
    expect(standOut.length).toBeGreaterThan(0);
    for (const policy of ['mostLikely', 'incremental'] as const) {
      expect(titles.reduce((sum, { shownTo }) => sum + shownTo[policy], 0)).toBeCloseTo(1, 9);
    }
    const [{ shownTo }] = disagreement;
    expect(Math.abs(shownTo.incremental - shownTo.mostLikely)).toBeGreaterThan(0.1);
    const middle = qini.incremental.heights.length >> 1;
    expect(qini.incremental.heights[middle]).toBeGreaterThan(qini.mostLikely.heights[middle]);
  });

  test('availability is a stage of it, for its titles come and go', () => {
    expect(Object.keys(result.latencyMs.stages)).toEqual(STAGES);
  });
});

test('a backend that is named and does not load ends it, with a remedy', async () => {
  const env = { SLUICE_NATIVE_PATH: '/nowhere' };
  const { status, stdout } = await sluice([...WORLD, '--backend', 'native', '--json'], { env });
  expect(status).toBe(1);
  expect(oneObject(stdout).error).toMatchObject({
    code: 'ERR_SLUICE_BACKEND_UNAVAILABLE',
    remedy: expect.stringContaining('SLUICE_NATIVE_PATH'),
  });
}, 120_000);

describeOnPublicData('on ml-latest-small', () => {
  let outcome: Outcome;
  let result: DemoResult;
  beforeAll(async () => {
    const where = ['--data', join(publicData, 'ml-latest-small'), '--report', page];
    outcome = await sluice(['demo', ...where, '--json']);
    if (outcome.status === 0) result = oneObject(outcome.stdout);
  }, 400_000);

  test('it succeeds and has read all of the data', () => {
    expect({ status: outcome.status, stderr: outcome.stderr }).toMatchObject({ status: 0 });
    expect(result).toMatchObject({
      simulated: false,
      data: { interactions: 100_836, items: 9742, users: 610, rejects: { count: 0, details: [] } },
      backend: expect.stringMatching(/^(native|wasm)$/),
      trainedBy: expect.stringMatching(/^(native|typescript)$/),
    });
  });

  test('the whole funnel ran, and an event changed the next slate', () => expectWholeFunnel(result));

  test('iALS is above popularity with intervals apart under strong generalisation', () => {
    const quality = qualityOf(result, 'strong-generalisation');
    expect(quality.reliable).toBe(true);
    expect(metric(quality, 'ials', 'ndcg@10').low).toBeGreaterThan(
      metric(quality, 'popularity', 'ndcg@10').high,
    );
  });

  test('the paired interval of their difference is above zero under per-user-last', () => {
    const { differences, reliable } = qualityOf(result, 'per-user-last');
    expect(reliable).toBe(true);
    const paired = differences.find(({ metric }) => metric === 'ndcg@10');
    expect(paired).toMatchObject({ a: 'ials', b: 'popularity' });
    expect(paired?.low).toBeGreaterThan(0);
  });

  test('a split by global time leaves 28 users, and the report says that this is too few', () => {
    const quality = qualityOf(result, 'global-time');
    expect(quality).toMatchObject({ users: 28, reliable: false });
    expect(quality.notes.join('\n')).toMatch(/28 users.*too few/);
    expect(reportText(result)).toMatch(/^Quality, global-time, 28 users: too few to rank models$/m);
  });

  test('held-out positives are played back as outcomes: one visit and one event per test user', () => {
    const { users } = qualityOf(result, 'per-user-last');
    expect(result.serving).toMatchObject({ requests: users, events: users });
  });

  test('the regret table comes from a simulated world and says so', () =>
    expectRegretOfPolicies(result.regret));

  test('the report for reading keeps to 80 columns', () => {
    expect(
      reportText(result)
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
