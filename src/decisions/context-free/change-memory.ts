/** What happened since the world last changed? A test on every outcome, and a fresh start when an arm fails it. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';
import { ArmMemory } from './arm-memory.ts';
import { OutcomeHistory } from './outcome-history.ts';
import { column, notSaved } from './state.ts';

/**
 * All outcomes since an arm was last found changed, by the generalised likelihood ratio test for rewards in [0, 1]; then
 * everything is forgotten, of all arms (Besson, Kaufmann, Maillard and Seznec 2022, GLR-klUCB with global restarts).
 *
 * An arm has changed when its statistic after n outcomes exceeds ln(3 n sqrt(n) / risk), the authors' threshold for
 * use: an arm that does not change raises an alarm with probability of at most about `risk`, however long it is watched.
 */
export class ChangeMemory extends ArmMemory {
  readonly #risk: number;
  readonly #histories = new Map<number, OutcomeHistory>();

  /** @param risk of a false alarm, per arm, in (0, 1). */
  constructor(arms: number, risk: number) {
    super(arms);
    if (!(risk > 0 && risk < 1)) throw unexpected('a probability between 0 and 1', 'changeRisk', risk);
    this.#risk = risk;
  }

  override add(arm: number, reward: number): void {
    super.add(arm, reward);
    const history = this.#historyOf(arm);
    history.add(reward);
    const n = this.counts[arm];
    const changed = history.changeStatistic() > Math.log((3 * n * Math.sqrt(n)) / this.#risk);
    if (changed) this.#restart();
  }

  override snapshot(): PolicyState {
    const arms = [...this.#histories.keys()].sort((a, b) => a - b);
    const histories = arms.map((arm) => this.#histories.get(arm) as OutcomeHistory);
    return {
      ...super.snapshot(),
      blockArms: Float64Array.from(
        arms.flatMap((arm, i) => new Array<number>(histories[i].counts.length).fill(arm)),
      ),
      blockCounts: Float64Array.from(histories.flatMap(({ counts }) => counts)),
      blockSums: Float64Array.from(histories.flatMap(({ sums }) => sums)),
    };
  }

  override restore(state: PolicyState): void {
    const arms = column(state, 'blockArms');
    const counts = column(state, 'blockCounts', arms.length);
    const sums = column(state, 'blockSums', arms.length);
    if (!arms.every((arm) => Number.isInteger(arm) && arm < this.arms))
      throw notSaved('blockArms', 'no arms');
    super.restore(state);
    this.#histories.clear();
    for (let i = 0; i < arms.length; i++) {
      const history = this.#historyOf(arms[i]);
      history.counts.push(counts[i]);
      history.sums.push(sums[i]);
    }
  }

  #historyOf(arm: number): OutcomeHistory {
    const known = this.#histories.get(arm);
    if (known !== undefined) return known;
    const history = new OutcomeHistory();
    this.#histories.set(arm, history);
    return history;
  }

  #restart(): void {
    this.total = 0;
    this.counts.fill(0);
    this.sums.fill(0);
    this.#histories.clear();
  }
}
