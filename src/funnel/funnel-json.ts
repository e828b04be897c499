/** How does a funnel stand in a file? A JSON value that names registered stages; anything unknown in it is refused. */

import { SluiceError, unexpected } from '../errors.ts';
import { type DecisionSink, Funnel, type FunnelParts } from './funnel.ts';
import type {
  Filter,
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

const ROLES: readonly (keyof FunnelJson)[] = [
  'queryHydrators',
  'sources',
  'fallback',
  'hydrators',
  'filters',
  'scorers',
  'selector',
  'reasoners',
  'sideEffects',
];

/**
 * Builds a funnel from a JSON value and the registry that its names refer to.
 *
 * @throws ERR_SLUICE_FUNNEL_INVALID for a role or a key that does not exist, a stage that is not registered, or wrong
 * wiring.
 */
export function funnelFromJson(
  json: FunnelJson,
  registry: StageRegistry,
  decisionLog?: DecisionSink,
): Funnel {
  // A misspelt role would leave its stages out, hard filters among them.
  checkKeys(json, 'the funnel', ROLES);
  const all = <S extends Stage>(role: keyof StageRegistry & keyof FunnelJson): S[] => {
    const stages = json[role] ?? [];
    if (!Array.isArray(stages)) throw refused('a list of stages', role, stages);
    return stages.map((stage: StageJson) => make<S>(registry, role, stage));
  };
  return new Funnel({
    queryHydrators: all('queryHydrators'),
    sources: all('sources'),
    ...(json.fallback && { fallback: make<Source>(registry, 'sources', json.fallback) }),
    hydrators: all('hydrators'),
    filters: all('filters'),
    scorers: all('scorers'),
    selector: make<Selector>(registry, 'selectors', json.selector),
    reasoners: all('reasoners'),
    sideEffects: all('sideEffects'),
    ...(decisionLog && { decisionLog }),
  } as FunnelParts);
}

function make<S extends Stage>(registry: StageRegistry, role: keyof StageRegistry, stage: StageJson): S {
  checkKeys(stage, `a stage of ${role}`, ['use', 'with']);
  const known = registry[role] as Readonly<Record<string, StageFactory<Stage>>>;
  if (!Object.hasOwn(known, stage.use)) {
    throw new SluiceError(
      'ERR_SLUICE_FUNNEL_INVALID',
      `Expected a stage registered in ${role} but received ${JSON.stringify(stage.use)}`,
      { remedy: `Use one of: ${Object.keys(known).join(', ') || '(none is registered)'}.` },
    );
  }
  const options = stage.with ?? {};
  if (!isObject(options)) throw refused('an object', `the options of ${stage.use}`, options);
  return known[stage.use](options) as S;
}

function checkKeys(value: unknown, name: string, known: readonly string[]): void {
  if (!isObject(value)) throw refused('an object', name, value);
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) throw refused(`only ${known.join(', ')}`, name, stranger);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(expected: string, name: string, received: unknown): SluiceError {
  return unexpected(expected, name, received, 'ERR_SLUICE_FUNNEL_INVALID');
}
