/** What has this person done that the snapshot does not know? Read from the event log, kept while they are around. */

import { unexpected } from '../errors.ts';
import type { LoggedEvent } from '../log/event.ts';
import type { EventLog } from '../log/event-log.ts';
import { foldIn } from './fold-in.ts';
import { defaultStrength, type Strength } from './strength.ts';

/** What nearline needs of the open snapshot. */
export interface FoldInModel {
  /** Distinguishes snapshots; vectors are kept per hash. */
  readonly hash: string;
  /** Item factors, rows x dimension, row-major. */
  readonly factors: Float32Array;
  readonly dimension: number;
  /** Gram matrix of the factors, dimension x dimension. */
  readonly gram: Float64Array;
  readonly regularization: number;
  readonly unobservedWeight: number;
  /** How many items training knew. */
  readonly itemCount: number;
  /** The row of an item, or undefined for one that the snapshot does not hold. */
  rowOf(item: string): number | undefined;
  /** Rows that the snapshot counts as the person's positives. */
  baseRows(userNumber: number): ArrayLike<number>;
  /** The snapshot's own vector of the person, solved from `baseRows`; undefined for somebody it does not know. */
  baseVector?(userNumber: number): Float32Array | undefined;
}

/** Settings of the states. */
export interface UserStatesOptions {
  /** @default defaultStrength */
  readonly strength?: Strength;
  /** People kept in memory; others are read from the log again. @default 50,000 */
  readonly capacity?: number;
}

/** The last word on an item: the latest event by time, and of several at that time the one that arrived last. */
interface Opinion {
  readonly time: number;
  readonly sequence: number;
  readonly strength: number;
}

interface State {
  readonly touched: Set<string>;
  readonly opinions: Map<string, Opinion>;
  vector: { readonly hash: string; readonly values: Float32Array } | null;
}

/**
 * What is known of people beyond the snapshot: which items they have touched and which they like.
 *
 * **Invariant:** a state is a function of the set of the person's logged events: their order, repetitions and crashes
 * change nothing, not even the last bit of a vector.
 *
 * @example
 * ```ts
 * const states = new UserStates(events);
 * events.onAppended((event) => states.apply(event));
 * const vector = states.vector(userNumber, model);
 * ```
 */
export class UserStates {
  readonly #events: EventLog;
  readonly #strength: Strength;
  readonly #capacity: number;
  /** Least recently used first. */
  readonly #states = new Map<number, State>();

  constructor(events: EventLog, { strength = defaultStrength, capacity = 50_000 }: UserStatesOptions = {}) {
    if (!(Number.isInteger(capacity) && capacity > 0)) {
      throw unexpected('a whole number from 1', 'capacity', capacity);
    }
    this.#events = events;
    this.#strength = strength;
    this.#capacity = capacity;
  }

  /** Takes a logged event in. Idempotent; events may come in any order. */
  apply(event: LoggedEvent): void {
    // Somebody not in memory is read from the log, event included, when next asked for.
    const state = this.#states.get(event.userNumber);
    if (state) this.#apply(state, event);
  }

  /** Ids of the items that the person has had any event with. */
  touched(userNumber: number): ReadonlySet<string> {
    return this.#state(userNumber).touched;
  }

  /** Rows of the items touched and of the snapshot's positives, ascending: what the person has seen. */
  seenRows(userNumber: number, model: FoldInModel): Uint32Array {
    const rows = new Set(Array.from(model.baseRows(userNumber)));
    for (const item of this.touched(userNumber)) {
      const row = model.rowOf(item);
      if (row !== undefined) rows.add(row);
    }
    return Uint32Array.from(rows).sort();
  }

  /**
   * The person's vector under a snapshot: the fold-in of its positives, as far as they were not taken back, and of the
   * positives since. All zero when there are none. The caller must not change it.
   *
   * Cost: that of `foldIn` after an event or a swap, else one look-up, as for somebody without events of whom the
   * snapshot has a vector; plus, for somebody not in memory, reading
   * their events.
   */
  vector(userNumber: number, model: FoldInModel): Float32Array {
    const state = this.#state(userNumber);
    if (state.vector?.hash === model.hash) return state.vector.values;
    const trained = state.opinions.size === 0 ? model.baseVector?.(userNumber) : undefined;
    if (trained) return trained;
    const weights = new Map<number, number>();
    for (const row of Array.from(model.baseRows(userNumber))) weights.set(row, 1);
    for (const [item, { strength }] of state.opinions) {
      const row = model.rowOf(item);
      if (row === undefined) continue;
      if (strength > 0) weights.set(row, strength);
      else weights.delete(row);
    }
    const rows = Uint32Array.from(weights.keys()).sort();
    const { factors, dimension, gram, regularization, unobservedWeight, itemCount } = model;
    const values = foldIn({
      factors,
      dimension,
      gram,
      rows,
      weights: Float64Array.from(rows, (row) => weights.get(row)!),
      regularization,
      unobservedWeight,
      itemCount,
    });
    state.vector = { hash: model.hash, values };
    return values;
  }

  #state(userNumber: number): State {
    let state = this.#states.get(userNumber);
    if (state) this.#states.delete(userNumber);
    else {
      state = { touched: new Set(), opinions: new Map(), vector: null };
      for (const event of this.#events.ofUser(userNumber)) this.#apply(state, event);
    }
    this.#states.set(userNumber, state);
    if (this.#states.size > this.#capacity) this.#states.delete(this.#states.keys().next().value!);
    return state;
  }

  #apply(state: State, event: LoggedEvent): void {
    const { item, time, sequence } = event;
    state.touched.add(item);
    const strength = this.#strength(event);
    if (strength === undefined) return;
    if (!(strength >= 0 && strength < Infinity)) {
      throw unexpected('a finite number from 0, or undefined,', 'strength', strength);
    }
    const known = state.opinions.get(item);
    if (known && (known.time > time || (known.time === time && known.sequence >= sequence))) return;
    state.opinions.set(item, { time, sequence, strength });
    state.vector = null;
  }
}
