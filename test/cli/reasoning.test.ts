/** Can requests in words be asked, priced, served and learned from on the command line? */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { columns } from '../../src/cli/table.ts';
import { Engine, GainModel, type ModelCall, ModelClient, Router } from '../../src/index.ts';
import { serveLoopback } from '../../src/simulation/loopback.ts';
import { SimulatedModel } from '../../src/simulation/simulated-model.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, oneObject, sluice, sluiceJson, startInTest } from './command.ts';
import { movieLens } from './history.ts';

/** A trained home, and a file with a router's knowledge that a better order is always worth something. */
async function trained() {
  const directory = directoryWith(movieLens());
  const home = join(directory, 'home');
  const { snapshot } = await sluiceJson([
    ...['train', '--data', directory, '--home', home, '--factors', '8', '--iterations', '4'],
  ]);
  const sure = join(directory, 'sure.json');
  writeFileSync(sure, JSON.stringify(GainModel.prior({ mean: 0.5, low: 0.4, high: 0.6 })));
  return { directory, home, sure, snapshot: snapshot as string };
}

/** Puts the items in the reverse of the order in which it sees them. */
const reversing = ({ prompt }: ModelCall): string => {
  const ids = [...prompt.user.matchAll(/^.*\{"id":"([A-Z])"/gm)].map(([, id]) => id);
  return ids.length > 0 ? JSON.stringify({ top: ids.reverse() }) : '{"moods":[]}';
};
const provider = async () => {
  const model = new SimulatedModel({ answer: reversing, latency: { medianMs: 5 } });
  const loopback = await serveLoopback(model);
  onTestFinished(() => loopback.close());
  return loopback;
};
const buying = ['--model', 'openai/gpt-5-mini', '--value', '1'];

describe('recommend --query', () => {
  test('answers in words, on the fast path unless a model is named', async () => {
    const { home } = await trained();
    const { items, route, cost } = await sluiceJson([
      ...['recommend', '--user', 'ada', '--home', home, '--query', 'three comedies from before 1990'],
    ]);
    expect(items).toHaveLength(3);
    for (const { id } of items) expect(Number(id)).toBeLessThanOrEqual(10);
    expect({ route, cost }).toEqual({ route: 'fast', cost: 0 });
    const { stdout } = await sluice(['recommend', '--user', 'ada', '--home', home, '--query', 'a comedy']);
    for (const line of stdout.split('\n')) expect(columns(line)).toBeLessThanOrEqual(80);
  });

  test('buys of an OpenAI-compatible server within the budget, and sends it the key', async () => {
    const { home, sure } = await trained();
    const { baseURL, requests } = await provider();
    const { route, cost, routings } = await sluiceJson(
      [
        ...['recommend', '--user', 'ada', '--home', home, '--query', 'a comedy', ...buying],
        ...['--base-url', baseURL, '--budget', '0.01', '--rerank-gain', sure, '--deadline', '30000'],
      ],
      { env: { SLUICE_API_KEY: 'secret-key' } },
    );
    expect(route).toBe('listwise');
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(10_000_000);
    expect(routings.at(-1)).toMatchObject({ purpose: 'rerank', bought: true, cost });
    expect(requests[0].headers.authorization).toBe('Bearer secret-key');
    expect(requests[0].body.model).toBe('gpt-5-mini');
  });

  test('refuses a model without an address, a file that is no gain model, and money that is none', async () => {
    const { home } = await trained();
    const asked = ['recommend', '--user', 'ada', '--home', home, '--query', 'a comedy'];
    expect((await failureOf([...asked, ...buying])).message).toContain('--base-url');
    const wrong = join(directoryWith({ 'wrong.json': '{"format": 7}' }), 'wrong.json');
    const gain = [...buying, '--base-url', 'http://127.0.0.1:1/v1', '--rerank-gain'];
    expect((await failureOf([...asked, ...gain, wrong])).code).toBe('ERR_SLUICE_DATA_INVALID');
    expect((await failureOf([...asked, ...gain, `${wrong}.none`])).code).toBe('ERR_SLUICE_DATA_NOT_FOUND');
    expect((await failureOf([...asked, '--budget', '-1'])).code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });
});

describe('route', () => {
  test('says for each purpose whether it would be bought and why, and asks nobody', async () => {
    const { home, sure } = await trained();
    const { decisions } = await sluiceJson([
      ...['route', '--home', home, '--query', 'a comedy', '--value', '1', '--rerank-gain', sure, '--explain'],
    ]);
    expect(decisions).toMatchObject([
      { purpose: 'plan', buy: false, reason: 'simple-plan' },
      { purpose: 'rerank', buy: true, reason: 'gain-above-price', features: { complex: 0 } },
    ]);
    const { stdout } = await sluice(['route', '--home', home, '--query', 'a comedy', '--explain']);
    expect(stdout).toContain('rerank: would not be bought');
    for (const line of stdout.split('\n')) expect(columns(line)).toBeLessThanOrEqual(80);
  });
});

describe('serve', () => {
  test('buys within the budget of the day, and streams the fast slate before the reasoned one', async () => {
    const { home, sure } = await trained();
    const { baseURL, requests } = await provider();
    const running = startInTest([
      ...['serve', '--home', home, '--port', '0', '--json', ...buying, '--base-url', baseURL],
      ...['--rerank-gain', sure, '--day-budget', '0.0012'],
    ]);
    await expect.poll(() => running.printed.stdout, { timeout: 20_000 }).toMatch(/\n/);
    const { url } = oneObject(running.printed.stdout);
    const ask = async (path: string, query: string) => {
      const body = JSON.stringify({ user: 'ada', query, budget: 10_000_000, deadlineMs: 30_000 });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(url + path, { method: 'POST', headers, body })).text();
    };
    const lines = (await ask('/recommend/stream', 'a comedy'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ route }) => route)).toEqual(['fast', 'listwise']);
    expect(lines[0].decisionId).toBe(lines[1].decisionId);
    let spent = 0;
    for (let i = 0; i < 12; i++) spent += JSON.parse(await ask('/recommend', `comedy ${i}`)).cost;
    expect(spent + lines[1].cost).toBeLessThanOrEqual(1_200_000);
    expect(requests.length).toBeLessThan(13);
    expect(await ask('/recommend/stream', '')).toContain('ERR_SLUICE_INVALID_ARGUMENT');
  });
});

