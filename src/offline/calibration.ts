/** Which probability does an affinity mean? A Platt curve through items that people were left without. */

import { fitPlatt, type Platt } from '../numerics/platt.ts';
import { RandomStream } from '../numerics/random.ts';
import { rank } from '../numerics/rank.ts';
import { Bitset } from '../vectors/bitset.ts';
import type { Csr } from './dataset.ts';
import type { Recommender } from './recommender.ts';

/** Candidates per person: as many as retrieval hands on. */
const CANDIDATES = 1000;

/**
 * P(an item of the history | affinity) among the best 1000 candidates: for a sample of users one positive each is
 * left out of their fold-in, and the curve is fitted to where it lands.
 *
 * The item factors have seen what is left out, so the curve is a little too high, and a history knows no exposures, so
 * its level is that of the history: policies learn the level from outcomes. Cost: one fold-in and one pass over the
 * catalogue per sampled user.
 *
 * @param rows positives by user. @throws ERR_SLUICE_INVALID_ARGUMENT when no sampled user has two positives.
 */
export function calibrate(
  recommender: Recommender,
  rows: Csr,
  itemCount: number,
  { users = 400, seed = 1 }: { readonly users?: number; readonly seed?: number } = {},
): Platt {
  const random = new RandomStream(seed, 'calibration');
  const eligibleUsers: number[] = [];
  for (let user = 0; user + 1 < rows.offsets.length; user++) {
    if (rows.offsets[user + 1] - rows.offsets[user] >= 2) eligibleUsers.push(user);
  }
  const scores: number[] = [];
  const labels: number[] = [];
  for (const user of random.shuffle(eligibleUsers).slice(0, users)) {
    const history = rows.items.subarray(rows.offsets[user], rows.offsets[user + 1]);
    const leftOut = history[random.below(history.length)];
    const foldIn = history.filter((item) => item !== leftOut);
    const affinities = recommender.scores(foldIn);
    const others = Bitset.full(itemCount);
    for (const item of foldIn) others.delete(item);
    for (const item of rank(affinities, CANDIDATES, others)) {
      scores.push(affinities[item]);
      labels.push(item === leftOut ? 1 : 0);
    }
  }
  return fitPlatt(scores, labels);
}
