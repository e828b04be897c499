/** Does a limit hold across restarts, crashes and processes? On a store that loses what was not flushed. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../../src/log/lmdb-store.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { Budget, type BudgetOptions } from '../../../src/reasoning/budget/budget.ts';
import { scratchDirectory } from '../../log/directories.ts';
import { ForgetfulStore } from '../../log/forgetful-store.ts';
import { linesUntilKilled } from '../../log/killed-child.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;
const DAY = 1_000_000;
const SLICE = DAY / 100;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Budgets of several processes over one store, on one clock. */
async function processes(
  count: number,
  store: ForgetfulStore,
  options: Partial<BudgetOptions> = {},
  now = NOON,
) {
  const clock = { now };
  const open = () => Budget.open({ day: DAY, store, now: () => clock.now, ...options });
  return { clock, open, budgets: await Promise.all(Array.from({ length: count }, open)) };
}

/** Reserves and settles in full, having waited for the lease; the amount or 0. */
async function spend(budget: Budget, amount: number, who: { user?: number; tenant?: string } = {}) {
  const request = { ...who, limit: amount };
  await budget.prepare(request);
  const reservation = budget.request(request).reserve(amount);
  reservation?.settle();
  return reservation ? amount : 0;
}

/** Spends in turn until all refuse twice, more than a second apart; what was spent. */
async function spendAll(budgets: readonly Budget[], clock: { now: number }, amount: number): Promise<number> {
  let spent = 0;
  for (let refusals = 0; refusals < 2; ) {
    let round = 0;
    for (const budget of budgets) round += await spend(budget, amount);
    spent += round;
    if (round > 0) refusals = 0;
    else {
      refusals++;
      clock.now += 1001;
    }
  }
  return spent;
}

describe('a slice', () => {
  test('is leased ahead, so that a reservation never waits', async () => {
    const { budgets } = await processes(1, new ForgetfulStore({ flushes: 'automatic' }));
    expect(budgets[0].report()).toMatchObject({ spent: 0, leased: SLICE });
    expect(budgets[0].request({ limit: SLICE }).reserve(SLICE)?.open).toBe(true);
  });

  test('that is not durable yet is not spent from', async () => {
    const store = new ForgetfulStore({ flushes: 'held' });
    const opening = Budget.open({ day: DAY, store, now: () => NOON });
    await turn();
    store.flush();
    const budget = await opening;
    expect(budget.request({ limit: SLICE }).reserve(SLICE)?.open).toBe(true);
    const request = budget.request({ limit: SLICE });
    expect(request.reserve(SLICE)).toBeNull();
    await turn();
    expect(request.reserve(SLICE)).toBeNull();
    store.flush();
    await turn();
    expect(request.reserve(SLICE)?.open).toBe(true);
  });

  test('grows to what a larger request may spend', async () => {
    const { budgets } = await processes(1, new ForgetfulStore());
    const reserve = () => budgets[0].request({ limit: 30 * SLICE }).reserve(20 * SLICE);
    expect(reserve()).toBeNull();
    await turn();
    await turn();
    expect(reserve()?.open).toBe(true);
    expect(budgets[0].report().leased).toBeLessThanOrEqual(30 * SLICE + 20 * SLICE);
  });

  test('of the next day is there at midnight', async () => {
    const { clock, budgets } = await processes(1, new ForgetfulStore(), {}, NOON + DAY_MS / 2 - 30_000);
    await spend(budgets[0], 10);
    await turn();
    clock.now += 30_000;
    expect(budgets[0].report().day).toBe('2026-06-02');
    expect(budgets[0].request({ limit: SLICE }).reserve(SLICE)?.open).toBe(true);
  });

  test('is leased of the limits of a person and a tenant too', async () => {
    const limits = { user: 1000, tenant: 1500 };
    const { budgets, open, clock } = await processes(2, new ForgetfulStore(), limits);
    let spent = 0;
    for (let round = 0; round < 50; round++) {
      for (const budget of budgets) spent += await spend(budget, 70, { user: 1, tenant: 'a' });
      clock.now += 1001;
    }
    expect(spent).toBe(980);
    expect(await spend(budgets[0], 70, { user: 2, tenant: 'a' })).toBe(70);
    await Promise.all(budgets.map((budget) => budget.close()));
    const [again] = [await open()];
    for (let round = 0; round < 50; round++) spent += await spend(again, 10, { user: 1, tenant: 'a' });
    expect(spent).toBe(1000);
    for (let user = 3; user < 50; user++) spent += await spend(again, 10, { user, tenant: 'a' });
    expect(spent + 70).toBe(1500);
  });
});

