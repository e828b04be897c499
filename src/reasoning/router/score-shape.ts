/** How clear-cut is a ranked list? The gap behind its first place and the evenness of its first dozen. */

/** Places of a list that are looked at: those that will be seen. */
export const PLACES = 12;

/** The shape of the scores of the first {@link PLACES} results; both 0 where there are fewer than two. */
export interface ScoreShape {
  /** First score less the second, as a share of the first less the last; in [0, 1]. */
  readonly gap: number;
  /** Entropy of the softmax of the standardised scores, as a share of its maximum; in [0, 1], 1 where all are equal. */
  readonly entropy: number;
}

const FLAT: ScoreShape = { gap: 0, entropy: 0 };

/** The shape of a list of scores, best first. Cost: one exponential a place. */
export function scoreShape(scores: ArrayLike<number>): ScoreShape {
  const n = Math.min(scores.length, PLACES);
  if (n < 2) return FLAT;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += scores[i] / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += (scores[i] - mean) ** 2 / n;
  const spread = scores[0] - scores[n - 1];
  if (!(square > 0 && spread > 0 && square < Number.POSITIVE_INFINITY)) return { gap: 0, entropy: 1 };
  const deviation = Math.sqrt(square);
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    const z = (scores[i] - scores[0]) / deviation;
    const e = Math.exp(z);
    total += e;
    weighted += e * z;
  }
  const entropy = (Math.log(total) - weighted / total) / Math.log(n);
  return { gap: unit((scores[0] - scores[1]) / spread), entropy: unit(entropy) };
}

/** Intersection over union of the first {@link PLACES} of two lists of distinct rows (Jaccard); 0 where both are empty. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, PLACES);
  const m = Math.min(b.length, PLACES);
  let both = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (a[i] === b[j]) {
        both++;
        break;
      }
    }
  }
  return n + m === 0 ? 0 : both / (n + m - both);
}

/** Kept inside [0, 1]; what is not a number is 0. */
export const unit = (x: number): number => (x > 0 ? Math.min(x, 1) : 0);
