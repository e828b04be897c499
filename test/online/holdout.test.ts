import { describe, expect, test } from 'vitest';
import {
  DEFAULT_FUNNEL,
  DecisionLog,
  type DecisionRecord,
  EpsilonGreedy,
  EventLog,
  exposuresOf,
  type FunnelJson,
  Holdout,
  IncrementalBillboard,
  KeyMap,
  NO_PLACE,
} from '../../src/index.ts';
import { engineFor, ITEMS, NOW } from './trained.ts';

const holdout = { experiment: 'spring', share: 0.25 };
const withHoldout = (options: object = holdout): FunnelJson => ({
  ...DEFAULT_FUNNEL,
  selector: { use: 'policy', with: { pool: 256, holdout: options } },
});
/** Rows that would have been shown. */
const ghostsOf = ({ withheld }: DecisionRecord) =>
  [...(withheld?.rows ?? [])].filter((_, i) => withheld?.places[i] !== NO_PLACE);
const policy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0.2 });

describe('an engine with a holdout', () => {
  test('shows nothing that is withheld, and logs what would have been shown', async () => {
    const { engine, store } = await engineFor({ funnel: withHoldout(), policy });
    const people = Array.from({ length: 30 }, (_, i) => `user-${i}`);
    for (const user of people) await engine.recommend({ user, count: 4 });
    await engine.flush();
    const same = new Holdout(holdout);
    let ghosts = 0;
    let shown = 0;
    for (const record of new DecisionLog(store).range()) {
      const { userNumber, surface } = record;
      const withholds = (row: number) => same.withholds(userNumber, engine.catalog.idOf(row), surface);
      expect(record.holdout).toBe('spring');
      expect(record.withheld?.share).toBe(0.25);
      expect([...record.shown.rows, ...(record.pool?.rows ?? [])].some(withholds)).toBe(false);
      expect([...(record.withheld?.rows ?? [])].every(withholds)).toBe(true);
      ghosts += ghostsOf(record).length;
      shown += record.shown.rows.length;
      const explained = await engine.explain(record.decisionId);
      expect(explained.replayed).toBe(true);
      expect(explained.withheld.map(({ id }) => id)).toEqual(
        [...(record.withheld?.rows ?? [])].map((row) => engine.catalog.idOf(row)),
      );
      expect(explained.withheld.filter(({ position }) => position !== null)).toHaveLength(
        ghostsOf(record).length,
      );
    }
    expect(shown).toBe(120);
    // Per slot one ghost in share / (1 - share), about 40.
    expect(Math.abs(ghosts - 40)).toBeLessThan(4 * Math.sqrt(40 / 0.75));
  });

  test('gives rows of a trial, in which what a person found anyway counts', async () => {
    const { engine, store } = await engineFor({ funnel: withHoldout(), policy });
    const log = new DecisionLog(store);
    for (let i = 0; i < 5; i++) await engine.recommend({ user: `user-${i}`, count: 4 });
    await engine.flush();
    const record = [...log.range()].find((one) => ghostsOf(one).length > 0)!;
    const ghost = engine.catalog.idOf(ghostsOf(record)[0]);
    const { user } = await engine.explain(record.decisionId);
    await engine.observe({ id: 'found', user: user!, item: ghost, type: 'play', time: NOW + 1 });
    const trial = exposuresOf(log.range(), {
      events: new EventLog(store, new KeyMap(store)),
      itemOf: (_, row) => engine.catalog.idOf(row),
    });
    const played = trial.items.filter((_, i) => trial.outcomes[i] === 1);
    expect(played).toEqual([ghost]);
    expect(trial.treatment[trial.items.findIndex((_, i) => trial.outcomes[i] === 1)]).toBe(0);
  });

  test('teaches an incremental policy what was played with and without exposure, the same from the log', async () => {
    const made: IncrementalBillboard[] = [];
    const make = (arms: number) => {
      const policy = new IncrementalBillboard({ arms, floor: 0.1, priorStrength: 1 });
      made.push(policy);
      return policy;
    };
    const { engine, store, clock } = await engineFor({ funnel: withHoldout(), policy: make });
    const log = new DecisionLog(store);
    for (let i = 0; i < 20; i++) await engine.recommend({ user: `user-${i}`, count: 2 });
    await engine.flush();
    // Whatever is withheld is found anyway.
    let found = 0;
    for (const { decisionId, withheld } of log.range()) {
      const { user } = await engine.explain(decisionId);
      for (const row of withheld?.rows.subarray(0, 3) ?? []) {
        const item = engine.catalog.idOf(row);
        await engine.observe({ id: `e${found++}`, user: user!, item, type: 'play', time: NOW + 1 });
      }
    }
    clock.now = NOW + 31 * 60_000;
    await engine.observe({ id: 'late', user: 'user-1', item: 'none', type: 'impression', time: clock.now });
    await engine.flush();
    expect(engine.counters.policy.learned).toBe(20);
    expect(found).toBeGreaterThan(20);
    const counts = made[0].snapshot();
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(counts['unshownPlays'])).toBe(found);
    expect(sum(counts['shownPlays'])).toBe(0);
    expect(sum(counts['shownExpected'])).toBeGreaterThan(0);
    const slate = await engine.recommend({ user: 'somebody', count: 3 });
    await engine.flush();
    // A replica that learns again from the log chooses the same.
    expect((await engine.explain(slate.decisionId)).replayed).toBe(true);
    expect(made.at(-1)?.snapshot()).toEqual(counts);
  });

  test('keeps to it where a deadline cut the funnel short', async () => {
    const { engine } = await engineFor({ funnel: withHoldout(), policy });
    const { items, degraded } = await engine.recommend({ user: 'user-1', count: ITEMS, deadlineMs: 0 });
    const without = await engineFor({ policy });
    const all = await without.engine.recommend({ user: 'user-1', count: ITEMS, deadlineMs: 0 });
    expect(degraded).toBe(true);
    expect(items.length).toBeLessThan(all.items.length);
    expect(items.length).toBeGreaterThan(0.5 * all.items.length);
  });

  test('leaves other surfaces and times alone', async () => {
    const funnel = withHoldout({ ...holdout, surfaces: ['billboard'], from: NOW, to: NOW + 1000 });
    const { engine, store } = await engineFor({ funnel, policy });
    const plain = await engineFor({ policy });
    const request = { user: 'user-3', count: 12 };
    const ids = (slate: { items: readonly { id: string }[] }) => slate.items.map(({ id }) => id);
    expect(ids(await engine.recommend(request))).toEqual(ids(await plain.engine.recommend(request)));
    await engine.recommend({ ...request, surface: 'billboard', time: NOW + 1000 });
    await engine.recommend({ ...request, surface: 'billboard' });
    await engine.flush();
    const records = [...new DecisionLog(store).range()];
    expect(records.map((record) => record.holdout).sort()).toEqual([null, null, 'spring'].sort());
    expect(records.filter(({ withheld }) => withheld !== undefined)).toHaveLength(1);
  });

  test('stands in the JSON value of its funnel', async () => {
    const { engine } = await engineFor({ funnel: withHoldout(), policy });
    expect(engine.funnel.selector).toEqual({ use: 'policy', with: { pool: 256, holdout } });
  });

  test.each([
    ['a share of 2', { experiment: 'a', share: 2 }],
    ['no name', {}],
    ['an unknown setting', { experiment: 'a', rate: 0.1 }],
    ['a text', 'spring'],
    ['a list', ['spring']],
    ['null', null],
  ])('is not opened with %s', async (_, options) => {
    await expect(engineFor({ funnel: withHoldout(options as object), policy })).rejects.toMatchObject({
      code: 'ERR_SLUICE_FUNNEL_INVALID',
    });
  });
});
