import { describe, expect, expectTypeOf, test } from 'vitest';
import { type BudgetReservation, RequestBudget } from '../../src/funnel/budget.ts';
import { Funnel, type FunnelParts } from '../../src/funnel/funnel.ts';
import { funnelFromJson } from '../../src/funnel/funnel-json.ts';
import { runFunnel } from '../../src/funnel/run.ts';
import type { Reasoner, SelectedSlate, Selector } from '../../src/funnel/stage.ts';
import { context, dropOdd, greedy, planner, reverse, scorer, source, wait } from './stages.ts';

const rows = (run: Awaited<ReturnType<typeof runFunnel>>) => [...run.result.slate.rows];

describe('a funnel', () => {
  test('retrieves from all sources, filters, scores and selects', async () => {
    const funnel = new Funnel({
      sources: [source('a', [1, 2, 3]), source('b', [2, 4, 6, 8])],
      filters: [dropOdd],
      scorers: [scorer('score', ['a', 'b'], 'probability')],
      selector: greedy('probability'),
    });
    const request = context();
    const run = await runFunnel(funnel, request);
    expect(rows(run)).toEqual([8, 6, 4]);
    expect([...run.result.slate.sources]).toEqual([2, 2, 2]);
    expect(request.receipt.degraded).toBe(false);
    expect(request.receipt.stages.map(({ stage, candidates }) => [stage, candidates])).toEqual([
      ['a', 3],
      ['b', 4],
      ['even', 4],
      ['score', undefined],
      ['greedy', undefined],
    ]);
    await run.after;
  });

  test('writes NaN into the column of a source that did not return the item', async () => {
    const funnel = new Funnel({
      sources: [source('a', [1]), source('b', [2])],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const { result } = await runFunnel(funnel, context());
    expect([...result.slate.rows]).toEqual([2, 1]);
    expect([...result.slate.column('a')]).toEqual([Number.NaN, Math.fround(0.1)]);
  });

  test('gives an empty slate when nothing is left', async () => {
    const funnel = new Funnel({
      sources: [source('a', [1, 3])],
      filters: [dropOdd],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    expect(rows(await runFunnel(funnel, context()))).toEqual([]);
  });

  test('is a JSON value that builds the same funnel again', async () => {
    const funnel = new Funnel({
      sources: [source('a', [1, 2, 3])],
      filters: [dropOdd],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const none = {};
    const again = funnelFromJson(JSON.parse(JSON.stringify(funnel)), {
      queryHydrators: none,
      sources: { a: () => source('a', [1, 2, 3]) },
      hydrators: none,
      filters: { even: () => dropOdd },
      scorers: { score: () => scorer('score', [], 'probability') },
      selectors: { greedy: (options) => greedy(options['column'] as string) },
      reasoners: none,
      sideEffects: none,
    });
    expect(again.toJSON()).toEqual(funnel.toJSON());
    expect(rows(await runFunnel(again, context()))).toEqual([2]);
  });

  test('refuses a JSON stage that is not registered, naming those that are', () => {
    const none = {};
    const registry = {
      queryHydrators: none,
      sources: { a: () => source('a', []) },
      hydrators: none,
      filters: none,
      scorers: none,
      selectors: none,
      reasoners: none,
      sideEffects: none,
    };
    expect(() =>
      funnelFromJson({ sources: [{ use: 'toString' }], selector: { use: 'x' } }, registry),
    ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_FUNNEL_INVALID', remedy: 'Use one of: a.' }));
  });
});

describe('the wiring is refused', () => {
  const parts = {
    sources: [source('a', [1])],
    scorers: [scorer('score', ['a'], 'probability')],
    selector: greedy('probability'),
  };
  const refused: [string, () => FunnelParts, RegExp][] = [
    ['without a source', () => ({ ...parts, sources: [] }), /1 to 32 sources/],
    [
      'when two stages have one name',
      () => ({ ...parts, sources: [source('a', []), source('a', [])] }),
      /"a" stands twice/,
    ],
    [
      'when a scorer reads what nobody writes',
      () => ({ ...parts, scorers: [scorer('s', ['x'], 'probability')] }),
      /reads column "x"/,
    ],
    [
      'when two stages write one column',
      () => ({ ...parts, scorers: [scorer('s', [], 'probability'), scorer('t', [], 'probability')] }),
      /another stage has written/,
    ],
    [
      'when the selector reads what nobody writes',
      () => ({ ...parts, selector: greedy('x') }),
      /reads column "x"/,
    ],
    [
      'when a source needs what nobody provides',
      () => ({ ...parts, sources: [source('a', [], { needs: ['plan'] })] }),
      /needs "plan"/,
    ],
    [
      'when a stage fails to a default that it has not',
      () => ({ ...parts, scorers: [scorer('s', [], 'probability', { onFailure: 'default' })] }),
      /no defaultValue/,
    ],
    [
      'when it explores without a decision log, types or not',
      () => ({ ...parts, selector: greedy('probability', { explores: true }) }),
      /needs a decision log/,
    ],
  ];
  test.each(refused)('%s', (_, make, message) => {
    expect(() => new Funnel(make())).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_FUNNEL_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('the types guarantee', () => {
  test('that a reasoner needs a selected slate and a reservation', () => {
    expectTypeOf<Parameters<Reasoner['reason']>[1]>().toEqualTypeOf<SelectedSlate>();
    expectTypeOf<Parameters<Reasoner['reason']>[2]>().toEqualTypeOf<BudgetReservation>();
    expectTypeOf<{ rows: Uint32Array }>().not.toExtend<SelectedSlate>();
    expectTypeOf<{ amount: number; settle: () => void }>().not.toExtend<BudgetReservation>();
  });

  test('that a funnel which explores has a decision log', () => {
    type Exploring = { sources: []; selector: Selector & { explores: true } };
    expectTypeOf<Exploring>().not.toExtend<FunnelParts>();
    expectTypeOf<
      Exploring & { decisionLog: { takesPropensities: true; record: () => void } }
    >().toExtend<FunnelParts>();
    expectTypeOf<{ sources: []; selector: Selector & { explores: false } }>().toExtend<FunnelParts>();
  });
});

describe('when a stage fails', () => {
  const broken = () => {
    throw new Error('the shelf is gone');
  };

  test('a source that fails open leaves the others, and the request is degraded', async () => {
    const funnel = new Funnel({
      sources: [source('a', [], { retrieve: broken }), source('b', [2])],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const request = context();
    expect(rows(await runFunnel(funnel, request))).toEqual([2]);
    expect(request.receipt.degraded).toBe(true);
    expect(request.receipt.stages[0]).toMatchObject({ outcome: 'failed', error: 'the shelf is gone' });
  });

  test('a filter that fails closed fails the request, with the stage and the cause', async () => {
    const funnel = new Funnel({
      sources: [source('a', [2])],
      filters: [{ ...dropOdd, filter: broken }],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    await expect(runFunnel(funnel, context())).rejects.toMatchObject({
      code: 'ERR_SLUICE_STAGE_FAILED',
      details: { stage: 'even' },
      cause: { message: 'the shelf is gone' },
    });
  });

  test('a scorer that fails to its default gives every candidate that value', async () => {
    const funnel = new Funnel({
      sources: [source('a', [2, 4])],
      scorers: [
        scorer('score', [], 'probability', { score: broken, onFailure: 'default', defaultValue: 0.25 }),
      ],
      selector: greedy('probability'),
    });
    const { result } = await runFunnel(funnel, context());
    expect([...result.slate.column('probability')]).toEqual([0.25, 0.25]);
  });

  test('a scorer that returns the wrong number of values is refused', async () => {
    const funnel = new Funnel({
      sources: [source('a', [2, 4])],
      scorers: [scorer('score', [], 'probability', { score: () => new Float32Array(1) })],
      selector: greedy('probability'),
    });
    await expect(runFunnel(funnel, context())).rejects.toMatchObject({ code: 'ERR_SLUICE_FUNNEL_INVALID' });
  });

  test('a source that repeats a row is refused', async () => {
    const funnel = new Funnel({
      sources: [source('a', [2, 2])],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    await expect(runFunnel(funnel, context())).rejects.toMatchObject({ code: 'ERR_SLUICE_FUNNEL_INVALID' });
  });

  test('the failure of the decision log reaches whoever waits for it, after the answer', async () => {
    const funnel = new Funnel({
      sources: [source('a', [2])],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
      decisionLog: { takesPropensities: true, record: broken },
    });
    const run = await runFunnel(funnel, context());
    expect(rows(run)).toEqual([2]);
    await expect(run.after).rejects.toThrow('the shelf is gone');
  });
});

describe('the deadline', () => {
  const slow = source('slow', [8], {
    retrieve: () => wait(200).then(() => ({ rows: Uint32Array.of(8), scores: Float32Array.of(1) })),
  });

  test('leaves a late source out and says so', async () => {
    const funnel = new Funnel({
      sources: [slow],
      fallback: source('popular', [1, 2, 4]),
      filters: [dropOdd],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const request = context({ deadline: performance.now() + 20 });
    const started = performance.now();
    // Hard filters ran on the fallback too, and its order stands because nothing could be scored in time.
    expect(rows(await runFunnel(funnel, request))).toEqual([2, 4]);
    expect(performance.now() - started).toBeLessThan(150);
    expect(request.receipt.degraded).toBe(true);
    expect(request.receipt.stages.find(({ stage }) => stage === 'slow')?.outcome).toBe('late');
  });

  test('that has passed before the request began still gives a filtered slate', async () => {
    const funnel = new Funnel({
      sources: [source('a', [6])],
      fallback: source('popular', [1, 2, 4]),
      filters: [dropOdd],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const request = context({ deadline: performance.now() - 1 });
    const run = await runFunnel(funnel, request);
    expect(rows(run)).toEqual([2, 4]);
    expect(run.result.selection).toBeNull();
  });

  test('an aborted request rejects with the reason of its signal', async () => {
    const funnel = new Funnel({
      sources: [slow],
      scorers: [scorer('score', [], 'probability')],
      selector: greedy('probability'),
    });
    const controller = new AbortController();
    const reason = new Error('gone');
    const run = runFunnel(funnel, context({ signal: controller.signal }));
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
  });
});

describe('reasoning', () => {
  const parts = {
    sources: [source('a', [2, 4, 6])],
    scorers: [scorer('score', [], 'probability')],
    selector: greedy('probability'),
  };

  test('reorders the slate and is paid from the budget', async () => {
    const request = context();
    const run = await runFunnel(new Funnel({ ...parts, reasoners: [reverse(600)] }), request);
    expect(rows(run)).toEqual([2, 4, 6]);
    expect(run.result.route).toBe('reverse');
    expect(request.budget.spent).toBe(300);
    expect(request.budget.available).toBe(700);
  });

  test('is skipped when the budget does not allow the reservation', async () => {
    const run = await runFunnel(new Funnel({ ...parts, reasoners: [reverse(1001)] }), context());
    expect(rows(run)).toEqual([6, 4, 2]);
    expect(run.result.route).toBe('fast');
  });

  test.each([
    ['a repeated position', Uint32Array.of(0, 0, 1)],
    ['a position outside the slate', Uint32Array.of(0, 1, 3)],
    ['too few positions', Uint32Array.of(0, 1)],
  ])('that answers with %s leaves the order as it was', async (_, order) => {
    const request = context();
    const run = await runFunnel(
      new Funnel({ ...parts, reasoners: [reverse(10, { reason: () => order })] }),
      request,
    );
    expect(rows(run)).toEqual([6, 4, 2]);
    expect(request.receipt.degraded).toBe(true);
  });

  test('a planner that needs money is not run without a reservation', async () => {
    const funnel = new Funnel({ ...parts, queryHydrators: [planner({ reserves: 5000 })] });
    const request = context();
    await runFunnel(funnel, request);
    expect(request.query.has('plan')).toBe(false);
    expect(request.receipt.stages[0]).toMatchObject({ stage: 'planner', outcome: 'skipped' });
  });
});

describe('the budget of a request', () => {
  test('never holds and spends more than its limit', () => {
    const budget = new RequestBudget(100);
    const first = budget.reserve(60);
    expect(budget.reserve(41)).toBeNull();
    const second = budget.reserve(40);
    first?.settle(10);
    second?.settle();
    expect(budget.spent).toBe(50);
    expect(budget.available).toBe(50);
  });

  test('settles a reservation once, and never above what was reserved', () => {
    const reservation = new RequestBudget(100).reserve(60) as BudgetReservation;
    expect(() => reservation.settle(61)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
    reservation.settle(60);
    expect(() => reservation.settle(0)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %s nano-dollars', (amount) => {
    expect(() => new RequestBudget(amount)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
