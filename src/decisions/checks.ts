/** Can this be chosen from, asked about and learned? What policies check of settings and arguments. */

import { unexpected } from '../errors.ts';
import type { Feedback, Pool } from '../funnel/policy.ts';
import { wrongReward } from './wrong-reward.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless `arms` can be a number of rows. */
export function checkArms(arms: number): void {
  if (!(Number.isInteger(arms) && arms >= 0 && arms <= 2 ** 32))
    throw unexpected('a whole number of arms', 'arms', arms);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless `floor` is a probability below 1. */
export function checkFloor(floor: number): void {
  if (!(floor >= 0 && floor < 1)) throw unexpected('a probability below 1', 'floor', floor);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless a slate can have so many places. */
export function checkSize(size: number): void {
  if (!(Number.isInteger(size) && size >= 0)) throw unexpected('a whole number of places', 'size', size);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless an estimate can be made of so many draws. */
export function checkDraws(draws: number): void {
  if (!(Number.isInteger(draws) && draws >= 1)) {
    throw unexpected('a whole number of at least 1', 'draws', draws);
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless the picks are a slate of a pool of so many entries. */
export function checkPicks(picks: Uint32Array, entries: number): void {
  for (let k = 0; k < picks.length; k++) {
    if (!isBelow(picks[k], entries)) throw unexpected(`an index below ${entries}`, `picks[${k}]`, picks[k]);
  }
  if (new Set(picks).size !== picks.length) throw unexpected('distinct indexes', 'picks', picks);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for as many scores as there are not rows. */
export function checkColumns({ rows, scores }: Pool): void {
  if (scores.length !== rows.length) throw unexpected(`${rows.length} scores`, 'pool', scores.length);
}

/**
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown arm, or as many scores as there are not rows;
 * ERR_SLUICE_NON_FINITE for a score outside [0, 1].
 */
export function checkPool(pool: Pool, arms: number): void {
  checkColumns(pool);
  checkRows(pool.rows, arms);
  const { scores } = pool;
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] >= 0 && scores[i] <= 1)) {
      throw unexpected('a probability', `scores[${i}]`, scores[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for uneven columns or unknown arms, ERR_SLUICE_NON_FINITE for wrong rewards. */
export function checkFeedback(feedback: Feedback, arms: number): void {
  checkOutcomes(feedback, 0, 1);
  checkRows(feedback.rows, arms);
}

/**
 * @param mend what else mends a reward outside the range.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for uneven columns, ERR_SLUICE_NON_FINITE for a reward outside the range.
 */
export function checkOutcomes(
  { rows, scores, rewards }: Feedback,
  low: number,
  high: number,
  mend?: string,
): void {
  if (scores.length !== rows.length || rewards.length !== rows.length) {
    throw unexpected(
      `columns of ${rows.length} entries`,
      'feedback',
      `${scores.length} scores, ${rewards.length} rewards`,
    );
  }
  for (let i = 0; i < rewards.length; i++) {
    if (!(Number.isFinite(rewards[i]) && rewards[i] >= low && rewards[i] <= high)) {
      throw wrongReward(i, rewards[i], low, high, mend);
    }
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown arm. */
export function checkRows(rows: Uint32Array, arms: number): void {
  for (let i = 0; i < rows.length; i++) {
    if (!isBelow(rows[i], arms)) throw unexpected(`an arm below ${arms}`, `rows[${i}]`, rows[i]);
  }
}

/** Whether it is a whole number from 0, which a plain array does not promise. */
function isBelow(value: number, limit: number): boolean {
  return value >>> 0 === value && value < limit;
}
