import type { Choice, Policy, Pool } from '../../src/funnel/policy.ts';
import { RandomStream } from '../../src/numerics/random.ts';

/** A pool of the first rows with these scores. */
export const poolOf = (scores: ArrayLike<number>, surface?: string): Pool => ({
  rows: Uint32Array.from(scores, (_, i) => i),
  scores: Float32Array.from(scores),
  ...(surface !== undefined && { surface }),
});

/** All slates of `size` from `n` entries. */
export function slates(n: number, size: number): Uint32Array[] {
  if (size === 0) return [new Uint32Array(0)];
  return slates(n, size - 1).flatMap((head) =>
    Array.from({ length: n }, (_, i) => i)
      .filter((i) => !head.includes(i))
      .map((i) => Uint32Array.of(...head, i)),
  );
}

/** A slate of `size` with `item` at `place`. */
export function slateWith(n: number, size: number, item: number, place: number): Uint32Array {
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => i !== item);
  return Uint32Array.from({ length: size }, (_, k) => (k === place ? item : others[k < place ? k : k - 1]));
}

/** P(item at place) as the policy says it now: one row per item, one column per place. */
export function claimed(policy: Policy, pool: Pool, size: number, draws = 1): Float64Array {
  const n = pool.rows.length;
  const table = new Float64Array(n * size);
  for (let start = 0; start < n; start++) {
    const slate = Uint32Array.from({ length: size }, (_, place) => (start + place) % n);
    policy.propensity(pool, slate, new RandomStream(5, start), draws).forEach((propensity, place) => {
      table[slate[place] * size + place] = propensity;
    });
  }
  return table;
}

/** How often each item stood at each place in `rounds` choices. */
export function frequencies(
  choose: (random: RandomStream) => Choice,
  n: number,
  size: number,
  rounds: number,
): Float64Array {
  const table = new Float64Array(n * size);
  for (let round = 0; round < rounds; round++) {
    choose(new RandomStream(17, `round ${round}`)).picks.forEach((pick, place) => {
      table[pick * size + place] += 1 / rounds;
    });
  }
  return table;
}
