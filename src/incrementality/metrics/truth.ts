/** How far are predicted effects from the true ones, where these are known? */

import { unexpected } from '../../errors.ts';

/**
 * Root of the precision in estimating heterogeneous effects: sqrt(mean (effect - truth)^2), Hill 2011. Cost: one pass.
 *
 * @param effects predicted, one per row. @param truth the true ones.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no rows or columns of different lengths.
 * @example
 * ```ts
 * sqrtPehe([1, 2], [1, 4]); // 1.414
 * ```
 */
export function sqrtPehe(effects: ArrayLike<number>, truth: ArrayLike<number>): number {
  checkLengths(effects, truth);
  let sum = 0;
  for (let i = 0; i < effects.length; i++) sum += (effects[i] - truth[i]) ** 2;
  return Math.sqrt(sum / effects.length);
}

/**
 * |mean predicted effect - mean true effect|. Cost: one pass.
 *
 * @param effects predicted, one per row. @param truth the true ones.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no rows or columns of different lengths.
 * @example
 * ```ts
 * ateError([1, 2], [1, 4]); // 1
 * ```
 */
export function ateError(effects: ArrayLike<number>, truth: ArrayLike<number>): number {
  checkLengths(effects, truth);
  let sum = 0;
  for (let i = 0; i < effects.length; i++) sum += effects[i] - truth[i];
  return Math.abs(sum / effects.length);
}

function checkLengths(effects: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (effects.length === 0) throw unexpected('at least one row', 'effects', effects);
  if (truth.length !== effects.length) {
    throw unexpected(`${effects.length} entries, one per row,`, 'truth', truth.length);
  }
}
