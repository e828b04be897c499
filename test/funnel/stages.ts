/** Small stages that the funnel tests put together. */
import { RequestBudget } from '../../src/funnel/budget.ts';
import type { RequestContext } from '../../src/funnel/context.ts';
import { Receipt } from '../../src/funnel/receipt.ts';
import type { Filter, QueryHydrator, Reasoner, Scorer, Selector, Source } from '../../src/funnel/stage.ts';
import { RandomStream } from '../../src/numerics/random.ts';

export function context(overrides: Partial<RequestContext> = {}): RequestContext {
  return {
    decisionId: 'd1',
    userNumber: 7,
    surface: 'home',
    text: null,
    time: 1_700_000_000_000,
    count: 3,
    deadline: Number.POSITIVE_INFINITY,
    signal: undefined,
    budget: new RequestBudget(1000),
    seed: 1,
    random: (purpose) => new RandomStream(1, `d1 ${purpose}`),
    receipt: new Receipt(),
    query: new Map(),
    ...overrides,
  };
}

export const source = (name: string, rows: number[], parts: Partial<Source> = {}): Source => ({
  name,
  onFailure: 'open',
  needs: [],
  retrieve: () => ({ rows: Uint32Array.from(rows), scores: Float32Array.from(rows, (row) => row / 10) }),
  toJSON: () => ({ use: name }),
  ...parts,
});

export const scorer = (
  name: string,
  reads: string[],
  writes: string,
  parts: Partial<Scorer> = {},
): Scorer => ({
  name,
  onFailure: 'closed',
  reads,
  writes,
  score: (_, candidates) => Float32Array.from(candidates.rows, (row) => (row + 1) / 100),
  toJSON: () => ({ use: name }),
  ...parts,
});

export const dropOdd: Filter = {
  name: 'even',
  onFailure: 'closed',
  reads: [],
  filter: (_, candidates, kept) => {
    candidates.rows.forEach((row, entry) => {
      if (row % 2 === 1) kept.delete(entry);
    });
  },
  toJSON: () => ({ use: 'even' }),
};

/** The largest values of a column, in order, with propensity 1. */
export const greedy = (column: string, parts: Partial<Selector> = {}) =>
  ({
    name: 'greedy',
    onFailure: 'closed',
    reads: [column],
    policy: 'greedy@1',
    explores: false,
    select: (context, candidates) => {
      const scores = candidates.column(column);
      const picks = Uint32Array.from(scores.keys())
        .sort((a, b) => scores[b] - scores[a])
        .slice(0, context.count);
      const propensities = new Float64Array(picks.length).fill(1);
      return {
        pool: { rows: candidates.rows, scores },
        choice: { picks, propensities, estimate: () => propensities },
        stateSequence: 0,
      };
    },
    toJSON: () => ({ use: 'greedy', with: { column } }),
    ...parts,
  }) as Selector & { explores: false };

export const reverse = (reserves: number, parts: Partial<Reasoner> = {}): Reasoner => ({
  name: 'reverse',
  onFailure: 'open',
  reserves,
  reason: (_, slate, reservation) => {
    reservation.settle(reserves / 2);
    return Uint32Array.from(slate.rows, (_, i) => slate.rows.length - 1 - i);
  },
  toJSON: () => ({ use: 'reverse' }),
  ...parts,
});

export const planner = (parts: Partial<QueryHydrator> = {}): QueryHydrator => ({
  name: 'planner',
  onFailure: 'open',
  provides: ['plan'],
  hydrateQuery: (context) => {
    context.query.set('plan', 'any');
  },
  toJSON: () => ({ use: 'planner' }),
  ...parts,
});

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