describe('after', () => {
  test('a restart exactly what was not spent is left', async () => {
    const store = new ForgetfulStore();
    const { budgets, clock, open } = await processes(2, store);
    let spent = 0;
    for (const budget of budgets) for (let i = 0; i < 40; i++) spent += await spend(budget, 777);
    await Promise.all(budgets.map((budget) => budget.close()));
    expect(budgets[0].request({ limit: 1 }).reserve(1)).toBeNull();
    const reopened = [await open(), await open()];
    expect(reopened[0].report().leased).toBe(spent + 2 * SLICE);
    expect(spent + (await spendAll(reopened, clock, 1))).toBe(DAY);
  });

  test('a crash at most one slice of each process is lost, and nothing is spent twice', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new RandomStream(seed, 'crash');
      let store = new ForgetfulStore({ flushes: 'held' });
      const clock = { now: NOON };
      let spent = 0;
      let crashes = 0;
      for (let life = 0; life < 6; life++) {
        const all = Promise.all(
          Array.from({ length: 3 }, () => Budget.open({ day: DAY, store, now: () => clock.now })),
        );
        const opening = setInterval(() => store.flush(), 0);
        const budgets = await all;
        clearInterval(opening);
        for (let call = random.below(400); call > 0; call--) {
          const amount = 1 + random.below(900);
          // What was sent before the crash is spent, whether or not it was ever settled.
          const reservation = budgets[random.below(3)].request({ limit: 1000 }).reserve(amount);
          if (reservation) spent += amount;
          if (random.uniform() < 0.8) reservation?.settle();
          if (random.uniform() < 0.3) {
            await turn();
            if (random.uniform() < 0.7) store.flush();
          }
        }
        store = store.crash();
        crashes += 3;
      }
      expect(spent).toBeLessThanOrEqual(DAY);
      const last = store.crash();
      const opening = Budget.open({ day: DAY, store: last, now: () => clock.now });
      const flushing = setInterval(() => last.flush(), 0);
      const budget = await opening;
      spent += await spendAll([budget], clock, 100);
      clearInterval(flushing);
      expect(spent).toBeLessThanOrEqual(DAY);
      expect(spent).toBeGreaterThan(DAY - crashes * SLICE - 100);
    }
  });

  test('any mixture of deaths and restarts of processes the limit holds, and 98 % of it can be spent', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new RandomStream(seed, 'deaths');
      const store = new ForgetfulStore();
      const { clock, budgets, open } = await processes(2, store, { day: 100 * DAY });
      let spent = 0;
      let deaths = 0;
      for (let call = 0; call < 300; call++) {
        const place = random.below(budgets.length);
        spent += await spend(budgets[place], random.below(DAY));
        if (random.uniform() < 0.05) {
          await budgets[place].close();
          budgets[place] = await open();
        } else if (random.uniform() < 0.005 && deaths === 0) {
          deaths++;
          budgets[place] = await open();
        }
      }
      spent += await spendAll(budgets, clock, 9999);
      expect(spent).toBeLessThanOrEqual(100 * DAY);
      expect(spent).toBeGreaterThan(98 * DAY);
    }
  });
});

