/** Into which units does a stage of a search fall, which threads can take in any order, and what does one find? */

import { Reservoir, type Selector } from './reservoir.ts';
import type { CodeQuery } from './wasm-code-query.ts';
import type { Span, WasmCodes } from './wasm-codes.ts';
import { type Query, SCORED, type Tile, type WasmRows } from './wasm-rows.ts';

/** What is looked through: rows by their codes, as candidates or for the answer, rows named one by one, or all rows. */
export type Source =
  | { readonly kind: 'estimates'; readonly spans: readonly Span[]; readonly codes: CodeQuery }
  | { readonly kind: 'codes'; readonly spans: readonly Span[]; readonly codes: CodeQuery }
  | { readonly kind: 'rows'; readonly rows: Uint32Array }
  | { readonly kind: 'tiles'; readonly tiles: readonly Tile[] };

/** The best `keep` of the eligible rows of a source that reach `limit`: by estimate, or else by score. */
export interface Stage {
  readonly source: Source;
  readonly query: Query;
  /** One bit per row, 1 = eligible; absent means all. Rows that are named are eligible. */
  readonly mask?: Uint32Array;
  readonly keep: number;
  readonly limit: number;
}

/** What a thread reads rows, codes and keys with. */
export interface Readers {
  readonly rows: WasmRows;
  /** Absent where no row has codes. */
  readonly codes: WasmCodes | undefined;
  readonly selector: Selector;
}

/** How many units a stage has; each takes some 30 us. */
export function unitsOf({ source }: Stage): number {
  if (source.kind === 'rows') return Math.ceil(source.rows.length / SCORED);
  return source.kind === 'tiles' ? source.tiles.length : source.spans.length;
}

/**
 * Goes through the units that `claim` names, until there is none, and yields after each; returns the best found. The
 * union of what several threads return holds the best of the stage, whoever took which unit.
 */
export function* work(readers: Readers, stage: Stage, claim: () => number): Generator<void, Reservoir> {
  const reservoir = new Reservoir(readers.selector, stage.keep);
  const units = unitsOf(stage);
  let { limit } = stage;
  for (let unit = claim(); unit < units; unit = claim()) {
    limit = Math.max(limit, reservoir.add(keysOf(readers, stage, unit, limit)));
    yield;
  }
  return reservoir;
}

/** The keys of the eligible rows of one unit that reach `limit`; maybe a view of scratch. */
function keysOf(
  { rows, codes }: Readers,
  { source, query, mask }: Stage,
  unit: number,
  limit: number,
): BigUint64Array {
  switch (source.kind) {
    case 'estimates':
      return codes!.estimateU2(source.codes, source.spans[unit], 1, mask, limit);
    case 'codes':
      return rows.rescore(query, codes!.scanU4(source.codes, source.spans[unit], mask, limit), limit);
    case 'rows':
      return rows.rescore(query, source.rows.subarray(unit * SCORED, (unit + 1) * SCORED), limit);
    case 'tiles':
      return rows.scan(query, source.tiles[unit], mask, limit);
  }
}
