/** How often was each arm tried, and with what reward? All outcomes, or those that a subclass still remembers. */

import type { PolicyState } from '../../funnel/policy.ts';
import { checkArms } from '../checks.ts';
import { column } from './state.ts';

/** Number and sum of the remembered outcomes of every arm (row of the catalogue). This one forgets nothing. */
export class ArmMemory {
  readonly arms: number;
  /** Remembered outcomes of each arm. */
  readonly counts: Float64Array;
  /** Sums of their rewards. */
  readonly sums: Float64Array;
  /** Remembered outcomes of all arms. */
  total = 0;

  constructor(arms: number) {
    checkArms(arms);
    this.arms = arms;
    this.counts = new Float64Array(arms);
    this.sums = new Float64Array(arms);
  }

  /** Adds an outcome. @param arm below `arms`. @param reward in [0, 1]. */
  add(arm: number, reward: number): void {
    this.counts[arm]++;
    this.sums[arm] += reward;
    this.total++;
  }

  snapshot(): PolicyState {
    return { counts: this.counts.slice(), sums: this.sums.slice() };
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT; nothing is restored then. */
  restore(state: PolicyState): void {
    const counts = column(state, 'counts', this.arms);
    const sums = column(state, 'sums', this.arms);
    this.counts.set(counts);
    this.sums.set(sums);
    // Exact: whole numbers far below 2^53.
    this.total = counts.reduce((total, count) => total + count, 0);
  }
}
