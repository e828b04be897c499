/** Does the engine buy reasoning within the budget, tell why, log it, and answer in time whatever the model does? */

import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/funnel/context.ts';
import {
  Catalog,
  DecisionLog,
  type EngineOptions,
  GainModel,
  type ModelCall,
  ModelClient,
  type ReasoningOptions,
  ROUTE_FEATURES,
  Router,
  type Slate,
} from '../../src/index.ts';
import type { Reasoning } from '../../src/online/reasoning.ts';
import { listwiseReasoner } from '../../src/online/stages/reasoning/listwise.ts';
import { SimulatedModel, type SimulatedModelOptions } from '../../src/simulation/simulated-model.ts';
import { filmCatalog, filmEngine, titleOf } from './films.ts';

const QUERY = 'a sci-fi movie that feels like Blade Runner but was made in the 90s';
const titles = ({ items }: Slate) => items.map(({ id }) => titleOf(id));
const certain = GainModel.prior({ mean: 0.5, low: 0.4, high: 0.6 });

/** Puts the labels of the prompt in reverse; plans a mood. */
const reversing = ({ purpose, schema }: ModelCall): string => {
  if (purpose === 'plan') return '{"moods":["noir"]}';
  const { properties } = schema as { properties: { top: { items: { enum: string[] } } } };
  return JSON.stringify({ top: [...properties.top.items.enum].reverse() });
};

async function reasoningEngine(
  model: Partial<SimulatedModelOptions> = {},
  options: Partial<ReasoningOptions> = {},
  more: Partial<EngineOptions> = {},
) {
  const simulated = new SimulatedModel({ answer: reversing, latency: { medianMs: 5 }, ...model });
  const client = new ModelClient({ model: simulated, prices: simulated.prices });
  const router = new Router({ plan: certain, rerank: certain, exploration: 0 });
  const made = await filmEngine({
    reasoning: { client, router, value: 1e9, latencyMs: 10, ...options },
    ...more,
  });
  return { ...made, simulated, client };
}
const request = { user: 'ada', query: QUERY, deadlineMs: 3000, budget: 50_000_000 };

