import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker } from '../../../src/reasoning/client/breaker.ts';
import { LatencyQuantile } from '../../../src/reasoning/client/latency.ts';
import { simulated } from './ask.ts';

describe('the circuit breaker', () => {
  const fail = (breaker: Breaker, times: number, at = 0): void => {
    for (let i = 0; i < times; i++) breaker.enter(() => at)?.failed();
  };

  test('opens when more than half of at least ten calls failed, and lets nothing through', () => {
    const breaker = new Breaker();
    fail(breaker, 9);
    expect(breaker.refuses(0)).toBe(false);
    fail(breaker, 1);
    expect(breaker.refuses(0)).toBe(true);
    expect(breaker.enter(() => 9999)).toBeNull();
  });

  test('agrees with counting the last twenty outcomes', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (outcomes) => {
        const breaker = new Breaker();
        const seen: boolean[] = [];
        for (const ok of outcomes) {
          const pass = breaker.enter(() => 0);
          const last = seen.slice(-20);
          const failures = last.filter((outcome) => !outcome).length;
          const open = last.length >= 10 && failures > last.length / 2 && seen.at(-1) === false;
          expect(pass === null).toBe(open);
          if (!pass) return;
          if (ok) pass.succeeded();
          else pass.failed();
          seen.push(ok);
        }
      }),
    );
  });

  test('lets one probe through after ten seconds, whose verdict decides', () => {
    const breaker = new Breaker();
    fail(breaker, 10);
    const probe = breaker.enter(() => 10_000);
    expect(probe).not.toBeNull();
    expect(breaker.enter(() => 10_001)).toBeNull();
    probe?.failed();
    expect(breaker.refuses(19_999)).toBe(true);
    breaker.enter(() => 20_000)?.succeeded();
    expect(breaker.refuses(20_000)).toBe(false);
    fail(breaker, 9, 20_000);
    expect(breaker.refuses(20_000)).toBe(false);
  });

  test('gives the place of a probe without a verdict to the next call', () => {
    const breaker = new Breaker();
    fail(breaker, 10);
    breaker.enter(() => 10_000)?.unknown();
    expect(breaker.enter(() => 10_000)).not.toBeNull();
  });

  test('hears the first verdict of a call only, and none of calls from before it opened', () => {
    const breaker = new Breaker();
    const before = breaker.enter(() => 0);
    const doubled = breaker.enter(() => 0);
    doubled?.failed();
    doubled?.failed();
    fail(breaker, 9);
    before?.succeeded();
    expect(breaker.refuses(1)).toBe(true);
  });

  test('forgets what was long ago', () => {
    const breaker = new Breaker();
    fail(breaker, 9);
    fail(breaker, 1, 3_600_000);
    expect(breaker.refuses(3_600_000)).toBe(false);
  });
});

describe('a client whose provider fails', () => {
  test('refuses without a call until a probe succeeds', async () => {
    const { clock, model, client, ask } = simulated({ script: Array(10).fill('broken') }, { attempts: 1 });
    for (let i = 0; i < 10; i++) await clock.run(ask());
    expect(client.breakerOpen).toBe(true);
    expect(await ask()).toMatchObject({ refused: 'breaker', cost: 0, attempts: 0 });
    expect(model.calls).toBe(10);
    await clock.run(clock.wait(10_000));
    expect(client.breakerOpen).toBe(false);
    const probing = ask();
    expect(await ask()).toMatchObject({ refused: 'breaker' });
    expect(await clock.run(probing)).toMatchObject({ value: ['B', 'A'] });
    expect(client.breakerOpen).toBe(false);
  });

  test('counts calls that miss their deadline, not callers that go away nor answers that cannot be read', async () => {
    const hanging = simulated({ faults: { hang: 1 } }, { concurrency: 99 });
    for (let i = 0; i < 12; i++) {
      const controller = new AbortController();
      hanging.clock.after(5, () => controller.abort());
      await hanging.clock.run(hanging.ask({ signal: controller.signal }));
    }
    expect(hanging.client.breakerOpen).toBe(false);
    const babbling = simulated({ faults: { empty: 1 } });
    for (let i = 0; i < 12; i++) await babbling.clock.run(babbling.ask());
    expect(babbling.client.breakerOpen).toBe(false);
    for (let i = 0; i < 12; i++) await hanging.clock.run(hanging.ask());
    expect(hanging.client.breakerOpen).toBe(true);
  });

  test('makes no more calls at a time than it may, also of those that nobody waits for', async () => {
    const options = { faults: { hang: 1 }, heedsAbort: false };
    const { clock, model, ask } = simulated(options, { concurrency: 3, lateMs: 5000 });
    const all = Array.from({ length: 5 }, () => ask({ deadline: clock.now() + 100 }));
    const refused = (await clock.run(Promise.all(all))).map((answer) => answer.refused);
    expect(refused).toEqual(['deadline', 'deadline', 'deadline', 'bulkhead', 'bulkhead']);
    expect(await ask()).toMatchObject({ refused: 'bulkhead' });
    await clock.run(clock.wait(5001));
    expect(model.calls).toBe(3);
    await clock.run(ask());
    expect(model.calls).toBe(4);
  });
});

describe('the quantile of latencies', () => {
  test('is within 2.5 % of a sorted array', () => {
    const value = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 512 }),
        fc.double({ min: 0, max: 1 }),
        (all, share) => {
          fc.pre(!Number.isNaN(share));
          const quantile = new LatencyQuantile();
          for (const ms of all) quantile.add(ms);
          const sorted = [...all].sort((a, b) => a - b);
          const exact = sorted[Math.floor(share * (all.length - 1))];
          expect(Math.abs((quantile.at(share) as number) - exact) / exact).toBeLessThanOrEqual(0.0251);
        },
      ),
    );
  });

  test('follows a provider that has become slower', () => {
    const quantile = new LatencyQuantile();
    expect(quantile.at(0.5)).toBeUndefined();
    for (let i = 0; i < 5000; i++) quantile.add(100);
    for (let i = 0; i < 1000; i++) quantile.add(900);
    expect(quantile.at(0.5)).toBeGreaterThan(800);
  });

  test('counts a call that missed its deadline with the time until then, for its purpose', async () => {
    const { clock, client, ask } = simulated({ faults: { hang: 1 } });
    await clock.run(ask());
    expect(client.latencyMs(0.95, 'rerank')).toBeGreaterThan(970);
    expect(client.latencyMs(0.95, 'plan')).toBeUndefined();
  });
});
