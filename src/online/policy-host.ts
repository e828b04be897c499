/** What has the policy learned so far? Every settled slate, in order, over the rows of the open catalogue. */

import type { Catalog } from '../catalog/catalog.ts';
import { SluiceError } from '../errors.ts';
import type { Feedback, Policy } from '../funnel/policy.ts';
import type { DecisionRecord } from '../log/decision.ts';
import type { SettledDecision } from '../nearline/settlement.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { CheckpointPace } from './checkpoint-pace.ts';
import type { Memory } from './memory.ts';

/** Slates learned between two looks at whether a request has come: a millisecond or two. */
const LEARNED_AT_ONCE = 64;

/** What came of the settled slates since opening. */
export interface PolicyCounters {
  /** Slates that the policy has learned from. */
  learned: number;
  /** Slates whose record or catalogue is gone. */
  missing: number;
  /** Slates whose outcomes the policy refused as wrong, whole; the failure listener has heard why. */
  refused: number;
  /** Slates with the context of another snapshot, whose vectors have other axes: a contextual policy passes them by. */
  otherAxes: number;
  /** Items shown that the open catalogue does not hold, or that were shown without a score. */
  unknownArms: number;
}

/** Codes with which a policy says that feedback is wrong, and would be again. */
const REFUSALS = [
  'ERR_SLUICE_NON_FINITE',
  'ERR_SLUICE_INVALID_ARGUMENT',
  'ERR_SLUICE_DIMENSION_MISMATCH',
] as const;

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
  #pace: CheckpointPace;
  readonly #counters: PolicyCounters = { learned: 0, missing: 0, refused: 0, otherAxes: 0, unknownArms: 0 };

  constructor(policy: Policy, catalog: Catalog, snapshot: string, memory: Memory) {
    this.policy = policy;
    this.#catalog = catalog;
    this.#snapshot = snapshot;
    this.#memory = memory;
    this.#pace = new CheckpointPace(0, memory.now());
  }

  /** Number of the last settlement that the state includes. */
  get stateSequence(): number {
    return this.#stateSequence;
  }

  get counters(): Readonly<PolicyCounters> {
    return { ...this.#counters };
  }

  /** Takes up what was saved for this policy and snapshot, if anything was. */
  restore(): void {
    const bytes = this.#memory.savedPolicy(this.#key);
    if (!bytes) return;
    const { state, stateSequence } = decodeCheckpoint(bytes);
    this.policy.restore(state);
    this.#stateSequence = stateSequence;
    this.#pace = new CheckpointPace(stateSequence, this.#memory.now());
  }

  /** Saves the state in one durable write, so that opening need not replay the settlements in it. */
  async save(): Promise<void> {
    const started = performance.now();
    const stateSequence = this.#stateSequence;
    const state = this.policy.snapshot();
    await this.#memory.savePolicy(this.#key, encodeCheckpoint({ state, stateSequence }));
    this.#pace.saved(stateSequence, this.#memory.now(), performance.now() - started);
  }

  /** Saves the state if {@link CheckpointPace} says that it is time. */
  async saveIfDue(): Promise<void> {
    if (this.#pace.isDue(this.#stateSequence, this.#memory.now())) await this.save();
  }

  /**
   * Learns from the settlements of the log that it does not know yet, whoever settled them, in their order. One call
   * at a time.
   *
   * @param upTo the last settlement to learn from. @default all there are
   * @param onRefused hears why the policy refused the outcomes of a slate, which it then passes by.
   */
  async catchUp(
    upTo = Number.POSITIVE_INFINITY,
    onRefused: (error: unknown) => void = () => {},
  ): Promise<void> {
    let learned = 0;
    for (const settled of this.#memory.settlement.replay({ after: this.#stateSequence, upTo })) {
      await this.#learn(settled, onRefused);
      learned++;
      if (learned % LEARNED_AT_ONCE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  get #key(): readonly [string, string] {
    return [this.policy.name, this.#snapshot];
  }

  async #learn(settled: SettledDecision, onRefused: (error: unknown) => void): Promise<void> {
    const { settledSequence, decisionId, snapshot } = settled;
    const source = snapshot === this.#snapshot ? this.#catalog : await this.#memory.catalogOf(snapshot);
    const record = this.#memory.decisions.get(decisionId);
    if (!record || !source) this.#counters.missing++;
    else if (this.policy.contextual && source !== this.#catalog) this.#counters.otherAxes++;
    else {
      try {
        this.policy.update(this.#feedback(settled, record, source));
        this.#counters.learned++;
      } catch (error) {
        // The same slate would be refused for ever, and none after it be learned.
        if (!REFUSALS.some((code) => SluiceError.is(error, code))) throw error;
        this.#counters.refused++;
        onRefused(error);
      }
    }
    this.#stateSequence = settledSequence;
  }

  /** An incremental policy learns what was played in whatever way, of what was shown and what was withheld. */
  #feedback(
    { rows, rewards, plays }: SettledDecision,
    { shown, withheld, context }: DecisionRecord,
    source: Catalog,
  ): Feedback {
    const kept: { row: number; score: number; reward: number; exposed: number }[] = [];
    const keep = (row: number, score: number, reward: number, exposed: 0 | 1): void => {
      const own = source === this.#catalog ? row : this.#catalog.rowOf(source.idOf(row));
      // An item that left the catalogue has no arm; a slate that a deadline cut short carries no score to correct.
      if (own !== undefined && Number.isFinite(score)) kept.push({ row: own, score, reward, exposed });
      else this.#counters.unknownArms++;
    };
    const incremental = this.policy.incremental === true;
    if (!incremental) rows.forEach((row, i) => void keep(row, shown.scores[i], rewards[i], 1));
    else if (plays !== undefined && withheld !== undefined) {
      rows.forEach((row, i) => void keep(row, shown.scores[i], plays.shown[i], 1));
      withheld.rows.forEach((row, i) => void keep(row, withheld.scores[i], plays.withheld[i], 0));
    }
    return {
      rows: Uint32Array.from(kept, ({ row }) => row),
      scores: Float32Array.from(kept, ({ score }) => score),
      rewards: Float64Array.from(kept, ({ reward }) => reward),
      ...(incremental && { exposed: Uint8Array.from(kept, ({ exposed }) => exposed) }),
      ...(context && source === this.#catalog && { context }),
    };
  }
}
