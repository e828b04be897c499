/** Does the wiring of a funnel hold? Checked once, when it is built. */

import { SluiceError } from '../errors.ts';
import type { Funnel } from './funnel.ts';

/** @throws ERR_SLUICE_FUNNEL_INVALID naming the first fault. */
export function checkWiring(funnel: Funnel): void {
  const { queryHydrators, sources, fallback, hydrators, filters, scorers, selector, reasoners } = funnel;
  const retrieving = [...sources, ...(fallback ? [fallback] : [])];
  // Candidates carry one bit for each.
  if (sources.length === 0 || retrieving.length > 32)
    fail(`Expected 1 to 32 sources, the fallback among them, but received ${retrieving.length}`);
  const others = [...hydrators, ...filters, ...scorers, selector, ...reasoners, ...funnel.sideEffects];
  const names = new Set<string>();
  const query = new Set<string>();
  for (const stage of [...queryHydrators, ...retrieving, ...others]) {
    if (names.has(stage.name)) fail(`Expected distinct stage names but "${stage.name}" stands twice`);
    names.add(stage.name);
    const missing = stage.needs?.find((need) => !query.has(need));
    if (missing) fail(`Stage "${stage.name}" needs "${missing}", which no query hydrator before it provides`);
    if ('provides' in stage) for (const name of stage.provides) query.add(name);
  }

  const columns = new Set(retrieving.map((source) => source.name));
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
