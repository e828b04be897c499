/** Which indexes have the highest scores? Ties by lower index. */

/** Beyond so many picks sorting everything is faster than insertion. */
const INSERTED = 64;

/** Fills `picks` up to min(length, scores). No score is NaN. */
export function pickBest(scores: Float32Array, picks: Uint32Array): void {
  const count = Math.min(picks.length, scores.length);
  if (count > INSERTED) {
    const order = Uint32Array.from(scores, (_, i) => i);
    // Of two minus infinities the difference is NaN, which is as false as 0.
    order.sort((a, b) => scores[b] - scores[a] || a - b);
    picks.set(order.subarray(0, count));
    return;
  }
  let filled = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    if (filled === count && (count === 0 || score <= scores[picks[count - 1]])) continue;
    if (filled < count) filled++;
    let at = filled - 1;
    while (at > 0 && scores[picks[at - 1]] < score) {
      picks[at] = picks[at - 1];
      at--;
    }
    picks[at] = i;
  }
}
