/** Who interacted with each item? Sparse rows and their transpose. */

import { unexpected } from '../errors.ts';
import { type Csr, type Interactions, toCsr } from './dataset.ts';

/** The sparse rows of a training set, one row for each user number up to the highest in it. */
export function rowsByUser(train: Interactions): Csr {
  let users = 0;
  for (const user of train.users) if (user >= users) users = user + 1;
  return toCsr(train, users);
}

/**
 * The same entries by the other side: row i holds, ascending, the rows in which i stood. Cost: two passes.
 *
 * @param count rows to make. @throws ERR_SLUICE_INVALID_ARGUMENT for an item at or above it.
 */
export function transpose({ offsets, items }: Csr, count: number): Csr {
  const swapped = {
    offsets: countsToOffsets(itemCounts({ offsets, items }, count)),
    items: new Uint32Array(items.length),
  };
  const next = swapped.offsets.slice(0, count);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row]; e < offsets[row + 1]; e++) swapped.items[next[items[e]]++] = row;
  }
  return swapped;
}

/** How many rows have each item. @throws ERR_SLUICE_INVALID_ARGUMENT for an item at or above `count`. */
export function itemCounts({ items }: Csr, count: number): Uint32Array {
  const counts = new Uint32Array(count);
  for (const item of items) {
    if (item >= count) throw unexpected(`items below ${count}`, 'items', item);
    counts[item]++;
  }
  return counts;
}

function countsToOffsets(counts: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) offsets[i + 1] = offsets[i] + counts[i];
  return offsets;
}
