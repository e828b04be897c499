import { describe, expect, test } from 'vitest';
import { Funnel } from '../../../src/funnel/funnel.ts';
import { runFunnel } from '../../../src/funnel/run.ts';
import { Budget } from '../../../src/reasoning/budget/budget.ts';
import { ModelClient } from '../../../src/reasoning/client/model-client.ts';
import type { ModelFault } from '../../../src/simulation/model-faults.ts';
import { SimulatedModel } from '../../../src/simulation/simulated-model.ts';
import { context, greedy, reverse, scorer, source, wait } from '../../funnel/stages.ts';
import { asking, readTop } from './ask.ts';

/** A funnel whose reasoner asks a simulated model, below the budget of a day. */
async function reasoned(fault: ModelFault | null, ms: number, signal?: AbortSignal) {
  const model = new SimulatedModel({
    answer: () => '{"top":["C","A","B"]}',
    latency: { medianMs: 60, sigma: 0, stallShare: 0 },
    script: [fault],
    heedsAbort: false,
  });
  const client = new ModelClient({ model, prices: model.prices, attempts: 1, lateMs: 100 });
  const reserves = client.bound(asking) as number;
  const day = await Budget.open({ day: 10 * reserves });
  const budget = day.request({ user: 7, limit: reserves });
  const request = context({ budget, deadline: performance.now() + ms, signal });
  const stage = reverse(reserves, {
    reason: async ({ deadline }, slate, reservation) => {
      const answer = await client.ask({ ...asking, read: readTop, deadline, reservation });
      return answer.refused
        ? Uint32Array.from(slate.rows.keys())
        : Uint32Array.from(answer.value, (label) => label.charCodeAt(0) - 65);
    },
  });
  const funnel = new Funnel({
    sources: [source('a', [2, 4, 6])],
    scorers: [scorer('score', [], 'probability')],
    selector: greedy('probability'),
    reasoners: [stage],
  });
  const slate = await runFunnel(funnel, request).then(
    ({ result }) => [...result.slate.rows],
    () => null,
  );
  await wait(200);
  const { spent, held } = day.report();
  await day.close();
  return { slate, spent, held, billed: model.billed, reserves, requestSpent: budget.spent };
}

describe('a reasoner that asks a model', () => {
  test('spends what the call used, of its request and of the day', async () => {
    const { slate, spent, held, billed, requestSpent } = await reasoned(null, 2000);
    expect(slate).toEqual([2, 6, 4]);
    expect({ spent, held, requestSpent }).toEqual({ spent: billed, held: 0, requestSpent: billed });
  });

  test('spends nothing where the provider turned it away, and the slate stands', async () => {
    const { slate, spent, held } = await reasoned('broken', 2000);
    expect({ slate, spent, held }).toEqual({ slate: [6, 4, 2], spent: 0, held: 0 });
  });

  test('spends its reservation once where the answer is late, although it comes', async () => {
    const { slate, spent, held, reserves } = await reasoned(null, 25);
    expect({ slate, spent, held }).toEqual({ slate: [6, 4, 2], spent: reserves, held: 0 });
  });

  test('spends its reservation once where the caller goes away', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const { slate, spent, held, reserves } = await reasoned('hang', 2000, controller.signal);
    expect({ slate, spent, held }).toEqual({ slate: null, spent: reserves, held: 0 });
  });
});
