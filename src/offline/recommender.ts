/** What must a model do to be evaluated? Train on a fold, then score the catalogue for people it never saw. */

import type { Fold } from './splits.ts';

/** A trained model. */
export interface Recommender {
  /**
   * A score for every catalogue row, from the rows that a person interacted with; higher is better. The array may be
   * the same at every call and is read before the next.
   *
   * @param foldIn catalogue rows, ascending; rows that training did not know are ignored.
   */
  scores(foldIn: Uint32Array): Float32Array | Float64Array;
}

/** What {@link Model.train} is told beside the fold. */
export interface TrainContext {
  /** Rows of the catalogue. */
  readonly itemCount: number;
  readonly signal?: AbortSignal;
  /** To be called with the share of the training that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** A way to train, by the name under which results are reported (`popularity`, `ials`, ...). */
export interface Model {
  readonly name: string;
  train(fold: Fold, context: TrainContext): Recommender | Promise<Recommender>;
}
