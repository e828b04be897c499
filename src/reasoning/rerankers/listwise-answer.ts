/** Which order did the model mean? Letters of the question, each once, whatever else it wrote. */

import { unexpected } from '../../errors.ts';

/** What is read out of an answer. */
export interface ListwiseAnswer {
  /** Prior places of the items that it named, best first, distinct. */
  readonly named: Uint32Array;
  /** Its reasons by prior place, as written: not yet believed. */
  readonly reasons: ReadonlyMap<number, string>;
}

/** JSON schema of the answer. */
export function listwiseSchema(labels: readonly string[], reasons: boolean): Record<string, unknown> {
  const id = { type: 'string', enum: [...labels] };
  const why = {
    type: 'object',
    properties: { id, text: { type: 'string' } },
    required: ['id', 'text'],
    additionalProperties: false,
  };
  return {
    type: 'object',
    properties: { top: { type: 'array', items: id }, ...(reasons && { why: { type: 'array', items: why } }) },
    required: reasons ? ['top', 'why'] : ['top'],
    additionalProperties: false,
  };
}

/**
 * Reads an answer; unknown and repeated labels are dropped.
 *
 * @param labels letter of the item at each prior place.
 * @throws ERR_SLUICE_MODEL_FAILED unless it has a list `top` that names an item.
 */
export function readListwiseAnswer(
  { top, why }: Readonly<Record<string, unknown>>,
  labels: readonly string[],
): ListwiseAnswer {
  const placeOf = new Map<unknown, number>(labels.map((label, place) => [label, place]));
  const places = new Set<number>();
  for (const label of Array.isArray(top) ? top : []) {
    const place = placeOf.get(label);
    if (place !== undefined) places.add(place);
  }
  if (places.size === 0)
    throw unexpected('labels of the items', 'top in the answer of the model', top, 'ERR_SLUICE_MODEL_FAILED');
  const reasons = new Map<number, string>();
  for (const reason of Array.isArray(why) ? why : []) {
    const place = placeOf.get(reason?.id);
    if (place !== undefined && typeof reason.text === 'string' && !reasons.has(place))
      reasons.set(place, reason.text);
  }
  return { named: Uint32Array.from(places), reasons };
}

/** The order of all items: those named, then the others as they stood. */
export function completed(named: Uint32Array, count: number): Uint32Array {
  const places = new Set(named);
  for (let place = 0; place < count; place++) places.add(place);
  return Uint32Array.from(places);
}
