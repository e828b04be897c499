/** Did a column come after the treatment? Its zeros go with those of the outcome. */

/** By how little chance columns and outcomes may agree. */
const CHANCE = 1e-6;

/**
 * Why a column looks like a consequence of the treatment, undefined where it does not: it is other than 0 only where the
 * outcome is (what was spent, beside whether anything was bought), or wherever the outcome is (the visit before it).
 *
 * @param numbers the column, NaN where missing; null of a column of words. @param outcomes one per row.
 */
export function consequenceOf(numbers: Float64Array | null, outcomes: Float64Array): string | undefined {
  if (numbers === null) return undefined;
  const n = outcomes.length;
  let own = 0;
  let results = 0;
  let both = 0;
  for (let i = 0; i < n; i++) {
    const here = numbers[i] !== 0 && !Number.isNaN(numbers[i]);
    if (here) own++;
    if (outcomes[i] !== 0) results++;
    if (here && outcomes[i] !== 0) both++;
  }
  if (own === 0 || results === 0 || own === n || results === n) return undefined;
  if (both === own && (results / n) ** own < CHANCE) {
    return 'other than 0 only where the outcome is: a consequence of the treatment';
  }
  if (both === results && (own / n) ** results < CHANCE) {
    return 'other than 0 wherever the outcome is: a consequence of the treatment';
  }
  return undefined;
}
