/** Are these arms known, and can this feedback be learned? */

import { unexpected } from '../../errors.ts';
import type { Feedback, Pool } from '../../funnel/policy.ts';
import { wrongReward } from '../wrong-reward.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless `arms` can be a number of rows. */
export function checkArms(arms: number): void {
  if (!(Number.isInteger(arms) && arms >= 0)) throw unexpected('a whole number of arms', 'arms', arms);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless `floor` is a probability below 1. */
export function checkFloor(floor: number): void {
  if (!(floor >= 0 && floor < 1)) throw unexpected('a probability below 1', 'floor', floor);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown arm, or as many scores as there are not rows. */
export function checkPool({ rows, scores }: Pool, arms: number): void {
  if (scores.length !== rows.length) throw unexpected(`${rows.length} scores`, 'pool', scores.length);
  checkRows(rows, arms);
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for uneven columns or unknown arms, ERR_SLUICE_NON_FINITE for wrong rewards. */
export function checkFeedback({ rows, scores, rewards }: Feedback, arms: number): void {
  if (scores.length !== rows.length || rewards.length !== rows.length) {
    throw unexpected(
      `columns of ${rows.length} entries`,
      'feedback',
      `${scores.length} scores, ${rewards.length} rewards`,
    );
  }
  checkRows(rows, arms);
  for (let i = 0; i < rows.length; i++) {
    if (!(rewards[i] >= 0 && rewards[i] <= 1)) {
      throw wrongReward(i, rewards[i], 0, 1);
    }
  }
}

function checkRows(rows: Uint32Array, arms: number): void {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] >= arms) throw unexpected(`an arm below ${arms}`, `rows[${i}]`, rows[i]);
  }
}
