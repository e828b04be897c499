/** What does a reward model know of an action in a context? A vector, written on demand. */

/** Features of (context, action). A constant is added by the model and need not be among them. */
export interface RewardFeatures {
  /** How many there are. */
  readonly dimension: number;
  /** Writes the features of an action in the context of a logged round over `into`. */
  write(round: number, action: number, into: Float64Array): void;
}