describe('an engine that may buy reasoning', () => {
  test('buys what the router finds worth its price, and says what it cost and why', async () => {
    const { engine, store, simulated } = await reasoningEngine();
    const slate = await engine.recommend(request);
    expect(slate.route).toBe('listwise');
    expect(slate.cost).toBe(simulated.billed);
    expect(slate.cost).toBeGreaterThan(0);
    expect(slate.routings.map(({ purpose, bought, reason }) => [purpose, bought, reason])).toEqual([
      ['plan', true, 'gain-above-price'],
      ['rerank', true, 'gain-above-price'],
    ]);
    expect(slate.routings.reduce((sum, { cost }) => sum + cost, 0)).toBe(slate.cost);
    await engine.flush();
    const record = new DecisionLog(store).get(slate.decisionId);
    expect(record).toMatchObject({ route: 'listwise', cost: slate.cost });
    expect(record?.routings).toHaveLength(2);
    expect(record?.order).toHaveLength(slate.items.length);
    const shown = Array.from(record?.order ?? [], (place) =>
      engine.catalog.idOf(record?.shown.rows[place] ?? 0),
    );
    expect(shown).toEqual(slate.items.map(({ id }) => id));
  });

  test('keeps every hard constraint whatever the model says', async () => {
    const { engine } = await reasoningEngine({ answer: () => '{"top":["A","B","C","ZZ"]}' });
    const slate = await engine.recommend(request);
    expect([...titles(slate)].sort()).toEqual(
      ['Dark City', 'Gattaca', 'Strange Days', 'The Matrix', 'Twelve Monkeys'].sort(),
    );
  });

  test('buys nothing without a budget, nor what is not worth its price', async () => {
    const { engine, simulated } = await reasoningEngine();
    const poor = await engine.recommend({ ...request, budget: 0 });
    expect(poor).toMatchObject({ route: 'fast', cost: 0, degraded: false });
    expect(poor.routings.every(({ bought, reason }) => !bought && reason === 'budget')).toBe(true);
    const cheap = await engine.recommend({ ...request, value: 1 });
    expect(cheap.routings.every(({ bought, reason }) => !bought && reason === 'gain-below-price')).toBe(true);
    const hasty = await engine.recommend({ ...request, deadlineMs: 5 });
    expect(hasty.routings.every(({ reason }) => reason === 'deadline')).toBe(true);
    expect(simulated.calls).toBe(0);
  });

  test('buys no plan for a sentence that the parser understands', async () => {
    const { engine } = await reasoningEngine();
    const { routings } = await engine.recommend({ ...request, query: 'comedies from the 90s' });
    expect(routings[0]).toMatchObject({ purpose: 'plan', bought: false, reason: 'simple-plan' });
  });

  test.each([
    [QUERY, 1],
    ['a sci-fi movie that feels like Gattaca but was made in the 90s', 0],
    ['a horror film without horror', 1],
    ['comedies from the 90s', 0],
  ])('tells the router whether "%s" contradicts itself', async (query, contradiction) => {
    const { engine } = await reasoningEngine();
    const { routings } = await engine.recommend({ ...request, query, budget: 0 });
    expect(routings[0].features[ROUTE_FEATURES.indexOf('contradiction')]).toBe(contradiction);
  });

  test('keeps the limits that requests share', async () => {
    const { engine, simulated } = await reasoningEngine({}, { limits: { day: 400_000 } });
    for (let i = 0; i < 20; i++)
      await engine.recommend({ ...request, user: `user-${i}`, query: `${QUERY} ${i}` });
    expect(simulated.billed).toBeLessThanOrEqual(400_000);
    const { routings } = await engine.recommend({ ...request, query: `${QUERY} again` });
    expect(routings.at(-1)?.reason).toBe('budget');
    expect(engine.spending).toMatchObject({ limit: 400_000, held: 0, spent: simulated.billed });
  });

  test('orders the dozen by a cross-encoder where no order is bought, and goes on without one that fails', async () => {
    const crossEncoder = {
      rerank: async (_: string, texts: readonly string[]) =>
        Uint32Array.from(texts.keys()).sort((a, b) => (texts[a] < texts[b] ? -1 : 1)),
    };
    const { engine } = await filmEngine({ crossEncoder });
    const query = 'comedies from the 90s';
    const slate = await engine.recommend({ user: 'ada', query, deadlineMs: 3000 });
    expect(slate).toMatchObject({ route: 'cross-encoder', cost: 0, degraded: false });
    expect(titles(slate)).toEqual([...titles(slate)].sort());
    const broken = { rerank: () => Promise.reject(new Error('no model')) };
    const { engine: other } = await filmEngine({ crossEncoder: broken });
    expect(await other.recommend({ user: 'ada', query, deadlineMs: 3000 })).toMatchObject({
      ...{ route: 'fast', degraded: true },
      degradations: ['reasoner cross-encoder failed open'],
    });
  });

  test('lets a model place an item beyond its bound as high as the cross-encoder does', async () => {
    const query = 'comedies';
    const { engine } = await filmEngine();
    const fast = titles(await engine.recommend({ ...request, query }));
    const last = fast.at(-1) as string;
    const answer = ({ prompt }: ModelCall): string =>
      JSON.stringify({
        top: [/"id":"([A-Z])"/.exec(prompt.user.split('\n').find((line) => line.includes(last)) ?? '')?.[1]],
      });
    const placeOfLast = async (more: Partial<EngineOptions>) => {
      const made = await reasoningEngine({ answer }, {}, more);
      return titles(await made.engine.recommend({ ...request, query })).indexOf(last);
    };
    const crossEncoder = {
      rerank: async (_: string, texts: readonly string[]) =>
        Uint32Array.from(texts.keys(), (place) => (place === 0 ? texts.length : place) - 1),
    };
    expect(fast.length).toBeGreaterThan(5);
    expect(await placeOfLast({})).toBe(fast.length - 1 - 4);
    expect(await placeOfLast({ crossEncoder })).toBe(0);
  });

  test('books what each path costs, over a restart too, and money that changed nothing', async () => {
    const first = await reasoningEngine({ answer: () => '{"top":[]}' });
    const bought = await first.engine.recommend({ ...request, query: 'comedies from the 90s' });
    await first.engine.recommend({ user: 'ada' });
    const { ledger } = first.engine;
    expect(bought.route).toBe('fast');
    expect(bought.cost).toBeGreaterThan(0);
    expect(ledger.paths.map(({ path, requests }) => [path, requests])).toEqual([['fast', 2]]);
    expect(ledger.agentic).toMatchObject({ requests: 1, model: 1000 * bought.cost });
    expect(ledger.classical).toMatchObject({ requests: 1, model: 0 });
    expect(ledger.classical.compute).toBeGreaterThan(0);
    expect(ledger.unchanged).toEqual({ spend: bought.cost, share: 1 });
    await first.engine.close();
    const { engine } = await filmEngine({ state: first.store.crash() });
    expect(engine.ledger.agentic.requests).toBe(1);
  });

  test('prices money by the limit of the day, and remembers how', async () => {
    const { engine, store } = await reasoningEngine({}, { limits: { day: 1_000_000_000 } });
    const slate = await engine.recommend(request);
    expect(slate.routings.map(({ lambda }) => lambda)).toEqual([1, 1]);
    await engine.close();
    expect(store.crash().get('accounts', 'pacer')?.length).toBeGreaterThan(0);
  });

  test('books what an aborted request had bought, as much as the limits say was spent', async () => {
    const { engine } = await reasoningEngine(
      { latency: { medianMs: 60, stallShare: 0 } },
      { limits: { day: 1e9 } },
    );
    const gone = new AbortController();
    setTimeout(() => gone.abort(new Error('gone')), 30);
    await expect(engine.recommend({ ...request, signal: gone.signal })).rejects.toThrow('gone');
    const { paths, agentic, unchanged } = engine.ledger;
    expect(paths.map(({ path, requests }) => [path, requests])).toEqual([['failed', 1]]);
    expect(engine.spending?.spent).toBeGreaterThan(0);
    expect(agentic).toMatchObject({ requests: 1, model: 1000 * (engine.spending?.spent ?? 0) });
    expect(unchanged.share).toBe(1);
  });

  test('buys without a deadline too', async () => {
    const { engine } = await reasoningEngine({ latency: { medianMs: 5, stallShare: 0 } });
    const { route, degradations, routings } = await engine.recommend({ ...request, deadlineMs: Infinity });
    expect({ route, degradations }).toEqual({ route: 'listwise', degradations: [] });
    expect(routings.map(({ bought }) => bought)).toEqual([true, true]);
  });

  test('expects calls to cost what they have cost, and reserves what they can cost', async () => {
    const { engine } = await reasoningEngine({ latency: { medianMs: 5, stallShare: 0 } });
    const seen: Slate['routings'][number][] = [];
    for (let i = 0; i < 60; i++) {
      const { routings } = await engine.recommend({ ...request, user: `p${i}`, query: `${QUERY} ${i}` });
      seen.push(...routings.filter(({ purpose, bought }) => purpose === 'plan' && bought));
    }
    const [first, last] = [seen[0], seen[seen.length - 1]];
    expect(first.expectedCost).toBeGreaterThan(2 * first.cost);
    // Each of the calls before it has taken a twentieth of the way from the bound to the cost.
    const way = (first.expectedCost as number) - last.cost;
    const expected = last.cost + way * 0.95 ** (seen.length - 1);
    expect(seen.length).toBeGreaterThan(20);
    expect((last.expectedCost as number) / expected).toBeCloseTo(1, 1);
  });

  test('paces by its own clock, whatever time a request names', async () => {
    const now = Date.UTC(2026, 5, 1, 12);
    const { engine, store } = await reasoningEngine({}, { limits: { day: 1e9 } }, { clock: () => now });
    await engine.recommend({ ...request, time: 8.64e15 });
    await engine.close();
    const saved = Buffer.from(store.crash().get('accounts', 'pacer') ?? []).toString();
    expect(saved).toContain(`"day":${Math.floor(now / 86_400_000)}`);
  });

  test('says why what it bought gave nothing', async () => {
    const latency = { medianMs: 5, stallShare: 0 };
    const broken = await reasoningEngine({ faults: { broken: 1 }, latency });
    const { routings, degraded } = await broken.engine.recommend(request);
    expect(routings.map(({ refused }) => refused)).toEqual(['failed: status 503', 'failed: status 503']);
    expect(degraded).toBe(false);
    const talking = await reasoningEngine({ answer: () => 'no idea', latency });
    const [plan] = (await talking.engine.recommend(request)).routings;
    expect(plan.refused).toBe('invalid-answer');
    const sound = await reasoningEngine({ latency });
    for (const routing of (await sound.engine.recommend(request)).routings)
      expect(routing).not.toHaveProperty('refused');
  });

  test("leaves a model's plan aside that nothing satisfies", async () => {
    const latency = { medianMs: 5, stallShare: 0 };
    const { engine } = await reasoningEngine({ answer: () => '{"year":[1801,1802]}', latency });
    const slate = await engine.recommend({ ...request, query: 'bleak films like Blade Runner' });
    expect(slate.items.length).toBeGreaterThan(0);
    expect(slate.routings[0]).toMatchObject({ bought: true, refused: 'nothing satisfies it' });
    expect(engine.ledger.unchanged.share).toBe(1);
  });

  test('gives the fast slate at once and the reasoned one after it', async () => {
    const { engine, store } = await reasoningEngine({ latency: { medianMs: 60 } });
    const slates: Slate[] = [];
    const times: number[] = [];
    const started = performance.now();
    for await (const slate of engine.recommendStream({ ...request, query: 'comedies from the 90s' })) {
      slates.push(slate);
      times.push(performance.now() - started);
    }
    expect(slates.map(({ route }) => route)).toEqual(['fast', 'listwise']);
    expect(slates[0].decisionId).toBe(slates[1].decisionId);
    expect(titles(slates[1])).not.toEqual(titles(slates[0]));
    expect([...titles(slates[1])].sort()).toEqual([...titles(slates[0])].sort());
    expect(times[1] - times[0]).toBeGreaterThan(20);
    await engine.flush();
    expect(new DecisionLog(store).get(slates[0].decisionId)?.route).toBe('listwise');
  });

  test.each([
    'busy',
    'broken',
    'reset',
    'hang',
    'truncated',
    'prose',
    'duplicates',
    'out-of-range',
    'empty',
    'injected',
  ] as const)('answers in time and within the budget when the model is %s', async (fault) => {
    const { engine } = await reasoningEngine({ faults: { [fault]: 1 } });
    const started = performance.now();
    const slate = await engine.recommend({ ...request, deadlineMs: 400 });
    expect(performance.now() - started).toBeLessThan(600);
    expect([...titles(slate)].sort()).toEqual(
      ['Dark City', 'Gattaca', 'Strange Days', 'The Matrix', 'Twelve Monkeys'].sort(),
    );
    expect(slate.cost).toBeLessThanOrEqual(request.budget);
  });

  test.each([
    ['no client', { client: undefined }],
    ['a negative value', { value: -1 }],
    ['no router', { router: {} }],
  ])('is refused with %s', async (_, wrong) => {
    await expect(reasoningEngine({}, wrong as Partial<ReasoningOptions>)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
  });
});

test('items of which nothing can be told are given to no reranker', () => {
  const simulated = new SimulatedModel({ answer: reversing });
  const reasoning = { client: new ModelClient({ model: simulated, prices: simulated.prices }) };
  const text = { text: 'bleak' } as RequestContext;
  const enabled = (catalog: Catalog) =>
    listwiseReasoner(catalog, reasoning as Reasoning, null, {}).enable?.(text);
  expect(enabled(new Catalog(['a', 'b'], {}))).toBe(false);
  expect(enabled(filmCatalog())).toBe(true);
});
