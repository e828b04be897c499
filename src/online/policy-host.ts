/** What has the policy learned so far? Every settled slate, in order, over the rows of the open catalogue. */

import type { Catalog } from '../catalog/catalog.ts';
import type { Policy } from '../funnel/policy.ts';
import type { SettledDecision } from '../nearline/settlement.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { Memory } from './memory.ts';

/** Slates learned between two looks at whether a request has come: a millisecond or two. */
const LEARNED_AT_ONCE = 64;

/**
 * A policy that follows the settled slates of a log.
 *
 * **Invariant:** its state is a function of the settlements 1 to `stateSequence` and of the catalogue, so that a
 * decision replays from its record. State and `stateSequence` change in one step, which no request comes between.
 */
export class PolicyHost {
  readonly policy: Policy;
  readonly #catalog: Catalog;
  readonly #snapshot: string;
  readonly #memory: Memory;
  #stateSequence = 0;
  /** Settled slates whose record or catalogue is gone, so that nothing could be learned from them. */
  missing = 0;

  constructor(policy: Policy, catalog: Catalog, snapshot: string, memory: Memory) {
    this.policy = policy;
    this.#catalog = catalog;
    this.#snapshot = snapshot;
    this.#memory = memory;
  }

  /** Number of the last settlement that the state includes. */
  get stateSequence(): number {
    return this.#stateSequence;
  }

  /** Takes up what was saved for this policy and snapshot, if anything was. */
  restore(): void {
    const bytes = this.#memory.savedPolicy(this.#key);
    if (!bytes) return;
    const { state, stateSequence } = decodeCheckpoint(bytes);
    this.policy.restore(state);
    this.#stateSequence = stateSequence;
  }

  /** Saves the state, so that opening need not replay the settlements in it. */
  async save(): Promise<void> {
    const state = this.policy.snapshot();
    await this.#memory.savePolicy(this.#key, encodeCheckpoint({ state, stateSequence: this.#stateSequence }));
  }

  /**
   * Learns from the settlements of the log that it does not know yet, whoever settled them, in their order. One call
   * at a time.
   *
   * @param upTo the last settlement to learn from. @default all there are
   */
  async catchUp(upTo = Number.POSITIVE_INFINITY): Promise<void> {
    let learned = 0;
    for (const settled of this.#memory.settlement.replay({ after: this.#stateSequence, upTo })) {
      await this.#learn(settled);
      learned++;
      if (learned % LEARNED_AT_ONCE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  get #key(): readonly [string, string] {
    return [this.policy.name, this.#snapshot];
  }

  async #learn({ settledSequence, decisionId, snapshot, rows, rewards }: SettledDecision): Promise<void> {
    const source = snapshot === this.#snapshot ? this.#catalog : await this.#memory.catalogOf(snapshot);
    const record = this.#memory.decisions.get(decisionId);
    if (record && source) {
      const kept: { row: number; score: number; reward: number }[] = [];
      rows.forEach((row, i) => {
        const own = source === this.#catalog ? row : this.#catalog.rowOf(source.idOf(row));
        const score = record.shown.scores[i];
        // An item that left the catalogue has no arm; a slate that a deadline cut short carries no score to correct.
        if (own !== undefined && Number.isFinite(score)) kept.push({ row: own, score, reward: rewards[i] });
      });
      this.policy.update({
        rows: Uint32Array.from(kept, ({ row }) => row),
        scores: Float32Array.from(kept, ({ score }) => score),
        rewards: Float64Array.from(kept, ({ reward }) => reward),
      });
    } else this.missing++;
    this.#stateSequence = settledSequence;
  }
}
