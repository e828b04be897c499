/** How is a funnel put together? Stages by role, checked when built, run by `run.ts`. */

import { SluiceError } from '../errors.ts';
import type { RequestContext } from './context.ts';
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
  StageJson,
} from './stage.ts';
import { checkWiring } from './wiring.ts';

/** A decision log as the funnel sees it: it takes what was chosen, with propensities, after the answer. */
export interface DecisionSink {
  readonly takesPropensities: true;
  record(context: RequestContext, result: FunnelResult): void | Promise<void>;
}

interface CommonParts {
  readonly queryHydrators?: readonly QueryHydrator[];
  /** At most 32; candidates keep the place that the first source to return them gave. */
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

/** A funnel as a JSON value: per role, which stage with which options. */
export interface FunnelJson {
  readonly queryHydrators?: readonly StageJson[];
  readonly sources: readonly StageJson[];
  readonly fallback?: StageJson;
  readonly hydrators?: readonly StageJson[];
  readonly filters?: readonly StageJson[];
  readonly scorers?: readonly StageJson[];
  readonly selector: StageJson;
  readonly reasoners?: readonly StageJson[];
  readonly sideEffects?: readonly StageJson[];
}

/**
 * An immutable, checked funnel.
 *
 * @throws ERR_SLUICE_FUNNEL_INVALID when names repeat, a stage reads what none before it writes, two stages write one
 * column, or it explores without a decision log.
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

/** Makes a stage from its options; refuses options that it does not know. */
export type StageFactory<S extends Stage> = (options: Readonly<Record<string, unknown>>) => S;

/** The stages that a JSON funnel may name, by role. */
export interface StageRegistry {
  readonly queryHydrators: Readonly<Record<string, StageFactory<QueryHydrator>>>;
  readonly sources: Readonly<Record<string, StageFactory<Source>>>;
  readonly hydrators: Readonly<Record<string, StageFactory<Hydrator>>>;
  readonly filters: Readonly<Record<string, StageFactory<Filter>>>;
  readonly scorers: Readonly<Record<string, StageFactory<Scorer>>>;
  readonly selectors: Readonly<Record<string, StageFactory<Selector>>>;
  readonly reasoners: Readonly<Record<string, StageFactory<Reasoner>>>;
  readonly sideEffects: Readonly<Record<string, StageFactory<SideEffect>>>;
}

/**
 * Builds a funnel from a JSON value and the registry that its names refer to.
 *
 * @throws ERR_SLUICE_FUNNEL_INVALID for a stage that is not registered, or wrong wiring.
 */
export function funnelFromJson(
  json: FunnelJson,
  registry: StageRegistry,
  decisionLog?: DecisionSink,
): Funnel {
  const make = <S extends Stage>(
    role: string,
    known: Readonly<Record<string, StageFactory<S>>>,
    stage: StageJson | undefined,
  ): S => {
    if (!stage || !Object.hasOwn(known, stage.use)) {
      throw new SluiceError(
        'ERR_SLUICE_FUNNEL_INVALID',
        `Expected a registered ${role} but received ${JSON.stringify(stage?.use)}`,
        { remedy: `Use one of: ${Object.keys(known).join(', ') || '(none is registered)'}.` },
      );
    }
    return known[stage.use](stage.with ?? {});
  };
  const all = <S extends Stage>(
    role: string,
    known: Readonly<Record<string, StageFactory<S>>>,
    stages: readonly StageJson[] = [],
  ) => stages.map((stage) => make(role, known, stage));
  return new Funnel({
    queryHydrators: all('query hydrator', registry.queryHydrators, json.queryHydrators),
    sources: all('source', registry.sources, json.sources),
    ...(json.fallback && { fallback: make('source', registry.sources, json.fallback) }),
    hydrators: all('hydrator', registry.hydrators, json.hydrators),
    filters: all('filter', registry.filters, json.filters),
    scorers: all('scorer', registry.scorers, json.scorers),
    selector: make('selector', registry.selectors, json.selector),
    reasoners: all('reasoner', registry.reasoners, json.reasoners),
    sideEffects: all('side effect', registry.sideEffects, json.sideEffects),
    ...(decisionLog && { decisionLog }),
  } as FunnelParts);
}
