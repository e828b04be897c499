import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/funnel/context.ts';
import { Funnel, type FunnelParts } from '../../src/funnel/funnel.ts';
import { runFunnel } from '../../src/funnel/run.ts';
import type { FunnelResult } from '../../src/funnel/stage.ts';
import { context, greedy, planner, reverse, scorer, source } from './stages.ts';

const parts: FunnelParts = {
  sources: [source('a', [2, 4, 6])],
  scorers: [scorer('score', [], 'probability')],
  selector: greedy('probability'),
};

const run = async (more: Partial<FunnelParts>, overrides: Partial<RequestContext> = {}) => {
  const request = context(overrides);
  const told: FunnelResult[] = [];
  const funnel = new Funnel({ ...parts, ...more } as FunnelParts);
  const { result } = await runFunnel(funnel, request, (fast) => told.push(fast));
  return { result, told, request };
};
const never = () => new Promise<never>(() => {});

describe('a stage that reserves for each request', () => {
  test('runs with a reservation of that much', async () => {
    const asked: number[][] = [];
    const reasoner = reverse(0, {
      reserves: ({ budget }, { rows }) => {
        asked.push([...rows]);
        return budget.reserve(300);
      },
      reason: (_, __, reservation) => {
        reservation.settle(120);
        return Uint32Array.of(1, 0, 2);
      },
    });
    const { result, request } = await run({ reasoners: [reasoner] });
    expect(asked).toEqual([[6, 4, 2]]);
    expect(request.budget.spent).toBe(120);
    expect([...result.slate.rows]).toEqual([4, 6, 2]);
    expect(result.order).toEqual(Uint32Array.of(1, 0, 2));
  });

  test('is skipped when it is not worth it, or the budget does not hold it', async () => {
    for (const reserves of [() => null, ({ budget }: RequestContext) => budget.reserve(1001)]) {
      const { result, request } = await run({
        reasoners: [reverse(0, { reserves })],
        queryHydrators: [planner({ reserves })],
      });
      expect(result).toMatchObject({ route: 'fast', order: null });
      expect(request.query.has('plan')).toBe(false);
      expect(request.receipt.stages.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(2);
      expect(request.receipt.degraded).toBe(false);
    }
  });
});

describe('a selector without a policy', () => {
  test('shows the entries that it names, with certainty', async () => {
    const selector = greedy('probability', { select: () => Uint32Array.of(1, 0) });
    const { result } = await run({ selector });
    expect([...result.slate.rows]).toEqual([4, 2]);
    expect(result.selection).toBeNull();
  });

  test.each([
    ['an entry twice', [1, 1]],
    ['an entry beyond the candidates', [0, 3]],
  ])('is refused for %s', async (_, entries) => {
    const selector = greedy('probability', { select: () => Uint32Array.from(entries) });
    await expect(run({ selector })).rejects.toMatchObject({ code: 'ERR_SLUICE_FUNNEL_INVALID' });
  });
});

describe('whoever listens for the fast slate', () => {
  test('hears of it before the reasoner has answered', async () => {
    const { result, told } = await run({ reasoners: [reverse(100)] });
    expect(told.map(({ slate }) => [...slate.rows])).toEqual([[6, 4, 2]]);
    expect([...result.slate.rows]).toEqual([2, 4, 6]);
  });

  test('hears of none where nothing reasons', async () => {
    expect((await run({})).told).toEqual([]);
  });

  test('keeps it when the reasoner fails closed or the caller goes away', async () => {
    const broken = () => {
      throw new Error('gone');
    };
    const gone = new AbortController();
    setTimeout(() => gone.abort(), 5);
    for (const [reason, overrides] of [
      [broken, {}],
      [never, { signal: gone.signal }],
    ] as const) {
      const reasoners = [reverse(100, { reason, onFailure: 'closed' })];
      const { result, request } = await run({ reasoners }, overrides);
      expect([...result.slate.rows]).toEqual([6, 4, 2]);
      expect(request.receipt.degradations).toContain('reasoning failed after the fast slate');
      expect(request.budget.spent).toBe(100);
    }
  });
});
