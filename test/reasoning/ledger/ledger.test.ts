import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Funnel } from '../../../src/funnel/funnel.ts';
import { runFunnel } from '../../../src/funnel/run.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { Ledger, type LedgerEntry, type LedgerOptions } from '../../../src/reasoning/ledger/ledger.ts';
import { context, greedy, reverse, scorer, source, wait } from '../../funnel/stages.ts';

/** A dollar an hour, on clocks that the test sets: a millisecond of CPU costs 277.8 nano-dollars. */
function ledgerAt(options: Partial<LedgerOptions> = {}) {
  const clock = { cpuUs: 0, ms: 0 };
  const ledger = new Ledger({
    cpuHour: 3_600_000_000,
    cpuTime: () => clock.cpuUs,
    now: () => clock.ms,
    ...options,
  });
  /** Time that passes, all of it worked by `processors`. */
  const work = (ms: number, processors = 1) => {
    clock.ms += ms;
    clock.cpuUs += ms * 1000 * processors;
  };
  return { ledger, clock, work };
}

const fast = (ms: number): LedgerEntry => ({
  route: 'fast',
  stages: [
    { stage: 'scan', ms: ms * 0.75 },
    { stage: 'score', ms: ms * 0.25 },
  ],
  routings: [],
  changed: false,
});
const bought = (cost: number, changed = true): LedgerEntry => ({
  route: 'listwise',
  stages: [
    { stage: 'scan', ms: 3 },
    { stage: 'listwise', ms: 900, busyMs: 1 },
  ],
  routings: [{ purpose: 'rerank', cost }],
  changed,
});

describe('money for models', () => {
  test('is told by path and purpose, of requests that bought and those that did not', () => {
    const { ledger } = ledgerAt({ cpuHour: 0 });
    for (let i = 0; i < 6; i++) ledger.record(fast(1));
    ledger.record(bought(300));
    ledger.record(bought(101, false));
    ledger.record({ ...fast(1), routings: [{ purpose: 'plan', cost: 50 }] });
    const report = ledger.report();
    expect(report).toMatchObject({ requests: 9, model: Math.ceil((451 / 9) * 1000), compute: 0 });
    expect(report.classical).toEqual({ requests: 6, model: 0, compute: 0, total: 0 });
    expect(report.agentic).toMatchObject({ requests: 3, model: Math.ceil((451 / 3) * 1000) });
    expect(report.paths.map(({ path, requests, purposes }) => ({ path, requests, purposes }))).toEqual([
      { path: 'fast', requests: 7, purposes: { plan: Math.ceil((50 / 7) * 1000) } },
      { path: 'listwise', requests: 2, purposes: { rerank: 200_500 } },
    ]);
    expect(report.unchanged).toEqual({ spend: 151, share: 151 / 451 });
  });

  test('of nobody is nothing', () => {
    expect(ledgerAt().ledger.report()).toEqual({
      ...{ requests: 0, model: 0, compute: 0, total: 0, paths: [], curve: [] },
      classical: { requests: 0, model: 0, compute: 0, total: 0 },
      agentic: { requests: 0, model: 0, compute: 0, total: 0 },
      unchanged: { spend: 0, share: 0 },
    });
  });
});

describe('computing', () => {
  test('under steady traffic adds up to what the process has used, split by the time of stages', () => {
    const { ledger, work } = ledgerAt();
    for (let i = 0; i < 1000; i++) {
      work(4, 2);
      ledger.record(fast(4));
    }
    const report = ledger.report();
    // 4 s on two processors are 8 CPU seconds: 0.008 dollars.
    expect(report.compute).toBe(8_000_000);
    expect(report.paths[0].stages).toEqual({ scan: 6_000_000, score: 2_000_000 });
  });

  test('does not take waiting for a provider for work', () => {
    const { ledger, work } = ledgerAt();
    for (let i = 0; i < 100; i++) {
      work(4);
      ledger.record(fast(4));
      work(4);
      ledger.record(bought(10));
    }
    const { paths, classical, agentic } = ledger.report();
    expect(classical.compute).toBe(4_000_000);
    expect(agentic.compute).toBe(4_000_000);
    expect(paths[1].stages).toEqual({ scan: 3_000_000, listwise: 1_000_000 });
  });

  test('that was done while nobody asked is charged to nobody', () => {
    const { ledger, work, clock } = ledgerAt();
    work(3_600_000);
    ledger.record(fast(4));
    clock.ms += 5000;
    expect(ledger.report().compute).toBe(4_000_000);
  });

  test('of this process is measured', () => {
    const before = process.cpuUsage();
    const ledger = new Ledger({ cpuHour: 3_600_000_000 });
    const started = performance.now();
    while (performance.now() - started < 60) Math.sqrt(started);
    ledger.record(fast(60));
    const { compute } = ledger.report();
    const { user, system } = process.cpuUsage(before);
    expect(compute).toBeGreaterThan(0);
    expect(compute).toBeLessThanOrEqual((user + system) * 1000);
  });

  test('is charged whole, whatever the traffic', () => {
    const gaps = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 900 }), ms: fc.integer({ min: 1, max: 50 }) }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(gaps, (requests) => {
        const { ledger, work, clock } = ledgerAt();
        for (const { gap, ms } of requests) {
          work(Math.max(gap, ms));
          ledger.record(fast(ms));
        }
        const { compute } = ledger.report();
        expect((compute * requests.length) / 1e6 / (clock.cpuUs / 1000)).toBeCloseTo(1, 5);
      }),
      { seed: 5 },
    );
  });
});

