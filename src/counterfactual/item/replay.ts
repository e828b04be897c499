/** Which logged rounds would the target have played as well? Replay keeps those and forgets the others. */

import { RandomStream } from '../../numerics/random.ts';
import type { RoundTerms } from '../intervals/round-terms.ts';
import { importanceWeights, type LoggedChoices } from '../logged-choices.ts';
import { checkRange, type EstimatorOptions } from './weighting.ts';

/**
 * 1 for every round kept: those whose action a deterministic target takes; of a randomised target by rejection, with
 * probability weight / largest weight.
 */
export function replayKeeps(log: LoggedChoices, seed = 1): Float64Array {
  const { targetPropensities } = log;
  if (targetPropensities.every((p) => p === 0 || p === 1)) return targetPropensities.slice();
  const weights = importanceWeights(log);
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const random = new RandomStream(seed, 'replay');
  return weights.map((weight) => (random.uniform() * largest < weight ? 1 : 0));
}

/** The terms of each round: its reward if it is kept, over the number kept. */
export function replayTerms(log: LoggedChoices, options: EstimatorOptions = {}): RoundTerms {
  checkRange(options);
  const { seed, rewardRange } = options;
  const kept = replayKeeps(log, seed);
  let [least, most] = rewardRange ?? [0, 1];
  let count = 0;
  const numerator = log.rewards.map((reward, i) => {
    least = Math.min(least, reward);
    most = Math.max(most, reward);
    count += kept[i];
    return reward * kept[i];
  });
  const range = count === 0 ? 0 : ((most - least) * kept.length) / count;
  return { numerator, denominator: kept, range };
}
