/** Who is this person under the open snapshot? The fold-in of all they liked, and all they have seen. */

import type { FoldInModel, UserStates } from '../nearline/user-state.ts';
import type { ServingModel } from './serving-model.ts';

/** What stages ask about people. */
export interface People {
  /** The person's vector; the mean vector of all for somebody of whom nothing is known. */
  vectorOf(userNumber: number): Float32Array;
  /** Rows that the person has seen, ascending: by the snapshot and by the events since. */
  seenBy(userNumber: number): Uint32Array;
}

/** People as a snapshot and the events since show them. */
export function peopleOf({ snapshot, hash, fit, meanVector }: ServingModel, states: UserStates): People {
  const { items, users, catalog } = snapshot;
  const { offsets, rows } = users.history;
  const model: FoldInModel = {
    hash,
    factors: items.factors,
    dimension: items.dimension,
    gram: items.gram,
    regularization: fit.regularization,
    unobservedWeight: fit.unobservedWeight,
    itemCount: fit.knownItems,
    rowOf: (item) => catalog.rowOf(item),
    baseRows: (userNumber) => {
      const user = snapshot.userRow(userNumber);
      return user === undefined ? rows.subarray(0, 0) : rows.subarray(offsets[user], offsets[user + 1]);
    },
    baseVector: (userNumber) => {
      const user = snapshot.userRow(userNumber);
      if (user === undefined) return undefined;
      return users.factors.subarray(user * items.dimension, (user + 1) * items.dimension);
    },
  };
  return {
    vectorOf(userNumber) {
      const vector = states.vector(userNumber, model);
      return vector.some((value) => value !== 0) ? vector : meanVector;
    },
    seenBy: (userNumber) => states.seenRows(userNumber, model),
  };
}
