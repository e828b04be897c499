/** What has the policy learned so far? Every settled slate, in order, over the rows of the open catalogue. */

import type { Catalog } from '../catalog/catalog.ts';
import type { Policy } from '../funnel/policy.ts';
import type { SettledDecision } from '../nearline/settlement.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { Memory } from './memory.ts';

/**
 * A policy that follows the settled slates of a log.
 *
 * **Invariant:** its state is a function of the settlements 1 to `stateSequence` and of the catalogue, so that a
 * decision replays from its record.
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

  /** Learns from settlements, in their order. */
  async learn(settlements: Iterable<SettledDecision>): Promise<void> {
    for (const settled of settlements) {
      if (settled.settledSequence <= this.#stateSequence) continue;
      await this.#learn(settled);
      this.#stateSequence = settled.settledSequence;
    }
  }

  get #key(): readonly [string, string] {
    return [this.policy.name, this.#snapshot];
  }

  async #learn({ decisionId, snapshot, rows, rewards }: SettledDecision): Promise<void> {
    const record = this.#memory.decisions.get(decisionId);
    const source = snapshot === this.#snapshot ? this.#catalog : await this.#memory.catalogOf(snapshot);
    if (!record || !source) {
      this.missing++;
      return;
    }
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
  }
}
