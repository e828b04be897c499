import { describe, expect, test } from 'vitest';
import { AnswerCache } from '../../../src/reasoning/client/answer-cache.ts';
import { asking, purse, simulated } from './ask.ts';

describe('equal questions', () => {
  test('at the same time are one call, which the first pays', async () => {
    const { clock, model, client, ask } = simulated();
    const purses = Array.from({ length: 20 }, () => purse(client.bound(asking) as number));
    const all = Promise.all(purses.map(({ reservation }) => ask({ key: 'a', reservation })));
    const answers = await clock.run(all);
    expect(model.calls).toBe(1);
    expect(answers.map(({ cost }) => cost)).toEqual([model.billed, ...Array(19).fill(0)]);
    expect(answers.map((answer) => 'from' in answer && answer.from)).toEqual([
      'model',
      ...Array(19).fill('cache'),
    ]);
    expect(purses.flatMap(({ settled }) => settled)).toEqual([model.billed, ...Array(19).fill(0)]);
  });

  test('are answered although the first caller goes away, and the first pays', async () => {
    const { clock, model, client, ask } = simulated();
    const controller = new AbortController();
    const first = purse(client.bound(asking) as number);
    const leaving = ask({ key: 'a', reservation: first.reservation, signal: controller.signal });
    const staying = ask({ key: 'a' });
    clock.after(50, () => controller.abort());
    expect(await clock.run(leaving)).toMatchObject({ refused: 'aborted', ms: 50 });
    expect(await clock.run(staying)).toMatchObject({ value: ['B', 'A'], ms: 100, cost: 0 });
    expect(first.settled).toEqual([model.billed]);
    expect(model.calls).toBe(1);
  });

  test('have the longest of their deadlines', async () => {
    const { clock, ask } = simulated();
    const short = ask({ key: 'a', deadline: 60 });
    const long = ask({ key: 'a', deadline: 600 });
    expect(await clock.run(short)).toMatchObject({ refused: 'deadline', ms: 60 });
    expect(await clock.run(long)).toMatchObject({ value: ['B', 'A'], ms: 100 });
  });

  test('stop the provider when the last caller has gone', async () => {
    const { clock, model, ask } = simulated({ faults: { hang: 1 } });
    const all = [30, 60].map((deadline) => ask({ key: 'a', deadline }));
    await clock.run(Promise.all(all));
    await clock.run(clock.wait(0));
    expect(model.active).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('of another purpose, of other keys or of none are calls of their own', async () => {
    const { clock, model, ask } = simulated();
    const keys = [{ key: 'a' }, { key: 'b' }, { key: 'a', purpose: 'plan' }, {}, {}] as const;
    await clock.run(Promise.all(keys.map((question) => ask(question))));
    expect(model.calls).toBe(keys.length);
  });

  test('asked after a failure are asked anew', async () => {
    const { clock, model, ask } = simulated({ script: ['empty', null] }, { attempts: 1 });
    expect(await clock.run(ask({ key: 'a' }))).toMatchObject({ refused: 'invalid-answer' });
    expect(await clock.run(ask({ key: 'a' }))).toMatchObject({ value: ['B', 'A'], from: 'model' });
    expect(model.calls).toBe(2);
  });

  test('are remembered ten minutes', async () => {
    const { clock, client, ask } = simulated();
    await clock.run(ask({ key: 'a' }));
    await clock.run(clock.wait(599_999));
    expect(client.remembers('rerank', 'a')).toBe(true);
    expect(await ask({ key: 'a' })).toMatchObject({ from: 'cache', cost: 0, attempts: 0, ms: 0 });
    await clock.run(clock.wait(1));
    expect(client.remembers('rerank', 'a')).toBe(false);
  });
});

describe('the cache', () => {
  test('keeps the most recently used, as many as it may', () => {
    const cache = new AnswerCache({ size: 3 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key, 0);
    cache.get('a', 0);
    cache.set('d', 'd', 0);
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key, 0))).toEqual(['a', 'c', 'd']);
    expect(cache.size).toBe(3);
  });

  test('of no entries keeps none', () => {
    const cache = new AnswerCache({ size: 0 });
    cache.set('a', 1, 0);
    expect(cache.get('a', 0)).toBeUndefined();
  });
});
