import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../../src/errors.ts';
import type { LanguageModel } from '../../../src/reasoning/client/language-model.ts';
import { ModelClient } from '../../../src/reasoning/client/model-client.ts';
import type { ModelFault } from '../../../src/simulation/model-faults.ts';
import { asking, purse, simulated } from './ask.ts';

describe('a question', () => {
  test('is answered at the cost of what was used', async () => {
    const { clock, model, client, ask } = simulated();
    const { reservation, settled, budget } = purse(client.bound(asking) as number);
    const answer = await clock.run(ask({ reservation }));
    expect(answer).toEqual({ value: ['B', 'A'], from: 'model', cost: model.billed, attempts: 1, ms: 100 });
    expect(settled).toEqual([model.billed]);
    expect(budget.spent).toBe(model.billed);
    expect(model.billed).toBeGreaterThan(0);
  });

  test('costs at most its bound, and a lone reservation of it covers two calls of ordinary usage', async () => {
    const { clock, model, client, ask } = simulated({ script: ['empty', null] });
    const { reservation } = purse(client.bound(asking) as number);
    const answer = await clock.run(ask({ reservation }));
    expect(answer).toMatchObject({ value: ['B', 'A'], attempts: 2, cost: model.billed });
    expect(answer.cost).toBeLessThan(client.bound(asking) as number);
  });

  test('is refused without a call where price, reservation, time or caller are missing', async () => {
    const { client, clock, model, ask } = simulated();
    const bound = client.bound(asking) as number;
    const unpriced = simulated({}, { prices: { id: '', price: () => undefined, bound: () => undefined } });
    const short = purse(bound - 1);
    const late = purse(bound);
    const gone = purse(bound);
    const free = purse(bound);
    expect(await unpriced.ask({ reservation: free.reservation })).toMatchObject({ refused: 'price-unknown' });
    expect(await ask({ reservation: short.reservation })).toMatchObject({ refused: 'reservation', cost: 0 });
    expect(await ask({ reservation: late.reservation, deadline: clock.now() })).toMatchObject({
      refused: 'deadline',
    });
    expect(await ask({ reservation: gone.reservation, signal: AbortSignal.abort() })).toMatchObject({
      refused: 'aborted',
    });
    for (const { settled } of [short, late, gone, free]) expect(settled).toEqual([0]);
    expect(model.calls + unpriced.model.calls).toBe(0);
  });

  test('that is wrong, or lacks a package, is the caller’s to mend', async () => {
    const { ask } = simulated();
    const wrong = {
      maxOutputTokens: 0,
      deadline: Number.NaN,
      purpose: 'chat',
      prompt: null,
      schema: 1,
      key: 1,
    };
    for (const [name, value] of Object.entries(wrong))
      await expect(ask({ [name]: value } as never)).rejects.toMatchObject({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
      });
    const missing: LanguageModel = {
      name: 'simulated',
      complete: () => Promise.reject(new SluiceError('ERR_SLUICE_MODULE_REQUIRED', 'not installed')),
    };
    const { reservation, settled } = purse(1e9);
    await expect(simulated({}, { model: missing }).ask({ reservation })).rejects.toMatchObject({
      code: 'ERR_SLUICE_MODULE_REQUIRED',
    });
    expect(settled).toEqual([0]);
  });
});

describe('a call that fails', () => {
  const tries: [ModelFault, string, number][] = [
    ['busy', 'is made again after the time that the provider names, for nothing', 200 + 100],
    ['broken', 'with a status of 5xx is made again after a pause, for nothing', 75 + 100],
    ['truncated', 'because it was cut off is made again at once, and both are paid', 200],
    ['reset', 'because of the connection is made again, and its bound is paid', 100 + 75 + 100],
  ];
  test.each(tries)('%s %s', async (fault, _, ms) => {
    const { clock, model, client, ask } = simulated({ script: [fault, null] });
    const bound = client.bound(asking) as number;
    const once = simulated();
    const { cost } = await once.clock.run(once.ask());
    const answer = await clock.run(ask());
    expect(answer).toMatchObject({ value: ['B', 'A'], attempts: 2, ms });
    const first = { busy: 0, broken: 0, truncated: answer.cost - cost, reset: bound }[fault as 'busy'];
    expect(answer.cost).toBe(cost + first);
    expect(answer.cost).toBeGreaterThanOrEqual(model.billed);
  });

  test('is not made again where the time is too short for what calls take', async () => {
    const { clock, model, ask } = simulated({ script: [null, 'broken'] });
    await clock.run(ask());
    const answer = await clock.run(ask({ deadline: clock.now() + 170 }));
    expect(answer).toMatchObject({ refused: 'failed', failure: 'status 503', attempts: 1, cost: 0, ms: 0 });
    expect(model.calls).toBe(2);
  });

  test('is not made again where the reservation does not cover it', async () => {
    const { clock, client, ask } = simulated({ script: ['reset', null] });
    const { reservation, settled } = purse(client.bound(asking) as number);
    expect(await clock.run(ask({ reservation }))).toMatchObject({ refused: 'failed', failure: 'ECONNRESET' });
    expect(settled).toEqual([reservation.amount]);
  });

  test('is not made again where the request itself was wrong', async () => {
    const model: LanguageModel = {
      name: 'simulated',
      complete: () => Promise.reject(Object.assign(new Error('no such key: sk-secret'), { statusCode: 401 })),
    };
    const { clock, ask, client } = simulated({}, { model });
    const answer = await clock.run(ask());
    expect(answer).toMatchObject({ refused: 'failed', failure: 'status 401', attempts: 1, cost: 0 });
    expect(JSON.stringify(answer) + JSON.stringify(client.counters)).not.toContain('sk-');
  });

  test('is made at most three times', async () => {
    const { clock, model, ask } = simulated({ faults: { empty: 1 } });
    expect(await clock.run(ask())).toMatchObject({
      refused: 'invalid-answer',
      attempts: 3,
      cost: model.billed,
    });
  });
});

