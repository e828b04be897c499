/** In which order is the dozen shown where no model was bought? As a cross-encoder reads sentence and item together. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { RequestContext } from '../../../funnel/context.ts';
import type { Reasoner } from '../../../funnel/stage.ts';
import type { CrossEncoder } from '../../../reasoning/rerankers/cross-encoder.ts';
import { ItemFields, usualFields } from '../../../reasoning/rerankers/item-fields.ts';
import { onlyOptions, type StageOptions } from '../options.ts';

/** Items that are reordered at most; those after them keep their places. */
export const MOST_REORDERED = 24;

/** Reads a cross-encoder's order of the first items of a slate: positions, the best first. */
export type ReadsTogether = (context: RequestContext, rows: Uint32Array) => Promise<Uint32Array>;

/** Null where there is no cross-encoder, or nothing that it could read of the items. */
export function readsTogether(
  catalog: Catalog,
  encoder: Pick<CrossEncoder, 'rerank'> | null,
): ReadsTogether | null {
  if (encoder === null || Object.keys(usualFields(catalog)).length === 0) return null;
  const fields = new ItemFields(catalog);
  return ({ text, signal }, rows) =>
    encoder.rerank(
      text ?? '',
      Array.from(rows, (row) => fields.textOf(row)),
      signal,
    );
}

/**
 * The reasoner `cross-encoder`: reorders the first 24 items of a request in words by the engine's cross-encoder, which
 * costs no money. It has no options; without a cross-encoder it is not enabled.
 */
export function crossEncoderReasoner(reads: ReadsTogether | null, options: StageOptions): Reasoner {
  onlyOptions('cross-encoder', options, []);
  return {
    name: 'cross-encoder',
    onFailure: 'open',
    reserves: 0,
    enable: ({ text }) => reads !== null && text !== null,
    async reason(context, { rows }) {
      const order = await (reads as ReadsTogether)(context, rows.slice(0, MOST_REORDERED));
      return Uint32Array.from(rows, (_, place) => (place < order.length ? order[place] : place));
    },
    toJSON: () => ({ use: 'cross-encoder' }),
  };
}
