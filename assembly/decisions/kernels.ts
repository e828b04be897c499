// What does prebuilt/decisions.wasm export? See src/decisions/kernels/wasm-exports.ts, which is written by hand.

import { Actions } from './actions';
import { f32At, Room } from './memory';
import { drawTheta, meanOf, Posterior, RANKED, scoreBy } from './posterior';
import { MOST_PICKS, pick } from './rank';
import { pickWidest, widen } from './upper';

export { freeActions, newActions, reserveActions, writeActions } from './actions';
export { inverseGap, plackettLuce, probabilities } from './choice';
export { forget, freePosterior, learn, meanOf, newPosterior, predict, restore, snapshot } from './posterior';

const scoreRoom = new Room();

/** A block of memory for arguments. Traps for want of memory. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function release(block: usize): void {
  heap.free(block);
}

/** Where the scores of the last ranking are. */
export function lastScores(): usize {
  return scoreRoom.at;
}

/**
 * Writes `wanted` picks, at most as many as rows. Addresses of what is absent are 0. Returns 0, or what was refused; this
 * and the other rankings.
 */
export function greedy(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  offsets: usize,
  picks: usize,
  wanted: u32,
): u32 {
  return rank(p, meanOf(p), actions, rows, count, context, offsets, picks, wanted);
}

export function sample(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  offsets: usize,
  picks: usize,
  wanted: u32,
  deviation: f64,
  key0: u32,
  key1: u32,
): u32 {
  drawTheta(p, deviation, key0, key1);
  return rank(p, p.work, actions, rows, count, context, offsets, picks, wanted);
}

function rank(
  p: Posterior,
  theta: usize,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  offsets: usize,
  picks: usize,
  wanted: u32,
): u32 {
  const scores = scoreRoom.fit(f32At(0, count + 4));
  const status = scoreBy(p, theta, actions, rows, count, context, offsets, scores);
  if (status == RANKED) pick(scores, count, picks, wanted);
  return status;
}

/** @param all whether the scores of all rows are wanted */
export function upperBound(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  offsets: usize,
  picks: usize,
  wanted: u32,
  alpha: f64,
  all: bool,
): u32 {
  if (alpha == 0) return greedy(p, actions, rows, count, context, offsets, picks, wanted);
  const scores = scoreRoom.fit(f32At(0, count + 4));
  const status = scoreBy(p, meanOf(p), actions, rows, count, context, offsets, scores);
  if (status != RANKED) return status;
  if (!all && wanted > 0 && wanted <= MOST_PICKS) {
    pickWidest(p, actions, rows, count, context, alpha, scores, picks, wanted);
  } else {
    widen(p, actions, rows, count, context, alpha, scores);
    pick(scores, count, picks, wanted);
  }
  return status;
}
