/** Is this an order of n items? Every position once. */

import { unexpected } from '../../errors.ts';
import { Bitset } from '../../vectors/bitset.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless `order` has each number from 0 to `n - 1` once. */
export function checkPermutation(order: Uint32Array, name: string, n = order?.length): void {
  if (!(order instanceof Uint32Array)) throw unexpected('a Uint32Array', name, order);
  if (order.length !== n) throw unexpected(`a permutation of ${n} items`, name, order.length);
  const seen = new Bitset(n);
  for (const item of order) {
    if (item >= n || seen.has(item)) throw unexpected(`a permutation of 0 to ${n - 1}`, name, item);
    seen.add(item);
  }
}
