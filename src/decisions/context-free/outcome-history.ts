/** Has an arm changed? Its outcomes in order, in blocks that grow with age, and the likelihood ratio of a change. */

/** Blocks of one size that are kept apart; one more, and the two oldest of them become one of twice the size. */
const BLOCKS_PER_SIZE = 5;

/**
 * The outcomes of one arm, oldest first, in an exponential histogram (Datar et al. 2002): any moment at which the arm
 * may have changed is met by the end of a block to within a quarter of its age. Memory and cost: O(log n).
 */
export class OutcomeHistory {
  /** Outcomes in each block, a power of 2, and the sum of their rewards. */
  readonly counts: number[] = [];
  readonly sums: number[] = [];

  /** Adds the newest outcome. */
  add(reward: number): void {
    const { counts, sums } = this;
    counts.push(1);
    sums.push(reward);
    let last = counts.length - 1;
    for (let size = 1; ; size *= 2) {
      let first = last;
      while (first > 0 && counts[first - 1] === size) first--;
      if (last - first + 1 <= BLOCKS_PER_SIZE) return;
      counts[first] += counts[first + 1];
      sums[first] += sums[first + 1];
      counts.splice(first + 1, 1);
      sums.splice(first + 1, 1);
      last = first;
    }
  }

  /**
   * The generalised likelihood ratio of one change against none, at its largest over the ends of blocks:
   * s kl(mean of the first s, mean) + (n - s) kl(mean of the others, mean).
   */
  changeStatistic(): number {
    const { counts, sums } = this;
    let n = 0;
    let total = 0;
    for (let i = 0; i < counts.length; i++) {
      n += counts[i];
      total += sums[i];
    }
    // Written with entropies, of which the mean's is common to all splits: two logarithms a side instead of four.
    const common = n * negativeEntropy(total / n);
    let largest = 0;
    let seen = 0;
    let sum = 0;
    for (let i = 0; i < counts.length - 1; i++) {
      seen += counts[i];
      sum += sums[i];
      const rest = n - seen;
      const ratio =
        seen * negativeEntropy(sum / seen) + rest * negativeEntropy((total - sum) / rest) - common;
      if (ratio > largest) largest = ratio;
    }
    return largest;
  }
}

/** p ln p + (1 - p) ln(1 - p), 0 at both ends and, for what rounding puts beyond them, there too. */
function negativeEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : p * Math.log(p) + (1 - p) * Math.log(1 - p);
}
