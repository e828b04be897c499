import { describe, expect, test } from 'vitest';
import { RequestBudget } from '../../src/funnel/budget.ts';
import type { RequestContext } from '../../src/funnel/context.ts';
import { Funnel } from '../../src/funnel/funnel.ts';
import { runFunnel } from '../../src/funnel/run.ts';
import type { QueryHydrator, Reasoner } from '../../src/funnel/stage.ts';
import { context, greedy, planner, reverse, scorer, source, wait } from './stages.ts';

const parts = {
  sources: [source('a', [2, 4, 6])],
  scorers: [scorer('score', [], 'probability')],
  selector: greedy('probability'),
};

async function budgetAfter(
  stages: { reasoners?: Reasoner[]; queryHydrators?: QueryHydrator[] },
  overrides: Partial<RequestContext> = {},
): Promise<{ spent: number; available: number; request: RequestContext }> {
  const request = context(overrides);
  await runFunnel(new Funnel({ ...parts, ...stages }), request).catch(() => {});
  return { spent: request.budget.spent, available: request.budget.available, request };
}

const never = () => new Promise<never>(() => {});
const broken = () => {
  throw new Error('the model is gone');
};

describe('a reservation is spent in full when the stage that holds it', () => {
  const soon = () => ({ deadline: performance.now() + 20 });

  test('is a reasoner that is late', async () => {
    const reasoners = [reverse(600, { reason: never })];
    expect(await budgetAfter({ reasoners }, soon())).toMatchObject({ spent: 600, available: 400 });
  });

  test('is a planner that is late', async () => {
    const queryHydrators = [planner({ reserves: 600, hydrateQuery: never })];
    expect(await budgetAfter({ queryHydrators }, soon())).toMatchObject({ spent: 600, available: 400 });
  });

  test('fails, open or closed', async () => {
    for (const onFailure of ['open', 'closed'] as const) {
      const reasoners = [reverse(600, { reason: broken, onFailure })];
      expect(await budgetAfter({ reasoners })).toMatchObject({ spent: 600, available: 400 });
    }
  });

  test('is cut short by the signal of the caller', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    const reasoners = [reverse(600, { reason: never })];
    const overrides = { signal: controller.signal };
    expect(await budgetAfter({ reasoners }, overrides)).toMatchObject({ spent: 600, available: 400 });
  });

  test('answers without saying what it spent', async () => {
    const reasoners = [reverse(600, { reason: () => Uint32Array.of(0, 1, 2) })];
    expect(await budgetAfter({ reasoners })).toMatchObject({ spent: 600, available: 400 });
  });
});

describe('nothing is reserved', () => {
  test('for a planner or a reasoner that is not enabled, and the request is not degraded', async () => {
    const off = { enable: () => false };
    const { spent, available, request } = await budgetAfter({
      queryHydrators: [planner({ reserves: 600, ...off })],
      reasoners: [reverse(600, off)],
    });
    expect({ spent, available }).toEqual({ spent: 0, available: 1000 });
    expect(request.receipt.degradations).toEqual([]);
  });
});

test('a late reasoner is blamed for being late and for nothing else', async () => {
  const { request } = await budgetAfter(
    { reasoners: [reverse(600, { reason: () => wait(100).then(() => Uint32Array.of(0, 1, 2)) })] },
    { deadline: performance.now() + 20 },
  );
  expect(request.receipt.degradations).toEqual(['reasoner reverse was late']);
});

test('a reservation says whether it is still open', () => {
  const reservation = new RequestBudget(10).reserve(5);
  expect(reservation?.open).toBe(true);
  reservation?.settle(0);
  expect(reservation?.open).toBe(false);
});