test('train-router learns from what chance has bought, and says when there is nothing to learn from', async () => {
  const { directory, home: own, snapshot } = await trained();
  const out = join(directory, 'gain.json');
  await sluiceJson(['recommend', '--user', 'ada', '--home', own]);
  expect((await failureOf(['train-router', '--home', own, '--out', out])).code).toBe(
    'ERR_SLUICE_DATA_INVALID',
  );
  const model = new SimulatedModel({ answer: reversing, latency: { medianMs: 1 } });
  const clock = { now: Date.now() };
  const engine = await Engine.open({
    snapshot,
    state: join(own, 'state'),
    clock: () => clock.now,
    reasoning: {
      client: new ModelClient({ model, prices: model.prices }),
      router: new Router({ exploration: 1 }),
      value: 1e9,
      latencyMs: 10,
    },
  });
  for (let i = 0; i < 60; i++) {
    const asked = { user: `user-${i}`, query: `comedy ${i}`, budget: 10_000_000, deadlineMs: 5000 };
    const { items, decisionId, route } = await engine.recommend(asked);
    const found = route === 'listwise' || i % 5 === 0;
    const event = { id: `event-${i}`, user: asked.user, item: items[0].id, time: clock.now, decisionId };
    if (found) await engine.observe({ ...event, type: 'play' });
  }
  clock.now += 3_600_000;
  await engine.recommend({ user: 'ada' });
  await engine.observe({ id: 'last', user: 'ada', item: '1', type: 'click', time: clock.now });
  await engine.close();
  const told = await sluiceJson(['train-router', '--home', own, '--out', out]);
  expect(told).toMatchObject({ purpose: 'rerank', decisions: 60, outcomes: 60 });
  const gain = GainModel.fromJSON(JSON.parse(readFileSync(out, 'utf8')));
  expect(gain.version).toBe(told.version);
  expect(gain.predict(new Float64Array(20), '').mean).toBeGreaterThan(0.2);
});
