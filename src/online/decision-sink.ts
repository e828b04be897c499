/** How does a decision reach the log? Written after the answer; propensities by posterior draws complete it. */

import type { DecisionSink } from '../funnel/funnel.ts';
import type { Choice } from '../funnel/policy.ts';
import type { FunnelResult } from '../funnel/stage.ts';
import type { DecisionLog } from '../log/decision-log.ts';

/** Settings of the sink. */
export interface DecisionSinkOptions {
  readonly log: DecisionLog;
  /** Hash of the snapshot that rows refer to. */
  readonly snapshot: string;
  /** Name, version and settings of the policy. */
  readonly policy: string;
  /** Called with a choice whose record is durable and lacks propensities. */
  readonly complete: (decisionId: string, seed: number, choice: Choice) => void;
}

/** The decision log as the funnel's sink. */
export function decisionSink({ log, snapshot, policy, complete }: DecisionSinkOptions): DecisionSink {
  return {
    takesPropensities: true,
    async record(context, result) {
      const choice = result.selection?.choice;
      const exact =
        result.selection === null ? new Float64Array(result.slate.size).fill(1) : choice?.propensities;
      await log.record({
        decisionId: context.decisionId,
        time: context.time,
        userNumber: context.userNumber,
        surface: context.surface,
        snapshot,
        stateSequence: result.selection?.stateSequence ?? 0,
        policy: result.selection ? policy : 'none',
        seed: context.seed,
        context: result.selection?.pool.context ?? null,
        pool: result.selection?.pool ?? null,
        shown: shown(result, exact ?? null),
        propensityState: exact ? 'exact' : 'pending',
        holdout: result.selection?.holdout?.experiment ?? null,
        ...(result.selection?.holdout && { withheld: result.selection.holdout.withheld }),
        route: result.route,
        ...(result.order && { order: orderShown(result) }),
        ...(context.receipt.routings.length > 0 && { routings: context.receipt.routings }),
        cost: context.budget.spent,
        degraded: context.receipt.degraded,
      });
      if (choice && !exact) complete(context.decisionId, context.seed, choice);
    },
  };
}

/** Where each item of the slate stands in what {@link shown} gives. */
function orderShown({ slate, selection, order }: FunnelResult): Uint32Array {
  if (!selection) return Uint32Array.from(slate.rows.keys());
  const { pool, choice } = selection;
  const placeOf = new Map(Array.from(choice.picks, (pick, place) => [pool.rows[pick], place]));
  return order!.map((_, i) => placeOf.get(slate.rows[i]) as number);
}

/** The slate in the order of the policy's choice, which is what propensities are about. */
function shown({ slate, selection }: FunnelResult, propensities: Float64Array | null) {
  if (!selection) {
    return {
      rows: slate.rows,
      scores: new Float32Array(slate.size).fill(Number.NaN),
      propensities: propensities!,
    };
  }
  const { pool, choice } = selection;
  return {
    rows: Uint32Array.from(choice.picks, (pick) => pool.rows[pick]),
    scores: Float32Array.from(choice.picks, (pick) => pool.scores[pick]),
    propensities: propensities ?? new Float64Array(choice.picks.length).fill(Number.NaN),
    ...(choice.conditional && { conditional: choice.conditional }),
  };
}
