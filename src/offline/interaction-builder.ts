/** How do a caller's keys become dense numbers? By first appearance while reading, by order of the keys at the end. */

import type { Interactions } from './dataset.ts';

/** Numbers keys from 0 as they first appear. */
export class KeyTable {
  readonly #numbers = new Map<string | number, number>();

  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a key, a new one if it has none. */
  numberOf(key: string | number): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /**
   * The keys as text in their order (by number where all are whole numbers, else by code unit), and the place of each
   * first-appearance number in it.
   */
  sorted(): { keys: string[]; places: Uint32Array } {
    const keys = [...this.#numbers.keys()].map(String);
    const numeric = keys.every((key) => /^(0|[1-9]\d{0,14})$/.test(key));
    const order = Uint32Array.from(keys.keys());
    if (numeric) {
      const values = Float64Array.from(keys, Number);
      order.sort((a, b) => values[a] - values[b]);
    } else {
      order.sort((a, b) => (keys[a] < keys[b] ? -1 : 1));
    }
    const places = new Uint32Array(keys.length);
    for (let place = 0; place < order.length; place++) places[order[place]] = place;
    return { keys: Array.from(order, (number) => keys[number]), places };
  }
}

/** Collects interactions in typed arrays that double as they fill: 20 bytes each, at most 40 while growing. */
export class InteractionBuilder {
  #users = new Uint32Array(1024);
  #items = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #times = new Float64Array(1024);
  #count = 0;

  add(user: number, item: number, value: number, time: number): void {
    const e = this.#count++;
    if (e === this.#users.length) this.#resize(e * 2);
    this.#users[e] = user;
    this.#items[e] = item;
    this.#values[e] = value;
    this.#times[e] = time;
  }

  /** The interactions, with users and items renumbered; empties the builder. */
  finish(userPlaces: Uint32Array, itemPlaces?: Uint32Array): Interactions {
    this.#resize(this.#count);
    const [users, items, values, times] = [this.#users, this.#items, this.#values, this.#times];
    for (let e = 0; e < users.length; e++) users[e] = userPlaces[users[e]];
    if (itemPlaces !== undefined) for (let e = 0; e < items.length; e++) items[e] = itemPlaces[items[e]];
    return { users, items, values, times };
  }

  #resize(length: number): void {
    const kept = Math.min(length, this.#count);
    const users = new Uint32Array(length);
    users.set(this.#users.subarray(0, kept));
    this.#users = users;
    const items = new Uint32Array(length);
    items.set(this.#items.subarray(0, kept));
    this.#items = items;
    const values = new Float32Array(length);
    values.set(this.#values.subarray(0, kept));
    this.#values = values;
    const times = new Float64Array(length);
    times.set(this.#times.subarray(0, kept));
    this.#times = times;
  }
}
