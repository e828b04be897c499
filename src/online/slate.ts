/** What does a caller get? Item ids in order, each with the receipt that says why. */

import type { Catalog } from '../catalog/catalog.ts';
import type { RequestContext } from '../funnel/context.ts';
import type { Funnel } from '../funnel/funnel.ts';
import type { ItemReceipt, RoutingReceipt, StageReceipt } from '../funnel/receipt.ts';
import type { FunnelResult } from '../funnel/stage.ts';
import { rank } from '../numerics/rank.ts';
import { explainerOf } from './stages/reasoning/explained.ts';

/** One item of a slate. */
export interface SlateItem {
  /** The caller's item id. */
  readonly id: string;
  /** Place from 0. */
  readonly position: number;
  readonly receipt: ItemReceipt;
}

/** The answer to one request; plain data. */
export interface Slate {
  /** Name it in the events that follow from this slate. */
  readonly decisionId: string;
  readonly items: readonly SlateItem[];
  /** True when the deadline or a failure left something out; `degradations` says what. */
  readonly degraded: boolean;
  readonly degradations: readonly string[];
  /** `fast`, or the name of the reasoner whose order was taken. */
  readonly route: string;
  /** Integer nano-dollars spent. */
  readonly cost: number;
  /** What the router decided about reasoning, in the order in which it was asked. */
  readonly routings: readonly RoutingReceipt[];
  /** Milliseconds from the call to the answer. */
  readonly ms: number;
  readonly stages: readonly StageReceipt[];
  /** Hash of the snapshot that answered. */
  readonly snapshot: string;
}

/** Puts the answer together. */
export function slateOf(
  context: RequestContext,
  funnel: Funnel,
  { slate, selection, route }: FunnelResult,
  model: { readonly catalog: Catalog; readonly hash: string },
  started: number,
): Slate {
  const sources = [...funnel.sources, ...(funnel.fallback ? [funnel.fallback] : [])].map(({ name }) => name);
  const filters = context.receipt.stages
    .filter(({ role, outcome }) => role === 'filter' && outcome === 'ok')
    .map(({ stage }) => stage);
  const columns = [...slate.columns];
  const placeOf = new Map(
    Array.from(selection?.choice.picks ?? [], (pick, k) => [selection?.pool.rows[pick] as number, k]),
  );
  const explained = context.text === null ? null : explainerOf(context, model.catalog);
  const best = new Set(selection ? rank(selection.pool.scores, slate.size) : []);
  const items = Array.from(slate.rows, (row, position): SlateItem => {
    const scores: Record<string, number> = {};
    for (const name of columns) {
      const score = slate.column(name)[position];
      if (!Number.isNaN(score)) scores[name] = score;
    }
    const reasons: string[] = [];
    const place = placeOf.get(row) as number;
    if (!selection && funnel.selector.policy !== 'none') reasons.push('retrieval order');
    else if (selection && !best.has(selection.choice.picks[place]))
      reasons.push(funnel.selector.explores ? 'explored' : 'learned');
    const fact = explained?.(row) ?? '';
    if (fact !== '') reasons.push(fact);
    const propensities = selection?.choice.propensities;
    return {
      id: model.catalog.idOf(row),
      position,
      receipt: {
        sources: sources.filter((_, s) => (slate.sources[position] >>> s) & 1),
        scores,
        filters,
        propensity: selection ? (propensities?.[place] ?? 'pending') : 1,
        uplift: scores['uplift'] ?? null,
        cost: Math.floor(context.budget.spent / slate.size),
        reasons,
      },
    };
  });
  return {
    decisionId: context.decisionId,
    items,
    degraded: context.receipt.degraded,
    degradations: context.receipt.degradations.slice(),
    route,
    cost: context.budget.spent,
    routings: context.receipt.routings.slice(),
    ms: performance.now() - started,
    stages: context.receipt.stages.slice(),
    snapshot: model.hash,
  };
}
