/** What did people do with items? Interactions in columns, with the catalogue that their item numbers refer to. */

import type { Catalog } from '../catalog/catalog.ts';
import { unexpected } from '../errors.ts';
import type { RejectReport } from './rejects.ts';

/** Interactions in columns: entry e says that user `users[e]` did something with item `items[e]`. */
export interface Interactions {
  /** Dense user numbers from 0. */
  readonly users: Uint32Array;
  /** Catalogue rows. */
  readonly items: Uint32Array;
  /** How much: a rating, seconds played; finite. */
  readonly values: Float32Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
}

/** A history as models are trained on it. */
export interface Dataset {
  readonly interactions: Interactions;
  /** The caller's key of each user number; numeric keys ascend by number, others by text. */
  readonly userKeys: readonly string[];
  readonly catalog: Catalog;
  readonly rejects: RejectReport;
}

/** Items of each user, sparse rows: user u has `items[offsets[u] .. offsets[u + 1])`, ascending, without repeats. */
export interface Csr {
  /** `users + 1` ascending numbers, the first 0. */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
}

/** The given entries, in the given order. Cost: one pass. */
export function select(interactions: Interactions, entries: ArrayLike<number>): Interactions {
  const n = entries.length;
  const users = new Uint32Array(n);
  const items = new Uint32Array(n);
  const values = new Float32Array(n);
  const times = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const e = entries[i];
    users[i] = interactions.users[e];
    items[i] = interactions.items[e];
    values[i] = interactions.values[e];
    times[i] = interactions.times[e];
  }
  return { users, items, values, times };
}

/** The entries that pass, in their order; a scratch of 4 bytes per entry. */
export function where(interactions: Interactions, passes: (entry: number) => boolean): Interactions {
  const kept = new Uint32Array(interactions.users.length);
  let count = 0;
  for (let e = 0; e < kept.length; e++) if (passes(e)) kept[count++] = e;
  return select(interactions, kept.subarray(0, count));
}

/** The interactions of at least the value `from` (MovieLens: 4), in their order. */
export function positives(interactions: Interactions, { from }: { from: number }): Interactions {
  if (!Number.isFinite(from)) throw unexpected('a finite number', 'from', from);
  return where(interactions, (e) => interactions.values[e] >= from);
}

/** The interactions by ascending time; ties by item, then by user, so that the order is one. Cost: n log n. */
export function bySortedTime(interactions: Interactions): Interactions {
  const { users, items, times } = interactions;
  const order = new Uint32Array(users.length);
  for (let e = 0; e < order.length; e++) order[e] = e;
  order.sort((a, b) => times[a] - times[b] || items[a] - items[b] || users[a] - users[b]);
  return select(interactions, order);
}

/**
 * Sparse rows of items by user; repeats of a pair merge. Cost: one counting sort and a sort of each row.
 *
 * @param userCount rows to make; users at or above it are refused with ERR_SLUICE_INVALID_ARGUMENT.
 */
export function toCsr({ users, items }: Pick<Interactions, 'users' | 'items'>, userCount: number): Csr {
  const starts = new Uint32Array(userCount + 1);
  for (let e = 0; e < users.length; e++) {
    if (users[e] >= userCount) throw unexpected(`users below ${userCount}`, 'users', users[e]);
    starts[users[e] + 1]++;
  }
  for (let u = 0; u < userCount; u++) starts[u + 1] += starts[u];
  const grouped = new Uint32Array(users.length);
  const next = starts.slice(0, userCount);
  for (let e = 0; e < users.length; e++) grouped[next[users[e]]++] = items[e];

  const offsets = new Uint32Array(userCount + 1);
  let count = 0;
  for (let u = 0; u < userCount; u++) {
    const row = grouped.subarray(starts[u], starts[u + 1]).sort();
    for (let i = 0; i < row.length; i++) {
      // The merged rows are written over the front of `grouped`, which never passes the row being read.
      if (i === 0 || row[i] !== grouped[count - 1]) grouped[count++] = row[i];
    }
    offsets[u + 1] = count;
  }
  return { offsets, items: grouped.slice(0, count) };
}
