/** How do answers and errors of the addon become those of the library? */

import { type AbortFlag, type Addon, fromNative } from './addon.ts';
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

/**
 * What the addon promises to `call`, which hands the flag on; the signal raises it. Its error is translated.
 *
 * @throws signal.reason once the call has ended, if the signal fired.
 */
export async function abortable<T>(
  addon: Addon,
  signal: AbortSignal | undefined,
  call: (flag: AbortFlag | undefined) => Promise<T>,
): Promise<T> {
  const flag = signal === undefined ? undefined : new addon.AbortFlag();
  const abort = () => flag?.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const value = await native(() => call(flag));
    signal?.throwIfAborted();
    return value;
  } finally {
    signal?.removeEventListener('abort', abort);
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

/** The results of `count` queries, for which `search` fills up to `most` places each. */
export function fill(
  count: number,
  most: number,
  search: (ids: Uint32Array, scores: Float32Array) => void,
): TopK[] {
  const ids = new Uint32Array(count * most);
  const scores = new Float32Array(count * most);
  nativeSync(() => search(ids, scores));
  return split(ids, scores, count);
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