test('a funnel tells how long a stage that pays was busy before it waited', async () => {
  const busy = async () => {
    const started = performance.now();
    while (performance.now() - started < 5) Math.sqrt(started);
    await wait(40);
    return Uint32Array.of(2, 1, 0);
  };
  const parts = {
    sources: [source('a', [2, 4, 6])],
    scorers: [scorer('score', [], 'probability')],
    selector: greedy('probability'),
    reasoners: [reverse(600, { reason: busy })],
  };
  const request = context({});
  await runFunnel(new Funnel(parts), request);
  const { stages } = request.receipt;
  const paid = stages.find(({ role }) => role === 'reasoner');
  expect(paid?.ms).toBeGreaterThan(40);
  expect(paid?.busyMs).toBeGreaterThanOrEqual(5);
  expect(paid?.busyMs).toBeLessThan(paid!.ms - 30);
  expect(stages.filter(({ busyMs }) => busyMs !== undefined)).toEqual([paid]);
});

describe('the quality-cost curve', () => {
  test('takes the purchases that promise most for their cost first', () => {
    const { ledger } = ledgerAt();
    ledger.outcome({ predicted: 0.1, cost: 1000, gain: 0.05 });
    ledger.outcome({ predicted: 0.4, cost: 1000, gain: 0.5 });
    ledger.outcome({ predicted: 0.4, cost: 100, gain: 0.3 });
    ledger.outcome({ predicted: -1, cost: 500, gain: -0.25 });
    expect(ledger.report().curve).toEqual([
      { purchases: 1, spend: 100, gain: 0.3 },
      { purchases: 2, spend: 1100, gain: 0.8 },
      { purchases: 3, spend: 2100, gain: 0.8500000000000001 },
      { purchases: 4, spend: 2600, gain: 0.6000000000000001 },
    ]);
  });

  test('lies close to that of the purchases one by one', () => {
    const { ledger } = ledgerAt();
    const random = new RandomStream(4, 'purchases');
    const outcomes = Array.from({ length: 5000 }, () => {
      const predicted = random.uniform() ** 2;
      return { predicted, cost: 50_000 + random.below(200_000), gain: predicted + random.normal() * 0.1 };
    });
    for (const outcome of outcomes) ledger.outcome(outcome);
    const exact = outcomes.toSorted((a, b) => b.predicted / b.cost - a.predicted / a.cost);
    for (const { purchases, spend, gain } of ledger.report().curve) {
      const first = exact.slice(0, purchases);
      expect(spend).toBe(first.reduce((sum, { cost }) => sum + cost, 0));
      expect(gain).toBeCloseTo(
        first.reduce((sum, one) => sum + one.gain, 0),
        6,
      );
    }
  });
});

describe('a ledger', () => {
  test('restored from JSON goes on as if nothing had been', () => {
    const { ledger, work } = ledgerAt();
    for (let i = 0; i < 10; i++) {
      work(4);
      ledger.record(i % 3 ? fast(4) : bought(100, i % 2 === 0));
      ledger.outcome({ predicted: 0.1 * i, cost: 100, gain: 0.1 });
    }
    const restored = ledgerAt({ state: JSON.parse(JSON.stringify(ledger.snapshot())) }).ledger;
    expect(restored.report()).toEqual(ledger.report());
    for (const one of [ledger, restored]) one.record(bought(7));
    expect(restored.report().agentic.model).toBe(ledger.report().agentic.model);
  });

  test('stays small, and loses nothing, under any number of names', () => {
    const { ledger } = ledgerAt({ cpuHour: 0 });
    for (let i = 0; i < 500; i++) {
      const routings = [{ purpose: `purpose ${i}`, cost: 10 }];
      ledger.record({
        route: `path ${i}`,
        stages: [{ stage: `stage ${i}`, ms: 1 }],
        routings,
        changed: true,
      });
      ledger.record({
        route: '__proto__',
        stages: [{ stage: `stage ${i}`, ms: 1 }],
        routings,
        changed: true,
      });
    }
    const { paths, model } = ledger.report();
    expect(paths.length).toBeLessThanOrEqual(64);
    expect(model).toBe(10_000);
    expect(paths.find(({ path }) => path === '__proto__')?.requests).toBe(500);
    expect(paths.find(({ path }) => path === 'other')?.requests).toBe(500 - (paths.length - 2));
    expect(JSON.stringify(ledger.snapshot()).length).toBeLessThan(100_000);
  });

  test.each([
    [{ ...fast(1), route: '' }, 'route'],
    [{ ...fast(1), stages: [{ stage: 'a', ms: Number.NaN }] }, 'ms'],
    [{ ...fast(1), routings: [{ purpose: 'plan', cost: 0.5 }] }, 'cost'],
    [{ ...fast(1), routings: undefined }, 'routings'],
    [{ ...fast(1), stages: null }, 'stages'],
    [undefined, 'entry'],
  ])('refuses what is no request, and books nothing of it: %j', (entry, name) => {
    const { ledger } = ledgerAt();
    expect(() => ledger.record(entry as LedgerEntry)).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
        details: expect.objectContaining({ name }),
      }),
    );
    expect(ledger.report().requests).toBe(0);
  });

  test.each([
    [{ predicted: Number.NaN, cost: 1, gain: 1 }, 'predicted'],
    [{ predicted: 1, cost: -1, gain: 1 }, 'cost'],
    [{ predicted: 1, cost: 1, gain: Number.POSITIVE_INFINITY }, 'gain'],
  ])('refuses what is no outcome: %j', (outcome, name) => {
    expect(() => ledgerAt().ledger.outcome(outcome)).toThrow(`for ${name}`);
  });

  test('cannot be made without a price of computing', () => {
    expect(() => new Ledger({} as LedgerOptions)).toThrow('cpuHour');
    expect(() => new Ledger(undefined as unknown as LedgerOptions)).toThrow('options');
  });
});
