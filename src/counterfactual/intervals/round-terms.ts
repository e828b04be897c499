/** What do all estimators have in common? A value made of means over rounds: offset + numerator / denominator. */

/**
 * What an estimator says of each round. Its value is `mean(offset) + mean(numerator) / mean(denominator)`.
 *
 * Rounds are independent; where several rows belong to one decision, sum them into one round first.
 */
export interface RoundTerms {
  /** 0 everywhere unless given. */
  readonly offset?: Float64Array;
  readonly numerator: Float64Array;
  /** 1 everywhere unless given: the weights of a self-normalised estimator. */
  readonly denominator?: Float64Array;
  /** The widest span that the terms of a round may have; what empirical Bernstein needs beside the rounds. */
  readonly range: number;
}

/** The value that the terms say. */
export function estimatedValue({ offset, numerator, denominator }: RoundTerms): number {
  const n = numerator.length;
  let shift = 0;
  let above = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    if (offset !== undefined) shift += offset[i];
    above += numerator[i];
    if (denominator !== undefined) below += denominator[i];
  }
  if (denominator === undefined) return (shift + above) / n;
  // Where no round weighs anything, nothing corrects the offset.
  return shift / n + (below === 0 ? 0 : above / below);
}

/** What each round contributes: the terms themselves, or of a ratio its linearisation at the value (delta method). */
export function influence(terms: RoundTerms): Float64Array {
  const { offset, numerator, denominator } = terms;
  const n = numerator.length;
  let above = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    above += numerator[i];
    below += denominator === undefined ? 1 : denominator[i];
  }
  const ratio = below === 0 ? 0 : above / below;
  const scale = below === 0 ? 0 : n / below;
  return numerator.map((value, i) => {
    const shift = offset === undefined ? 0 : offset[i];
    if (denominator === undefined) return shift + value;
    return shift + ratio + (value - ratio * denominator[i]) * scale;
  });
}
