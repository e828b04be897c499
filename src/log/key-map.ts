/** Which number stands for this person? The one place that holds the caller's keys. */

import { SluiceError } from '../errors.ts';
import { checkText } from './event-check.ts';
import type { Store } from './store.ts';

const NUMBER_OF = 'user-number-of-key';
const KEY_OF = 'user-key-of-number';
const NOBODY = new Uint8Array(0);
const AT_ONCE = 4096;
const MOST_DRAWS = 100;

/**
 * The caller's keys and the random 32-bit numbers that stand for them in every other file.
 *
 * **Invariant:** a number that was ever assigned is never assigned again, not even after `forget`. Several processes
 * may assign over one store.
 *
 * @example
 * ```ts
 * const users = new KeyMap(store);
 * const number = await users.numberOf('ada');
 * users.keyOf(number); // 'ada'
 * ```
 */
export class KeyMap {
  readonly #store: Store;
  readonly #draw: () => number;
  readonly #assigning = new Map<string, Promise<number>>();

  /** @param options.draw makes whole numbers in [0, 2^32). @default from the system's secure source */
  constructor(store: Store, { draw = secureUint32 }: { readonly draw?: () => number } = {}) {
    this.#store = store;
    this.#draw = draw;
  }

  /** The number of a key, or undefined when it has none. Cost: one read of the store. */
  lookup(key: string): number | undefined {
    checkText(key, 'user', 256);
    const bytes = this.#store.get(NUMBER_OF, key);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }

  /** The key behind a number; undefined when nobody has it or the person was forgotten. */
  keyOf(userNumber: number): string | undefined {
    const bytes = this.#store.get(KEY_OF, userNumber);
    return bytes === undefined || bytes.length === 0 ? undefined : new TextDecoder().decode(bytes);
  }

  /**
   * The number of a key, assigned now if it has none; resolves once it is durable.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT unless the key is text of 1 to 256 characters, ERR_SLUICE_STORE_FAILED.
   */
  async numberOf(key: string): Promise<number> {
    checkText(key, 'user', 256);
    const assigning = this.#assigning.get(key);
    if (assigning) return assigning;
    const known = this.lookup(key);
    if (known !== undefined) return known;
    const assigned = this.#assign(key).finally(() => this.#assigning.delete(key));
    this.#assigning.set(key, assigned);
    return assigned;
  }

  /** The numbers of many keys, in their order: some thousands share a flush. Cost: about 20 us a new key. */
  async assignAll(keys: readonly string[]): Promise<Uint32Array> {
    const numbers = new Uint32Array(keys.length);
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      numbers.set(await Promise.all(keys.slice(from, from + AT_ONCE).map((key) => this.numberOf(key))), from);
    }
    return numbers;
  }

  /**
   * Removes a key: what files hold under its number cannot be linked to it any more, and a later sighting of the key
   * gets another number. The bytes stay in free pages of lmdb's file until those are written again.
   *
   * @returns whether there was such a key; resolves once that is durable.
   */
  async forget(key: string): Promise<boolean> {
    checkText(key, 'user', 256);
    await this.#assigning.get(key);
    const userNumber = this.lookup(key);
    if (userNumber === undefined) return false;
    await this.#store.write([
      { table: NUMBER_OF, key, value: null },
      { table: KEY_OF, key: userNumber, value: NOBODY },
    ]);
    return true;
  }

  async #assign(key: string): Promise<number> {
    for (let draws = 0; draws < MOST_DRAWS; draws++) {
      const userNumber = this.#draw();
      if (this.#store.get(KEY_OF, userNumber) !== undefined) continue;
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, userNumber, true);
      const applied = await this.#store.write(
        [
          { table: NUMBER_OF, key, value: bytes },
          { table: KEY_OF, key: userNumber, value: new TextEncoder().encode(key) },
        ],
        {
          ifAbsent: [
            { table: NUMBER_OF, key },
            { table: KEY_OF, key: userNumber },
          ],
        },
      );
      if (applied) return userNumber;
      // Another process was first, with this key or this number.
      const theirs = this.lookup(key);
      if (theirs !== undefined) return theirs;
    }
    throw new SluiceError(
      'ERR_SLUICE_INTERNAL',
      `Expected a free user number but ${MOST_DRAWS} draws were taken`,
    );
  }
}

const drawn = new Uint32Array(1024);
let unused = 0;

function secureUint32(): number {
  if (unused === 0) {
    crypto.getRandomValues(drawn);
    unused = drawn.length;
  }
  return drawn[--unused];
}
