/** How does a catalogue get its planner? The grammar is loaded when the first one is asked for. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { Planner, PlannerOptions } from './planner.ts';

/**
 * The {@link Planner} of a catalogue.
 *
 * Cost: that of `Planner.of`, and some 30 ms for the grammar at the first call of the process.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a column that is absent or of another kind.
 * @example
 * ```ts
 * const opened = await openPlanner(catalog);
 * opened.plan('three films from before 1990').count; // 3
 * ```
 */
export async function openPlanner(catalog: Catalog, options: PlannerOptions = {}): Promise<Planner> {
  const { Planner } = await import('./planner.ts');
  return Planner.of(catalog, options);
}
