/** Is this a decision that evaluation can use later? What is logged wrongly today biases every estimate for ever. */

import { unexpected } from '../errors.ts';
import type { DecisionRecord, WithheldItems } from './decision.ts';
import { checkText } from './event-check.ts';
import { checkRouting } from './routing.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. @internal */
export function checkDecision(record: DecisionRecord): void {
  if (typeof record !== 'object' || record === null) throw unexpected('an object', 'record', record);
  const { context, pool, shown, propensityState, draws } = record;
  checkText(record.decisionId, 'decisionId', 256);
  checkText(record.surface, 'surface', 64);
  checkText(record.snapshot, 'snapshot', 256);
  checkText(record.policy, 'policy', 4096);
  checkText(record.route, 'route', 256);
  if (record.holdout !== null) checkText(record.holdout, 'holdout', 256);
  if (record.withheld !== undefined) checkWithheld(record.withheld, record);
  if (!(Number.isFinite(record.time) && record.time >= 0)) {
    throw unexpected('milliseconds since 1970', 'time', record.time);
  }
  if (!Number.isFinite(record.seed)) throw unexpected('a finite number', 'seed', record.seed);
  checkCount(record.userNumber, 'userNumber');
  checkCount(record.stateSequence, 'stateSequence');
  checkCount(record.cost, 'cost');
  if (context !== null) checkContext(context);
  if (pool !== null) checkColumn(pool.scores, Float32Array, pool.rows.length, 'pool.scores');
  checkColumn(shown.scores, Float32Array, shown.rows.length, 'shown.scores');
  if (shown.conditional !== undefined) checkPropensities(shown.conditional, shown.rows.length);
  if (propensityState === 'pending') {
    checkColumn(shown.propensities, Float64Array, shown.rows.length, 'shown.propensities');
  } else if (propensityState === 'exact' || propensityState === 'estimated') {
    checkPropensities(shown.propensities, shown.rows.length);
  } else throw unexpected('exact, estimated or pending', 'propensityState', propensityState);
  if (record.order !== undefined) checkOrder(record.order, shown.rows.length);
  record.routings?.forEach(checkRouting);
  if (propensityState === 'estimated') checkDraws(draws);
  else if (draws !== undefined) throw unexpected('no draws unless estimated', 'draws', draws);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless there is one probability in (0, 1] per item shown. @internal */
export function checkPropensities(propensities: Float64Array, shown: number): void {
  checkColumn(propensities, Float64Array, shown, 'propensities');
  for (const propensity of propensities) {
    // A shown item of probability 0 cannot be: its importance weight would be infinite.
    if (!(propensity > 0 && propensity <= 1))
      throw unexpected('numbers in (0, 1]', 'propensities', propensity);
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless it is a whole number of at least 1. @internal */
export function checkDraws(draws: number | undefined): void {
  if (!(Number.isSafeInteger(draws) && draws! >= 1))
    throw unexpected('a whole number from 1', 'draws', draws);
}

function checkWithheld(withheld: WithheldItems, { holdout, shown }: DecisionRecord): void {
  const { share, rows, scores, places } = withheld;
  if (holdout === null) throw unexpected('the name of the experiment', 'holdout', holdout);
  if (!(share > 0 && share < 1)) throw unexpected('a probability between 0 and 1', 'withheld.share', share);
  checkColumn(scores, Float32Array, rows.length, 'withheld.scores');
  checkColumn(places, Uint32Array, rows.length, 'withheld.places');
  const both = rows.find((row) => shown.rows.includes(row));
  if (both !== undefined) throw unexpected('items that were not shown', 'withheld.rows', both);
}

function checkOrder(order: Uint32Array, shown: number): void {
  checkColumn(order, Uint32Array, shown, 'order');
  if (new Set(order).size < shown || order.some((place) => place >= shown))
    throw unexpected(`a permutation of ${shown} places`, 'order', order);
}

function checkContext(context: unknown): void {
  if (!(context instanceof Float32Array)) throw unexpected('a Float32Array or null', 'context', context);
  if (!context.every(Number.isFinite))
    throw unexpected('finite numbers', 'context', context, 'ERR_SLUICE_NON_FINITE');
}

function checkCount(value: number, name: string): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) throw unexpected('a whole number from 0', name, value);
}

function checkColumn(
  column: unknown,
  type: typeof Float32Array | typeof Float64Array | typeof Uint32Array,
  length: number,
  name: string,
): void {
  if (!(column instanceof type) || column.length !== length) {
    throw unexpected(`a ${type.name} of ${length}`, name, column);
  }
}
