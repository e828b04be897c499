/** `sluice recommend`: what should this person see now? */

import { type BackendChoice, Engine, ROUTE_REASONS, type RouteReason, type Slate } from '../index.ts';
import { latestSnapshot, statePath } from './home.ts';
import { answer } from './output.ts';
import { NANO, type ReasoningFlags, reasoningOf } from './reasoning.ts';
import { fitted, fixed, table, wrapped } from './table.ts';
import { titleOf } from './title.ts';

interface Options extends ReasoningFlags {
  readonly user: string;
  readonly query?: string;
  readonly count?: number;
  readonly budget: number;
  readonly deadline: number;
  readonly home: string;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** Opens the newest snapshot of the home and prints one slate. */
export async function recommend(options: Options): Promise<void> {
  const { user, query, count, budget, deadline, home, backend, json = false } = options;
  const reasoning = await reasoningOf(options);
  const engine = await Engine.open({
    snapshot: await latestSnapshot(home),
    state: statePath(home),
    backend,
    ...(query === undefined && { queryFunnel: null }),
    ...(reasoning && { reasoning }),
  });
  try {
    const slate = await engine.recommend({
      user,
      deadlineMs: deadline,
      budget: Math.round(budget * NANO),
      ...(query !== undefined && { query }),
      ...(count !== undefined && { count }),
    });
    await engine.flush();
    const items = slate.items.map((item) => ({ ...item, title: titleOf(engine.catalog, item.id) }));
    answer(json, { ...slate, items }, () =>
      [
        table([
          ['title', 'id', query === undefined ? 'P(success)' : 'relevance', ''],
          ...items.map(({ title, id, receipt }) => [
            fitted(title, 34),
            fitted(id, 10),
            fixed(receipt.scores[query === undefined ? 'probability' : 'relevance'], 4),
            fitted(receipt.reasons.join(', '), 24),
          ]),
        ]),
        ...notes(slate),
        summary(slate),
      ].join('\n'),
    );
  } finally {
    await engine.close();
  }
}

/** What was bought or not, and what was left out, with the reason. */
function notes({ routings, degradations, stages }: Slate): string[] {
  return [
    ...routings.map(({ purpose, bought, reason, refused, cost }) => {
      const because = ROUTE_REASONS[reason as RouteReason];
      if (!bought) return `${purpose}: not bought: ${because}`;
      const without = refused === undefined ? '' : `, without an answer (${refused})`;
      return `${purpose}: bought for $${(cost / NANO).toFixed(6)}${without}: ${because}`;
    }),
    ...degradations,
    ...stages.flatMap(({ stage, error }) => (error === undefined ? [] : `${stage}: ${error}`)),
  ].map((note) => wrapped(note));
}

function summary({ ms, decisionId, degraded, route, cost }: Slate): string {
  const paid = cost > 0 ? `, $${(cost / NANO).toFixed(6)}` : '';
  return `${ms.toFixed(1)} ms, ${route}${paid}, decision ${decisionId}${degraded ? ', degraded' : ''}`;
}
