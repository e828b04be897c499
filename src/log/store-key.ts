/** Can a store hold this key? Checked before a batch begins, since a refusal half-way would tear it. */

import { unexpected } from '../errors.ts';
import type { StoreKey } from './store.ts';

const LONGEST = 1900;

/** @throws ERR_SLUICE_INVALID_ARGUMENT for a key that {@link StoreKey} does not allow. @internal */
export function checkKey(key: StoreKey): void {
  const parts = Array.isArray(key) ? key : [key];
  if (Array.isArray(key) && parts.length < 2) throw unexpected('a tuple of two or more', 'key', key);
  let bytes = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      // Lone surrogates all become U+FFFD in UTF-8: two keys would be one.
      if (!isWellFormed(part)) throw unexpected('well-formed text', 'key', part);
      bytes += Buffer.byteLength(part) + 2;
    } else if (Number.isSafeInteger(part)) bytes += 9;
    else throw unexpected('text or a whole number below 2^53', 'key', part);
  }
  if (bytes > LONGEST) throw unexpected(`at most ${LONGEST} bytes`, 'key', `${bytes} bytes`);
}

/** True when text holds no lone surrogate, so that UTF-8 and back is the identity. @internal */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
