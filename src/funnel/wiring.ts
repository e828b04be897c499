/** Does the wiring of a funnel hold? Checked once, when it is built. */

import { SluiceError } from '../errors.ts';
import type { Funnel } from './funnel.ts';

/** @throws ERR_SLUICE_FUNNEL_INVALID naming the first fault. */
export function checkWiring(funnel: Funnel): void {
  const { queryHydrators, sources, fallback, hydrators, filters, scorers, selector, reasoners } = funnel;
  if (sources.length === 0 || sources.length > 32)
    fail(`Expected 1 to 32 sources but received ${sources.length}`);
  const names = new Set<string>();
  const all = [...queryHydrators, ...sources, ...hydrators, ...filters, ...scorers, selector, ...reasoners];
  for (const { name } of [...all, ...funnel.sideEffects, ...(fallback ? [fallback] : [])]) {
    if (names.has(name)) fail(`Expected distinct stage names but "${name}" stands twice`);
    names.add(name);
  }

  const query = new Set(queryHydrators.flatMap((stage) => stage.provides));
  for (const source of [...sources, ...(fallback ? [fallback] : [])]) {
    const missing = source.needs.find((need) => !query.has(need));
    if (missing) fail(`Source "${source.name}" needs "${missing}", which no query hydrator provides`);
  }

  const columns = new Set(sources.map((source) => source.name));
  if (fallback) columns.add(fallback.name);
  const write = (name: string, column: string): void => {
    if (columns.has(column))
      fail(`Stage "${name}" writes column "${column}", which another stage has written`);
    columns.add(column);
  };
  const read = (name: string, reads: readonly string[]): void => {
    const missing = reads.find((column) => !columns.has(column));
    if (missing) fail(`Stage "${name}" reads column "${missing}", which no stage before it writes`);
  };
  // Hydrators run in parallel: none may read what another one writes.
  for (const stage of hydrators) read(stage.name, stage.reads);
  for (const stage of hydrators) for (const column of stage.writes) write(stage.name, column);
  for (const stage of filters) read(stage.name, stage.reads);
  for (const stage of scorers) {
    read(stage.name, stage.reads);
    write(stage.name, stage.writes);
  }
  read(selector.name, selector.reads);

  for (const stage of [...hydrators, ...scorers]) {
    if (stage.onFailure === 'default' && stage.defaultValue === undefined) {
      fail(`Stage "${stage.name}" fails with its default but declares no defaultValue`);
    }
  }
  if (selector.onFailure === 'default')
    fail(`Selector "${selector.name}" has no default: use open or closed`);
  if (selector.explores && funnel.decisionLog?.takesPropensities !== true) {
    fail(`Selector "${selector.name}" explores, so the funnel needs a decision log that takes propensities`);
  }
}

function fail(message: string): never {
  throw new SluiceError('ERR_SLUICE_FUNNEL_INVALID', message);
}
