/** How is a randomness floor mixed into a slate, so that the propensity logged is the one acted on? */

import type { Choice } from '../funnel/policy.ts';
import type { RandomStream } from '../numerics/random.ts';
import { exactChoice } from './exact-choice.ts';

/**
 * Mixes a floor into a base slate: each place is given, with probability `floor`, to an item drawn uniformly from
 * the pool outside the base slate.
 *
 * P(i at k) = (1 - f_k) P(base_k = i) + f_k P(i outside base) / (pool - slate), where f_k is `floor` for the first
 * pool - slate places and 0 for others: closed form whenever the base slate's is.
 *
 * @param base indexes into the pool, distinct. @param floor in [0, 1].
 * @returns the slate shown; `base` is not changed.
 */
export function mixFloor(
  base: Uint32Array,
  poolSize: number,
  floor: number,
  random: RandomStream,
): Uint32Array {
  const shown = base.slice();
  const outside = poolSize - base.length;
  if (floor === 0 || outside === 0) return shown;
  const inBase = new Uint8Array(poolSize);
  for (const pick of base) inBase[pick] = 1;
  const substitutes = new Set<number>();
  for (let k = 0; k < Math.min(base.length, outside); k++) {
    if (random.uniform() >= floor) continue;
    let pick = random.below(poolSize);
    // Given the base slate every outside item is equally likely here, also after the places before it drew theirs.
    while (inBase[pick] || substitutes.has(pick)) pick = random.below(poolSize);
    substitutes.add(pick);
    shown[k] = pick;
  }
  return shown;
}

/**
 * The probability that place `k` of the shown slate holds an item, from that of the base slate.
 *
 * @param atPlace P(base_k = i). @param outsideBase P(i not in the base slate).
 */
export function flooredPropensity(
  place: number,
  slateSize: number,
  poolSize: number,
  floor: number,
  atPlace: number,
  outsideBase: number,
): number {
  const outside = poolSize - slateSize;
  if (place >= outside) return atPlace;
  return (1 - floor) * atPlace + (floor * outsideBase) / outside;
}

/** The choice around a base slate that is certain: {@link mixFloor} with its exact propensities. */
export function choiceAround(
  base: Uint32Array,
  poolSize: number,
  floor: number,
  random: RandomStream,
): Choice {
  const picks = mixFloor(base, poolSize, floor, random);
  const propensities = propensitiesAround(base, picks, poolSize, floor);
  return exactChoice(picks, propensities, conditionalAround(base, picks, poolSize, floor));
}

/** P(pick at its place | those before it) of a slate that {@link mixFloor} made of a base slate that is certain. */
function conditionalAround(
  base: Uint32Array,
  picks: Uint32Array,
  poolSize: number,
  floor: number,
): Float64Array {
  const outside = poolSize - base.length;
  let left = outside;
  return Float64Array.from(picks, (pick, k) => {
    if (k >= outside) return 1;
    return pick === base[k] ? 1 - floor : floor / left--;
  });
}

/** P(pick at its place) for any slate, around a base slate of the same size that is certain. */
export function propensitiesAround(
  base: Uint32Array,
  picks: Uint32Array,
  poolSize: number,
  floor: number,
): Float64Array {
  return Float64Array.from(picks, (pick, k) =>
    flooredPropensity(
      k,
      picks.length,
      poolSize,
      floor,
      base[k] === pick ? 1 : 0,
      base.includes(pick) ? 0 : 1,
    ),
  );
}
