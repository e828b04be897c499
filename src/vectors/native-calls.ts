/** How do answers and errors of the addon become those of the library? */

import { fromNative } from './addon.ts';
import type { TopK } from './backend.ts';

/** Marks a place of an answer that no row fills. */
const NO_ROW = 0xffffffff;

/** What the addon promises; its error is translated. */
export async function native<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw fromNative(error);
  }
}

/** What the addon returns; its error is translated. */
export function nativeSync<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}

/** Cuts the places of all queries into one result for each, without the empty places at the end. */
export function split(ids: Uint32Array, scores: Float32Array, count: number): TopK[] {
  const places = ids.length / count;
  const results: TopK[] = [];
  for (let start = 0; start < ids.length || results.length < count; start += places) {
    let end = start + places;
    while (end > start && ids[end - 1] === NO_ROW) end--;
    const whole = count === 1 && end === ids.length;
    results.push(whole ? { ids, scores } : { ids: ids.slice(start, end), scores: scores.slice(start, end) });
  }
  return results;
}
