/** How is a funnel put together? Stages by role, checked when built, run by `run.ts`. */

import type { RequestContext } from './context.ts';
import type { FunnelJson } from './funnel-json.ts';
import type {
  Filter,
  FunnelResult,
  Hydrator,
  QueryHydrator,
  Reasoner,
  Scorer,
  Selector,
  SideEffect,
  Source,
  Stage,
} from './stage.ts';
import { checkWiring } from './wiring.ts';

/** A decision log as the funnel sees it: it takes what was chosen, with propensities, after the answer. */
export interface DecisionSink {
  readonly takesPropensities: true;
  record(context: RequestContext, result: FunnelResult): void | Promise<void>;
}

interface CommonParts {
  readonly queryHydrators?: readonly QueryHydrator[];
  /** With the fallback at most 32; candidates keep the place that the first source to return them gave. */
  readonly sources: readonly Source[];
  /** Asked when no other source had anything by the deadline; must not wait for anything. */
  readonly fallback?: Source;
  readonly hydrators?: readonly Hydrator[];
  readonly filters?: readonly Filter[];
  readonly scorers?: readonly Scorer[];
  readonly reasoners?: readonly Reasoner[];
  readonly sideEffects?: readonly SideEffect[];
}

/**
 * The stages of a funnel. One that explores cannot be written down without a decision log that takes propensities:
 * the type refuses it, and so does {@link Funnel} for callers without types.
 */
export type FunnelParts = CommonParts &
  (
    | { readonly selector: Selector & { readonly explores: true }; readonly decisionLog: DecisionSink }
    | { readonly selector: Selector & { readonly explores: false }; readonly decisionLog?: DecisionSink }
  );

/**
 * An immutable, checked funnel.
 *
 * @throws ERR_SLUICE_FUNNEL_INVALID when names repeat, a stage reads or needs what none before it writes, two stages
 * write one column, or it explores without a decision log.
 */
export class Funnel {
  readonly queryHydrators: readonly QueryHydrator[];
  readonly sources: readonly Source[];
  readonly fallback: Source | undefined;
  readonly hydrators: readonly Hydrator[];
  readonly filters: readonly Filter[];
  readonly scorers: readonly Scorer[];
  readonly selector: Selector;
  readonly reasoners: readonly Reasoner[];
  readonly sideEffects: readonly SideEffect[];
  readonly decisionLog: DecisionSink | undefined;

  constructor(parts: FunnelParts) {
    this.queryHydrators = parts.queryHydrators ?? [];
    this.sources = parts.sources;
    this.fallback = parts.fallback;
    this.hydrators = parts.hydrators ?? [];
    this.filters = parts.filters ?? [];
    this.scorers = parts.scorers ?? [];
    this.selector = parts.selector;
    this.reasoners = parts.reasoners ?? [];
    this.sideEffects = parts.sideEffects ?? [];
    this.decisionLog = parts.decisionLog;
    checkWiring(this);
  }

  /** The wiring as a JSON value; {@link funnelFromJson} builds it again. */
  toJSON(): FunnelJson {
    const json = (stages: readonly Stage[]) => stages.map((stage) => stage.toJSON());
    return {
      queryHydrators: json(this.queryHydrators),
      sources: json(this.sources),
      ...(this.fallback && { fallback: this.fallback.toJSON() }),
      hydrators: json(this.hydrators),
      filters: json(this.filters),
      scorers: json(this.scorers),
      selector: this.selector.toJSON(),
      reasoners: json(this.reasoners),
      sideEffects: json(this.sideEffects),
    };
  }
}
