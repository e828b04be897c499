import { describe, expect, test } from 'vitest';
import { RequestBudget } from '../../../src/funnel/budget.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { Budget, type BudgetOptions } from '../../../src/reasoning/budget/budget.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;

/** What is reserved and settled at once of requests of this person and tenant; false where it was refused. */
function spend(budget: Budget, amount: number, user = 1, tenant = 'a'): boolean {
  const reservation = budget.request({ user, tenant, limit: amount }).reserve(amount);
  reservation?.settle();
  return reservation !== null;
}

async function clocked(options: BudgetOptions, start = NOON) {
  const clock = { now: start };
  return { clock, budget: await Budget.open({ ...options, now: () => clock.now }) };
}

describe('limits', () => {
  test('bind each person, each tenant and the day, whichever is reached first', async () => {
    const { budget } = await clocked({ user: 100, tenant: 250, day: 400 });
    expect(spend(budget, 100)).toBe(true);
    expect(spend(budget, 1)).toBe(false);
    expect(spend(budget, 100, 2)).toBe(true);
    expect(spend(budget, 51, 3)).toBe(false);
    expect(spend(budget, 50, 3)).toBe(true);
    expect(spend(budget, 1, 4)).toBe(false);
    expect(spend(budget, 100, 4, 'b')).toBe(true);
    expect(spend(budget, 51, 5, 'b')).toBe(false);
    expect(spend(budget, 50, 5, 'b')).toBe(true);
    expect(spend(budget, 1, 6, 'c')).toBe(false);
    expect(budget.report()).toEqual({ day: '2026-06-01', limit: 400, spent: 400, held: 0, leased: 400 });
  });

  test('that refuse leave nothing held in those that would have allowed it', async () => {
    const { budget } = await clocked({ user: 1000, tenant: 1000, day: 10 });
    for (let i = 0; i < 100; i++) expect(spend(budget, 11)).toBe(false);
    expect(budget.report()).toMatchObject({ spent: 0, held: 0 });
    expect(spend(budget, 10)).toBe(true);
  });

  test('that are left out do not bind, nor do those of nobody in particular', async () => {
    const free = await clocked({});
    expect(spend(free.budget, 2 ** 52)).toBe(true);
    const { budget } = await clocked({ user: 5, tenant: 5 });
    const reservation = budget.request({ limit: 1000 }).reserve(1000);
    expect(reservation?.open).toBe(true);
  });

  test('of the request bind below them all', async () => {
    const { budget } = await clocked({ day: 1000 });
    const request = budget.request({ limit: 100 });
    expect(request.reserve(101)).toBeNull();
    expect(request.reserve(100)?.amount).toBe(100);
    expect(request.reserve(1)).toBeNull();
    expect(budget.report().held).toBe(100);
  });

  test('of 0 refuse everything but nothing', async () => {
    const { budget } = await clocked({ day: 0 });
    expect(spend(budget, 1)).toBe(false);
    expect(spend(budget, 0)).toBe(true);
  });
});

describe('a settlement', () => {
  test('gives back what was not spent, to every limit', async () => {
    const { budget } = await clocked({ user: 100, tenant: 100, day: 100 });
    budget.request({ user: 1, tenant: 'a', limit: 100 }).reserve(100)?.settle(30);
    expect(budget.report()).toMatchObject({ spent: 30, held: 0 });
    expect(spend(budget, 71)).toBe(false);
    expect(spend(budget, 70)).toBe(true);
  });

  test('of a call that failed before it was sent is 0, of one whose usage is unknown all of it', async () => {
    const { budget } = await clocked({ day: 100 });
    budget.request({ limit: 100 }).reserve(100)?.settle(0);
    expect(budget.report().spent).toBe(0);
    budget.request({ limit: 100 }).reserve(100)?.settle();
    expect(budget.report().spent).toBe(100);
  });

  test('comes once and stays within the reservation, or changes nothing', async () => {
    const { budget } = await clocked({ day: 100 });
    const reservation = budget.request({ limit: 100 }).reserve(60);
    expect(() => reservation?.settle(61)).toThrow('at most the 60 nano-dollars reserved');
    expect(budget.report()).toMatchObject({ spent: 0, held: 60 });
    reservation?.settle(10);
    expect(() => reservation?.settle(10)).toThrow('settled already');
    expect(budget.report()).toMatchObject({ spent: 10, held: 0 });
  });
});