describe('the clock', () => {
  test('may jump as it likes: no day is spent twice', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = new RandomStream(seed, 'jumps');
      const store = new ForgetfulStore();
      const { clock, budgets, open } = await processes(2, store, { utcOffsetMinutes: 60 });
      const ofDay = new Map<number, number>();
      for (let call = 0; call < 400; call++) {
        const place = random.below(2);
        const amount = random.below(SLICE);
        const day = Math.floor((clock.now + 3_600_000) / DAY_MS);
        ofDay.set(day, (ofDay.get(day) ?? 0) + (await spend(budgets[place], amount)));
        if (random.uniform() < 0.05) clock.now += [-2, -1, 1, 1, 2, 40][random.below(6)] * DAY_MS;
        if (random.uniform() < 0.02) budgets[place] = await open();
      }
      expect(Math.max(...ofDay.values())).toBeLessThanOrEqual(DAY);
      expect(ofDay.size).toBeGreaterThan(3);
    }
  });

  test('set back to a day that never was finds no money there', async () => {
    const store = new ForgetfulStore();
    const { clock, budgets, open } = await processes(1, store);
    expect(await spend(budgets[0], 10)).toBe(10);
    clock.now -= DAY_MS;
    expect(await spend(budgets[0], 10)).toBe(0);
    const reopened = await open();
    expect(await spend(reopened, 10)).toBe(0);
    clock.now += DAY_MS;
    expect(await spend(reopened, 10)).toBe(10);
  });

  test('leaves only the last eight days in the store, beside the one begun; the others are closed for ever', async () => {
    const store = new ForgetfulStore();
    const { clock, budgets } = await processes(1, store);
    for (let day = 0; day < 12; day++) {
      for (let i = 0; i < 30; i++) await spend(budgets[0], SLICE);
      clock.now += DAY_MS;
    }
    await spend(budgets[0], 10);
    for (let i = 0; i < 5; i++) await turn();
    const days = new Set([...store.range('budget-leases')].map(({ key }) => (key as readonly number[])[0]));
    expect(days.size).toBe(9);
    clock.now -= 10 * DAY_MS;
    expect(await spend(budgets[0], 10)).toBe(0);
    clock.now += 8 * DAY_MS;
    expect(await spend(budgets[0], 10)).toBe(10);
  });
});

describe('a disk that fails', () => {
  test('makes opening fail', async () => {
    const store = new ForgetfulStore();
    store.failNextFlush = new Error('no space');
    await expect(Budget.open({ day: DAY, store, now: () => NOON })).rejects.toMatchObject({
      code: 'ERR_SLUICE_STORE_FAILED',
    });
  });

  test('later on refuses what is not leased, says so once, and is asked again after a second', async () => {
    const store = new ForgetfulStore();
    const errors: unknown[] = [];
    const { clock, budgets } = await processes(1, store, { onError: (error) => errors.push(error) });
    store.failNextFlush = new Error('no space');
    expect(await spend(budgets[0], 2 * SLICE)).toBe(0);
    expect(await spend(budgets[0], 2 * SLICE)).toBe(0);
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_SLUICE_STORE_FAILED' })]);
    clock.now += 1001;
    expect(await spend(budgets[0], 2 * SLICE)).toBe(2 * SLICE);
  });

  test('with a lease that is no number is refused as damaged', async () => {
    const store = new ForgetfulStore();
    const day = Math.floor(NOON / DAY_MS);
    await store.write([{ table: 'budget-leases', key: [day, 'day', '', 0], value: Uint8Array.of(1, 2) }]);
    await expect(Budget.open({ day: DAY, store, now: () => NOON })).rejects.toMatchObject({
      code: 'ERR_SLUICE_RECORD_DAMAGED',
    });
  });
});

test('processes that are killed while they spend have spent what they leased, but for a slice each', async () => {
  const directory = scratchDirectory();
  const script = join(import.meta.dirname, 'children', 'spend.mjs');
  const [limit, amount] = [50_000_000, 500];
  const options = { day: limit, now: () => NOON };
  let spent = 0;
  for (const delays of [
    [20, 60],
    [50, 10],
    [5, 90],
  ]) {
    const args = [directory, String(limit), String(amount)];
    const lines = await Promise.all(delays.map((delay) => linesUntilKilled(script, args, delay)));
    spent += lines.flat().length * amount;
    const store = await openLmdbStore({ directory });
    const budget = await Budget.open({ ...options, store });
    const { leased } = budget.report();
    await budget.close();
    await store.close();
    // Of this process too one slice is leased.
    expect(leased - limit / 100).toBeGreaterThanOrEqual(spent);
  }
  const store = await openLmdbStore({ directory });
  const budget = await Budget.open({ ...options, store });
  expect(spent).toBeGreaterThan(0);
  // A last line of each may have been cut by the kill.
  const unspent = budget.report().leased - limit / 100 - spent;
  expect(unspent).toBeLessThanOrEqual(6 * (limit / 100 + amount));
  await store.close();
});
