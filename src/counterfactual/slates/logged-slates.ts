/** What must be known of logged slates to judge another policy by them? Columns of rounds x slots. */

import { unexpected } from '../../errors.ts';

/** What a policy thinks of the items that were shown. Rounds x slots, row-major. */
export interface SlatePropensities {
  /** P(item at its slot | context): what a decision record keeps as `propensities`. */
  readonly marginal?: Float64Array;
  /** P(item at its slot | items at the slots before it, context): what a decision record keeps as `conditional`. */
  readonly conditional?: Float64Array;
}

/** A model of what a slate still earns from a slot on, fitted on other rounds than it speaks of. Rounds x slots. */
export interface ModelledSlates {
  /** Q_l: rewards of this slot and those after it, given the items up to this slot, if the target fills the rest. */
  readonly taken: Float64Array;
  /** The mean of Q_l over the target's choice for this slot, given the logged items before it. */
  readonly expected: Float64Array;
}

/**
 * Slates as they were logged, beside what the target policy would have done. Rounds x slots, row-major.
 *
 * A slate that is shorter than the others is filled up with rewards of 0 and propensities of 1 under both policies.
 */
export interface LoggedSlates {
  /** Slots of a slate. */
  readonly slots: number;
  /** The reward at each slot; finite. The value of a policy is the mean of their sum over a slate. */
  readonly rewards: Float64Array;
  /** Above 0, at most 1. */
  readonly logging: SlatePropensities;
  /** From 0 to 1. */
  readonly target: SlatePropensities;
  /** Needed by cascade-DR. */
  readonly model?: ModelledSlates;
  /** One weight per round from `pseudoInverse`, `uniformPseudoInverse` or `independentSlots`; for the pseudo-inverse. */
  readonly pseudoInverseWeights?: Float64Array;
}

/**
 * Number of rounds of columns from which something can be estimated. Cost: O(rounds x slots).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty log, columns of different lengths, a logging propensity outside
 * (0, 1] or a target propensity outside [0, 1]; ERR_SLUICE_NON_FINITE for other numbers that are not finite.
 * @internal
 */
export function checkLoggedSlates(log: LoggedSlates): number {
  const { slots, rewards, logging, target, model, pseudoInverseWeights } = log;
  if (!(Number.isInteger(slots) && slots >= 1)) throw unexpected('a whole number from 1', 'slots', slots);
  const cells = rewards.length;
  if (cells === 0 || cells % slots !== 0) {
    throw unexpected(`a multiple of ${slots} rewards, at least one slate,`, 'rewards', cells);
  }
  finite('rewards', rewards, cells);
  for (const kind of ['marginal', 'conditional'] as const) {
    probabilities(`logging.${kind}`, logging[kind], cells, Number.MIN_VALUE);
    probabilities(`target.${kind}`, target[kind], cells, 0);
  }
  finite('model.taken', model?.taken, cells);
  finite('model.expected', model?.expected, cells);
  finite('pseudoInverseWeights', pseudoInverseWeights, cells / slots);
  return cells / slots;
}

function finite(name: string, column: Float64Array | undefined, length: number): void {
  if (column === undefined) return;
  if (column.length !== length) throw unexpected(`${length} entries`, name, column.length);
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw unexpected('finite numbers', `${name}[${bad}]`, column[bad], 'ERR_SLUICE_NON_FINITE');
}

function probabilities(name: string, column: Float64Array | undefined, length: number, least: number): void {
  if (column === undefined) return;
  if (column.length !== length) throw unexpected(`${length} entries`, name, column.length);
  const bad = column.findIndex((value) => !(value >= least && value <= 1));
  if (bad < 0) return;
  throw unexpected(`a probability${least > 0 ? ' above 0' : ''}`, `${name}[${bad}]`, column[bad]);
}
