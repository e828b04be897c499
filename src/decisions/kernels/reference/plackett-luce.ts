/**
 * How is a slate drawn by Plackett-Luce? Place by place from the softmax of what is left, by running sums of blocks:
 * the definition of the law itself (Plackett, "The analysis of permutations", 1975). Adding Gumbel noise and sorting is
 * the same law and costs two logarithms for each entry, this one exponential for each.
 */

import { threefry } from '../../../numerics/random.ts';
import { exp } from './elementary.ts';
import { draw } from './inverse-gap.ts';
import { sum64 } from './lanes.ts';

const BLOCK = 32;

/** Where so little is left of the greatest weight, 1, weights are formed anew: those that had vanished may count now. */
const LEAST_TOTAL = 2 ** -512;

export function plackettLuce(
  scores: Float32Array,
  temperature: number,
  key0: number,
  key1: number,
  picks: Uint32Array,
  propensities: Float64Array,
): boolean {
  if (!scores.every((score) => score < Number.POSITIVE_INFINITY)) return false;
  const count = Math.min(picks.length, scores.length);
  const blocks = Math.ceil(scores.length / BLOCK);
  const weights = new Float64Array(blocks * BLOCK);
  const sums = new Float64Array((blocks + 7) & -8);
  const taken = new Uint8Array(scores.length);
  const words = new Uint32Array(2);
  const sum = (block: number) => {
    sums[block] = sum64(weights, block * BLOCK, (block + 1) * BLOCK);
  };
  const weigh = () => {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < scores.length; i++) if (taken[i] === 0 && scores[i] > top) top = scores[i];
    for (let i = 0; i < scores.length; i++) {
      weights[i] = taken[i] === 1 ? 0 : scores[i] === top ? 1 : exp((scores[i] - top) / temperature);
    }
    for (let block = 0; block < blocks; block++) sum(block);
  };
  let total = 0;
  for (let place = 0; place < count; place++) {
    if (total < LEAST_TOTAL) {
      weigh();
      total = sum64(sums, 0, sums.length);
    }
    threefry(key0, key1, place, 0, words);
    const uniform = ((words[0] >>> 5) * 67108864 + (words[1] >>> 6)) / 9007199254740992;
    let pick = draw(weights, sums, uniform * total);
    // Rounding may leave a rest behind the last weight, which then has it.
    if (pick === -1) pick = weights.findLastIndex((weight) => weight > 0);
    picks[place] = pick;
    propensities[place] = weights[pick] / total;
    taken[pick] = 1;
    weights[pick] = 0;
    sum(pick >>> 5);
    total = sum64(sums, 0, sums.length);
  }
  return true;
}