describe('a day', () => {
  test('begins at midnight of its time zone', async () => {
    const { clock, budget } = await clocked({ day: 10, utcOffsetMinutes: 330 }, Date.UTC(2026, 5, 1, 18, 29));
    expect(budget.report().day).toBe('2026-06-01');
    expect(spend(budget, 10)).toBe(true);
    expect(spend(budget, 10)).toBe(false);
    clock.now += 60_000;
    expect(budget.report().day).toBe('2026-06-02');
    expect(spend(budget, 10)).toBe(true);
  });

  test('on which money was reserved bears it, whenever it is settled', async () => {
    const { clock, budget } = await clocked({ day: 10 });
    const late = budget.request({ limit: 10 }).reserve(10);
    clock.now += DAY_MS;
    expect(budget.report()).toMatchObject({ spent: 0, held: 10 });
    late?.settle(4);
    expect(budget.report()).toMatchObject({ spent: 0, held: 0 });
    expect(spend(budget, 10)).toBe(true);
    clock.now -= DAY_MS;
    expect(spend(budget, 7)).toBe(false);
    expect(spend(budget, 6)).toBe(true);
  });

  test('that is come back to by a clock set wrong has spent what it has spent', async () => {
    const { clock, budget } = await clocked({ day: 10 });
    expect(spend(budget, 10)).toBe(true);
    for (const jump of [-3_600_000, -DAY_MS, -30 * DAY_MS]) {
      clock.now += jump;
      expect(spend(budget, 1)).toBe(false);
      clock.now -= jump;
      expect(spend(budget, 1)).toBe(false);
    }
    clock.now += DAY_MS;
    expect(spend(budget, 10)).toBe(true);
    clock.now -= DAY_MS;
    expect(spend(budget, 1)).toBe(false);
    clock.now += DAY_MS;
    expect(spend(budget, 1)).toBe(false);
  });

  test('after a clock was far ahead for a while is as good as any', async () => {
    const { clock, budget } = await clocked({ day: 10 });
    clock.now += 400 * DAY_MS;
    expect(spend(budget, 10)).toBe(true);
    clock.now -= 400 * DAY_MS;
    for (let day = 0; day < 5; day++) {
      expect(spend(budget, 10)).toBe(true);
      expect(spend(budget, 1)).toBe(false);
      clock.now += DAY_MS;
    }
  });
});

test('where demand suffices at least 98 % of the money is spent', async () => {
  const random = new RandomStream(3, 'demand');
  const { budget } = await clocked({ day: 1_000_000 });
  const open: (() => void)[] = [];
  for (let call = 0; call < 5000; call++) {
    const reservation = budget.request({ limit: 2200 }).reserve(2200);
    const spent = 800 + random.below(400);
    if (reservation) open.push(() => reservation.settle(spent));
    if (open.length > 8) open.splice(random.below(open.length), 1)[0]();
  }
  for (const settle of open) settle();
  expect(budget.report().spent).toBeGreaterThanOrEqual(980_000);
  expect(budget.report().spent).toBeLessThanOrEqual(1_000_000);
});

test('a million people who spend take less than 150 MB', async () => {
  const { budget } = await clocked({ user: 100, day: 2 ** 50 });
  const before = process.memoryUsage().rss;
  for (let user = 0; user < 1_000_000; user++) spend(budget, 60, user);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  for (let user = 0; user < 1_000_000; user += 9999) expect(spend(budget, 41, user)).toBe(false);
});

test('a reservation with its settlement takes a microsecond', async () => {
  const { budget } = await clocked({ user: 2 ** 40, tenant: 2 ** 45, day: 2 ** 50 });
  const request = budget.request({ user: 7, tenant: 'a', limit: 2 ** 40 });
  const rounds = 20_000;
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 30; run++) {
    const started = performance.now();
    for (let i = 0; i < rounds; i++) request.reserve(1000)?.settle(600);
    best = Math.min(best, ((performance.now() - started) / rounds) * 1000);
  }
  expect(best).toBeLessThanOrEqual(1);
});

describe('what no budget can be made of', () => {
  test.each([
    [{ day: -1 }, 'day'],
    [{ tenant: 1.5 }, 'tenant'],
    [{ user: Number.NaN }, 'user'],
    [{ utcOffsetMinutes: 2000 }, 'utcOffsetMinutes'],
    [null as unknown as BudgetOptions, 'options'],
    [undefined as unknown as BudgetOptions, 'options'],
  ])('is refused: %j', async (options, name) => {
    await expect(Budget.open(options)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      details: { name },
    });
  });

  test.each([
    [{ user: 1.5, limit: 1 }, 'user'],
    [{ tenant: '', limit: 1 }, 'tenant'],
    [{ limit: -1 }, 'limit'],
    [{} as { limit: number }, 'limit'],
    [undefined as unknown as { limit: number }, 'request'],
  ])('is refused as a request: %j', async (request, name) => {
    const { budget } = await clocked({ day: 1 });
    const refused = expect.objectContaining({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      details: expect.objectContaining({ name }),
    });
    expect(() => budget.request(request)).toThrow(refused);
    await expect(budget.prepare(request)).rejects.toEqual(refused);
  });
});

test('a request budget asks the shared one last, and tells it once what was spent', () => {
  const settled: number[] = [];
  const asked: number[] = [];
  const shared = {
    reserve: (amount: number) => {
      asked.push(amount);
      return amount > 50 ? null : { settle: (spent: number) => void settled.push(spent) };
    },
  };
  const request = new RequestBudget(100, shared);
  expect(request.reserve(101)).toBeNull();
  expect(request.reserve(60)).toBeNull();
  expect(asked).toEqual([60]);
  expect(request.available).toBe(100);
  request.reserve(50)?.settle(20);
  expect({ asked, settled, spent: request.spent }).toEqual({ asked: [60, 50], settled: [20], spent: 20 });
});
