/** How is inverse-gap weighting drawn from? */

import { sum64 } from './lanes.ts';

/** Actions whose probabilities are summed together; a draw looks at such sums first. */
const BLOCK = 32;

/**
 * The actions but the best come first, in order, and the best takes what is left of [0, 1). Actions of minus infinity
 * count as absent unless all are.
 * Returns -1 if a score is NaN or infinity.
 */
export function inverseGap(
  scores: Float32Array,
  gamma: number,
  uniform: number,
  propensities: Float64Array | null,
): number {
  let best = 0;
  let present = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] < Number.POSITIVE_INFINITY)) return -1;
    if (scores[i] > scores[best]) best = i;
    if (scores[i] !== Number.NEGATIVE_INFINITY) present++;
  }
  const top = scores[best];
  const count = present === 0 ? scores.length : present;
  const blocks = Math.ceil(scores.length / BLOCK);
  const shares = new Float64Array(blocks * BLOCK);
  for (let i = 0; i < scores.length; i++) {
    const gap = scores[i] === top ? 0 : top - scores[i];
    if (i !== best) shares[i] = gap === Number.POSITIVE_INFINITY ? 0 : 1 / (count + gamma * gap);
  }
  const sums = new Float64Array((blocks + 7) & -8);
  for (let block = 0; block < blocks; block++)
    sums[block] = sum64(shares, block * BLOCK, (block + 1) * BLOCK);
  if (propensities !== null) {
    propensities.set(shares.subarray(0, scores.length));
    propensities[best] = Math.max(0, 1 - sum64(sums, 0, sums.length));
  }
  const drawn = draw(shares, sums, uniform);
  return drawn === -1 ? best : drawn;
}

/** The index at which the running sum of the weights exceeds `target`; -1 if none does. By blocks of 32. */
export function draw(weights: Float64Array, sums: Float64Array, target: number): number {
  for (let block = 0; block < sums.length; block++) {
    if (target >= sums[block]) {
      target -= sums[block];
      continue;
    }
    // Rounding may leave a rest behind the last weight of the block, which then has it.
    let last = -1;
    for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
      if (weights[i] === 0) continue;
      last = i;
      if (target < weights[i]) return i;
      target -= weights[i];
    }
    return last;
  }
  return -1;
}
