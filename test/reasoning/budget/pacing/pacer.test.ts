import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/numerics/random.ts';
import { Pacer, type PacerOptions, type PacerState } from '../../../../src/reasoning/budget/pacing/pacer.ts';

const MIDNIGHT = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const COST = 1000;

interface Demand {
  readonly day: number;
  readonly requests?: number;
  /** What a call costs for each nano-dollar expected. */
  readonly dearer?: number;
}

/** A day of evenly spread requests whose worth is uniform on [0, 20 x cost]; spent, and lambda every tenth. */
function live(pacer: Pacer, { day, requests = 10_000, dearer = 1 }: Demand) {
  const random = new RandomStream(day, 'worth');
  let spent = 0;
  const lambdas: number[] = [];
  for (let i = 0; i < requests; i++) {
    const worth = 20 * COST * random.uniform();
    const buys = worth > pacer.lambda * COST;
    if (buys) spent += COST * dearer;
    const time = MIDNIGHT + day * DAY_MS + (i * DAY_MS) / requests;
    pacer.observe({ time, worth, cost: COST, spent: buys ? COST * dearer : 0 });
    if (i % (requests / 10) === 0) lambdas.push(pacer.lambda);
  }
  return { spent, lambdas };
}

/** The price in closed form: the share of a uniform worth above it is what the budget can pay. */
const price = (budget: number, requests: number, cost = COST) => 20 * (1 - budget / (requests * cost));

describe('lambda', () => {
  test('is that of the closed form, from the second day on all day long', () => {
    const budget = 2_000_000;
    const pacer = new Pacer({ budget });
    live(pacer, { day: 0 });
    for (let day = 1; day < 4; day++) {
      const { lambdas, spent } = live(pacer, { day });
      for (const lambda of lambdas.slice(0, 9)) expect(lambda / price(budget, 10_000)).toBeCloseTo(1, 1);
      expect(spent / budget).toBeGreaterThan(0.98);
      expect(spent / budget).toBeLessThan(1.02);
    }
  });

  test('accounts for calls that cost more than expected', () => {
    const budget = 2_000_000;
    const pacer = new Pacer({ budget });
    live(pacer, { day: 0, dearer: 2 });
    const { lambdas, spent } = live(pacer, { day: 1, dearer: 2 });
    for (const lambda of lambdas.slice(0, 9))
      expect(lambda / price(budget, 10_000, 2 * COST)).toBeCloseTo(1, 1);
    expect(spent / budget).toBeGreaterThan(0.98);
  });

  test('is 1 while there is more money than anybody can use, and rises soon when that ends', () => {
    const pacer = new Pacer({ budget: 20_000_000 });
    for (let day = 0; day < 3; day++) expect(live(pacer, { day }).lambdas).toEqual(new Array(10).fill(1));
    const { lambdas, spent } = live(pacer, { day: 3, requests: 100_000 });
    expect(lambdas.at(-1)).toBeGreaterThan(15);
    expect(spent).toBeLessThan(20_400_000);
  });

  test('never falls below the least, and stays finite without money', () => {
    const pacer = new Pacer({ budget: 0, least: 3 });
    expect(pacer.lambda).toBe(3);
    live(pacer, { day: 0 });
    expect(pacer.lambda).toBeGreaterThan(15);
    expect(Number.isFinite(pacer.lambda)).toBe(true);
  });
});

describe('a pacer', () => {
  test('restored from JSON in the middle of a day goes on as if nothing had been', () => {
    const budget = 2_000_000;
    const [one, other] = [new Pacer({ budget }), new Pacer({ budget })];
    live(one, { day: 0 });
    live(other, { day: 0 });
    const half = (pacer: Pacer, from: number) => {
      for (let i = from; i < from + 5000; i++) {
        const time = MIDNIGHT + DAY_MS + (i * DAY_MS) / 10_000;
        pacer.observe({ time, worth: (i * 7919) % 20_000, cost: COST, spent: i % 4 ? 0 : COST });
      }
    };
    half(one, 0);
    half(other, 0);
    const state: PacerState = JSON.parse(JSON.stringify(other.snapshot()));
    const restored = new Pacer({ budget, state });
    expect(restored.lambda).toBe(one.lambda);
    half(one, 5000);
    half(restored, 5000);
    expect(restored.lambda / one.lambda).toBeCloseTo(1, 2);
  });

  test('that began at six in the evening expects the hours that it has not seen to be like those it has', () => {
    const budget = 2_000_000;
    const pacer = new Pacer({ budget });
    for (let i = 0; i < 2500; i++) {
      const time = MIDNIGHT + 0.75 * DAY_MS + (i * DAY_MS) / 10_000;
      pacer.observe({ time, worth: 20 * COST * ((i * 0.618) % 1), cost: COST, spent: 0 });
    }
    const { lambdas } = live(pacer, { day: 1 });
    for (const lambda of lambdas.slice(0, 9)) expect(lambda / price(budget, 10_000)).toBeCloseTo(1, 1);
  });

  test('on a clock that is set back stays in its day, and one set ahead begins a new one', () => {
    const budget = 2_000_000;
    const pacer = new Pacer({ budget });
    live(pacer, { day: 0 });
    live(pacer, { day: 1 });
    const { spent, day } = pacer.snapshot();
    pacer.observe({ time: MIDNIGHT - DAY_MS, worth: 1, cost: COST, spent: COST });
    expect(pacer.snapshot()).toMatchObject({ day, spent: spent + COST });
    pacer.observe({ time: MIDNIGHT + 300 * DAY_MS, worth: 1, cost: COST, spent: COST });
    expect(pacer.snapshot()).toMatchObject({ day: day! + 299, spent: COST });
    expect(Number.isFinite(pacer.lambda)).toBe(true);
  });

  test('that saw a day of ten requests is of use for one of thousands', () => {
    const pacer = new Pacer({ budget: 2_000_000 });
    live(pacer, { day: 0, requests: 10 });
    live(pacer, { day: 1 });
    const { spent } = live(pacer, { day: 2 });
    expect(spent / 2_000_000).toBeGreaterThan(0.98);
  });

  test.each([
    [undefined, 'options'],
    [{ budget: -1 }, 'budget'],
    [{ budget: 1, least: 0 }, 'least'],
    [{ budget: 1, utcOffsetMinutes: Number.NaN }, 'utcOffsetMinutes'],
  ])('cannot be made of %j', (options, name) => {
    expect(() => new Pacer(options as PacerOptions)).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
        details: expect.objectContaining({ name }),
      }),
    );
  });

  test.each(['time', 'worth', 'cost', 'spent'])('refuses a decision whose %s is no number', (name) => {
    const decision = { time: MIDNIGHT, worth: 1, cost: 1, spent: 1, [name]: Number.NaN };
    expect(() => new Pacer({ budget: 1 }).observe(decision)).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
        details: expect.objectContaining({ name }),
      }),
    );
  });
});
