/** Which decisions still wait for their outcomes? A table shared by the decision log and settlement. */

/**
 * Keys `[time, decisionId]` with empty values, in the order of settlement: written with the record, removed with the
 * settlement, so that no crash loses or repeats one.
 *
 * @internal
 */
export const UNSETTLED = 'decisions-unsettled';
