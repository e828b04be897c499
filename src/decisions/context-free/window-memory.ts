/** What happened lately? The last outcomes of all arms together. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';
import { ArmMemory } from './arm-memory.ts';
import { column, notSaved } from './state.ts';

/** The last `window` outcomes: each new one beyond them takes the oldest away. Cost: O(1) an outcome. */
export class WindowMemory extends ArmMemory {
  /** A ring of outcomes; the oldest stands at {@link WindowMemory.#next} once it is full. */
  readonly #ringArms: Uint32Array;
  readonly #ringRewards: Float64Array;
  #next = 0;

  constructor(arms: number, window: number) {
    super(arms);
    if (!(Number.isInteger(window) && window >= 1 && window <= 2 ** 30)) {
      throw unexpected('a whole number from 1 to 2^30', 'window', window);
    }
    this.#ringArms = new Uint32Array(window);
    this.#ringRewards = new Float64Array(window);
  }

  override add(arm: number, reward: number): void {
    const at = this.#next;
    if (this.total === this.#ringArms.length) {
      const oldest = this.#ringArms[at];
      this.counts[oldest]--;
      // Rounding must leave neither a debt nor a mean above 1, and nothing where nothing is remembered.
      const left = Math.max(0, this.sums[oldest] - this.#ringRewards[at]);
      this.sums[oldest] = Math.min(left, this.counts[oldest]);
      this.total--;
    }
    this.#ringArms[at] = arm;
    this.#ringRewards[at] = reward;
    this.#next = (at + 1) % this.#ringArms.length;
    super.add(arm, reward);
    if (this.#next === 0) this.#addUpAgain();
  }

  override snapshot(): PolicyState {
    return {
      ...super.snapshot(),
      ringArms: Float64Array.from(this.#ringArms),
      ringRewards: this.#ringRewards.slice(),
      next: Float64Array.of(this.#next),
    };
  }

  override restore(state: PolicyState): void {
    const arms = column(state, 'ringArms', this.#ringArms.length);
    const rewards = column(state, 'ringRewards', arms.length);
    const [next] = column(state, 'next', 1);
    if (!arms.every((arm) => Number.isInteger(arm) && arm < this.arms)) throw notSaved('ringArms', 'no arms');
    const total = column(state, 'counts').reduce((sum, count) => sum + count, 0);
    const full = total === arms.length && Number.isInteger(next) && next < arms.length;
    if (!full && !(total < arms.length && next === total)) throw notSaved('next', String(next));
    super.restore(state);
    this.#ringArms.set(arms);
    this.#ringRewards.set(rewards);
    this.#next = next;
  }

  /** Once round the ring: what rounding has left in the sums since the last time is gone. */
  #addUpAgain(): void {
    for (const arm of this.#ringArms) this.sums[arm] = 0;
    this.#ringArms.forEach((arm, i) => {
      this.sums[arm] += this.#ringRewards[i];
    });
  }
}
