/** Which `size` entries are largest? For slates: a few from a few hundred. */

/**
 * Indexes of the `size` largest values, descending; ties by lower index. Cost: O(n) while values come in no
 * ascending order, O(n size) at worst.
 *
 * @param values without NaN.
 */
export function largest(values: ArrayLike<number>, size: number): Uint32Array {
  const best = new Uint32Array(Math.min(size, values.length));
  if (best.length === 0) return best;
  let filled = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (filled === best.length && value <= values[best[filled - 1]]) continue;
    let place = filled < best.length ? filled++ : filled - 1;
    while (place > 0 && values[best[place - 1]] < value) {
      best[place] = best[place - 1];
      place--;
    }
    best[place] = i;
  }
  return best;
}