test('nothing is left behind: no timer, no listener, no place taken', async () => {
  const { clock, model, client, ask } = simulated({ script: ['busy', 'empty', null, 'hang', null] });
  const controller = new AbortController();
  for (let i = 0; i < 3; i++) await clock.run(ask({ signal: controller.signal, key: 'a' }));
  expect(await clock.run(ask({ signal: controller.signal }))).toMatchObject({ refused: 'deadline' });
  await clock.run(ask({ signal: controller.signal, deadline: Number.POSITIVE_INFINITY }));
  await clock.run(clock.wait(0));
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(model.active + client.counters.active).toBe(0);
});

describe('an answer that comes too late', () => {
  const slow = { latency: { medianMs: 3000, sigma: 0, stallShare: 0 }, heedsAbort: false };

  test('is refused at the deadline, and settled at its true cost when it comes', async () => {
    const { clock, model, client, ask } = simulated(slow);
    const { reservation, settled } = purse(client.bound(asking) as number);
    const answer = await clock.run(ask({ reservation }));
    expect(answer).toMatchObject({ refused: 'deadline', ms: 1000, cost: reservation.amount, attempts: 1 });
    expect(settled).toEqual([]);
    await clock.run(clock.wait(2500));
    expect(settled).toEqual([model.billed]);
    expect(model.billed).toBeLessThan(reservation.amount);
    expect(client.counters).toMatchObject({ late: 1, spent: model.billed, spentUnknown: 0, active: 0 });
  });

  test('is settled in full where it never comes', async () => {
    const { clock, client, ask } = simulated({ ...slow, faults: { hang: 1 } }, { lateMs: 500 });
    const { reservation, settled } = purse(client.bound(asking) as number);
    await clock.run(ask({ reservation }));
    await clock.run(clock.wait(499));
    expect(settled).toEqual([]);
    await clock.run(clock.wait(2));
    expect(settled).toEqual([reservation.amount]);
    expect(client.counters).toMatchObject({ spentUnknown: reservation.amount, active: 0 });
  });

  test('is settled once where the stage that waited has settled it', async () => {
    const { clock, client, ask } = simulated(slow);
    const { reservation, settled } = purse(client.bound(asking) as number);
    await clock.run(ask({ reservation }));
    reservation.settle();
    await clock.run(clock.wait(2500));
    expect(settled).toEqual([reservation.amount]);
  });

  test('is refused at once when the caller goes', async () => {
    const { clock, client, ask } = simulated(slow);
    const controller = new AbortController();
    clock.after(40, () => controller.abort());
    expect(await clock.run(ask({ signal: controller.signal }))).toMatchObject({ refused: 'aborted', ms: 40 });
    expect(client.counters.refused).toMatchObject({ aborted: 1, deadline: 0 });
  });

  test('serves whoever asks the same later', async () => {
    const { clock, model, ask } = simulated(slow);
    await clock.run(ask({ key: 'a' }));
    await clock.run(clock.wait(2500));
    expect(await ask({ key: 'a' })).toMatchObject({ value: ['B', 'A'], from: 'cache', cost: 0 });
    expect(model.calls).toBe(1);
  });
});

describe('a client', () => {
  const wrong: [string, unknown][] = [
    ['model', {}],
    ['prices', undefined],
    ['attempts', 0],
    ['concurrency', 1.5],
    ['lateMs', -1],
    ['breaker', { threshold: 1 }],
    ['breaker', { window: Number.NaN }],
    ['breaker', { openMs: Number.NaN }],
    ['cache', { size: -1 }],
    ['cache', { ttlMs: 0 }],
  ];
  test.each(wrong)('is not made with %s %j', (name, value) => {
    expect(() => simulated({}, { [name]: value })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test('is not made without options, nor asked without a question or for a share that is none', async () => {
    expect(() => new ModelClient(undefined as never)).toThrow(/model/);
    const { client } = simulated();
    await expect(client.ask(undefined as never)).rejects.toThrow(/question/);
    expect(() => client.latencyMs(Number.NaN, 'plan')).toThrow(/share/);
  });

  test('counts what it did', async () => {
    const { clock, model, client, ask } = simulated({ script: ['busy', null, 'hang'] });
    await clock.run(ask({ key: 'a' }));
    await clock.run(ask({ key: 'a' }));
    await clock.run(ask());
    await clock.run(clock.wait(0));
    const bound = client.bound(asking) as number;
    expect(client.counters).toMatchObject({
      ...{ asked: 3, answered: 2, shared: 1, attempts: 3, active: 0, late: 1, overrun: 0 },
      spentUnknown: bound,
      refused: { deadline: 1, failed: 0 },
    });
    expect(client.counters.spent).toBeGreaterThan(bound);
    expect(client.counters.spent).toBeLessThan(bound + model.billed);
  });

  test('settles no more than was reserved where a provider charges beyond its bound, and says so', async () => {
    const { clock, client, ask } = simulated(
      {},
      { prices: { id: '', price: () => 1500, bound: () => 1000 } },
    );
    const { reservation, settled } = purse(1000);
    await clock.run(ask({ reservation }));
    expect(settled).toEqual([1000]);
    expect(client.counters).toMatchObject({ spent: 1000, overrun: 500 });
  });
});
