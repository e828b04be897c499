import { describe, expect, test } from 'vitest';
import { Funnel } from '../../src/funnel/funnel.ts';
import { runFunnel } from '../../src/funnel/run.ts';
import { context, greedy, scorer, source, wait } from './stages.ts';

const parts = { scorers: [scorer('score', [], 'probability')], selector: greedy('probability') };
const found = { rows: Uint32Array.of(8), scores: Float32Array.of(1) };

describe('time', () => {
  test('of a month is time enough, although timers hold less', async () => {
    const sources = [source('a', [], { retrieve: () => wait(20).then(() => found) })];
    const request = context({ deadline: performance.now() + 31 * 24 * 3_600_000 });
    const { result } = await runFunnel(new Funnel({ ...parts, sources }), request);
    expect([...result.slate.rows]).toEqual([8]);
    expect(request.receipt.degraded).toBe(false);
  });

  test('that was up before anything was retrieved makes an empty slate a degraded one', async () => {
    const request = context({ deadline: performance.now() - 1 });
    const { result } = await runFunnel(new Funnel({ ...parts, sources: [source('a', [2])] }), request);
    expect(result.slate.size).toBe(0);
    expect(request.receipt.degraded).toBe(true);
  });

  test('that runs out inside a stage which never waits is noticed after it', async () => {
    const spin = () => {
      const until = performance.now() + 15;
      while (performance.now() < until);
      return found;
    };
    const request = context({ deadline: performance.now() + 10 });
    const funnel = new Funnel({ ...parts, sources: [source('a', [], { retrieve: spin })] });
    const { result } = await runFunnel(funnel, request);
    expect([...result.slate.rows]).toEqual([8]);
    expect(result.selection).toBeNull();
    expect(request.receipt.degraded).toBe(true);
  });
});

describe('a signal', () => {
  test('ends the request at once, although a stage goes on and the deadline is infinite', async () => {
    const sources = [source('a', [], { retrieve: () => wait(500).then(() => found) })];
    const controller = new AbortController();
    const reason = new Error('gone');
    const started = performance.now();
    setTimeout(() => controller.abort(reason), 10);
    const run = runFunnel(new Funnel({ ...parts, sources }), context({ signal: controller.signal }));
    await expect(run).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(300);
  });

  test('that fires after the answer stops neither the log nor the side effects', async () => {
    const done: string[] = [];
    const controller = new AbortController();
    const funnel = new Funnel({
      ...parts,
      sources: [source('a', [2])],
      decisionLog: { takesPropensities: true, record: () => void done.push('log') },
      sideEffects: [
        {
          name: 'count',
          onFailure: 'open',
          run: () => void done.push('count'),
          toJSON: () => ({ use: 'c' }),
        },
      ],
    });
    const { after } = await runFunnel(funnel, context({ signal: controller.signal }));
    controller.abort();
    await after;
    expect(done.sort()).toEqual(['count', 'log']);
  });
});

describe('a side effect that fails', () => {
  const failing = (onFailure: 'open' | 'closed') => ({
    name: 'tell',
    onFailure,
    run: () => {
      throw new Error('nobody listens');
    },
    toJSON: () => ({ use: 'tell' }),
  });

  test('does not degrade what has been answered, nor what the log says of it', async () => {
    let logged: boolean | undefined;
    const funnel = new Funnel({
      ...parts,
      sources: [source('a', [2])],
      decisionLog: {
        takesPropensities: true,
        record: ({ receipt }) => {
          logged = receipt.degraded;
        },
      },
      sideEffects: [failing('open')],
    });
    const request = context();
    const { after } = await runFunnel(funnel, request);
    const stages = request.receipt.stages.length;
    await after;
    expect(logged).toBe(false);
    expect(request.receipt.degraded).toBe(false);
    expect(request.receipt.stages).toHaveLength(stages);
  });

  test('closed is told once the decision is in the log', async () => {
    let logged = false;
    const funnel = new Funnel({
      ...parts,
      sources: [source('a', [2])],
      decisionLog: {
        takesPropensities: true,
        record: () =>
          wait(30).then(() => {
            logged = true;
          }),
      },
      sideEffects: [failing('closed')],
    });
    const { after } = await runFunnel(funnel, context());
    await expect(after).rejects.toMatchObject({
      code: 'ERR_SLUICE_STAGE_FAILED',
      details: { stage: 'tell' },
    });
    expect(logged).toBe(true);
  });
});
