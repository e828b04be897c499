/** What does the money buy? Spend against gain, the most promising first, in few bins. */

/** Bins of predicted gain per nano-dollar, four to an octave. */
const PER_OCTAVE = 4;
const LOWEST = -60 * PER_OCTAVE;
const HIGHEST = 10 * PER_OCTAVE;

/** What became of one purchase. */
export interface PurchaseOutcome {
  /** Gain that the router predicted. */
  readonly predicted: number;
  /** What it cost, in whole nano-dollars. */
  readonly cost: number;
  /** Gain that was realised, in the same unit. */
  readonly gain: number;
}

/** A point of the curve: had only the purchases that promised most for their cost been made. */
export interface QualityCostPoint {
  readonly purchases: number;
  /** Nano-dollars. */
  readonly spend: number;
  readonly gain: number;
}

/** What a {@link QualityCost} remembers, by bin; JSON-able. */
export type QualityCostState = readonly (readonly [bin: number, point: QualityCostPoint])[];

/** Outcomes of purchases, in at most 281 bins. */
export class QualityCost {
  readonly #bins: Map<number, QualityCostPoint>;

  constructor(state: QualityCostState = []) {
    this.#bins = new Map(state);
  }

  add({ predicted, cost, gain }: PurchaseOutcome): void {
    const ratio = predicted > 0 ? Math.floor(Math.log2(predicted / Math.max(cost, 1)) * PER_OCTAVE) : LOWEST;
    const bin = Math.min(HIGHEST, Math.max(LOWEST, ratio));
    const { purchases = 0, spend = 0, gain: sum = 0 } = this.#bins.get(bin) ?? {};
    this.#bins.set(bin, { purchases: purchases + 1, spend: spend + cost, gain: sum + gain });
  }

  /** Cumulative points by falling promise; the last is what was spent and gained in all. */
  curve(): QualityCostPoint[] {
    let sum: QualityCostPoint = { purchases: 0, spend: 0, gain: 0 };
    return this.state()
      .toReversed()
      .map(([, { purchases, spend, gain }]) => {
        sum = { purchases: sum.purchases + purchases, spend: sum.spend + spend, gain: sum.gain + gain };
        return sum;
      });
  }

  state(): QualityCostState {
    return [...this.#bins].sort(([a], [b]) => a - b);
  }
}
