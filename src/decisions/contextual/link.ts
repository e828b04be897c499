/** How does a reward speak of a linear score? Directly, or through P(success) = 1 / (1 + exp(-score)). */

import type { ContextualModel } from './model.ts';

/** `identity`: the reward is the score plus noise. `logistic`: the reward is 0 or 1, or a share, with P of the score. */
export type Link = 'identity' | 'logistic';

/** The reward expected at a score. */
export function expectedReward(link: Link, score: number): number {
  return link === 'identity' ? score : 1 / (1 + Math.exp(-score));
}

/** Lets a model learn one reward. */
export function learnReward(
  model: ContextualModel,
  link: Link,
  row: number,
  vector: Float32Array,
  reward: number,
): void {
  if (link === 'identity') {
    model.learn(row, vector, 1, reward);
    return;
  }
  const { mean, width } = model.predict(row, vector);
  const mode = logisticMode(mean, width * width, reward);
  const p = expectedReward('logistic', mode);
  const weight = p * (1 - p);
  model.learn(row, vector, weight, weight * mode + reward - p);
}

/**
 * Where exp(y s) / (1 + exp(s)) N(s; mean, variance) is largest: the score at the mode of the posterior after one
 * reward, for the mode lies on the line through the mean along A^-1 x. With the curvature there this is Laplace's
 * approximation of that posterior, not only one Newton step towards it.
 */
function logisticMode(mean: number, variance: number, reward: number): number {
  // It lies where s - variance (y - p(s)) = mean; the left side rises, and p in (0, 1) bounds s.
  let low = mean + variance * (reward - 1);
  let high = mean + variance * reward;
  let score = mean;
  for (let round = 0; round < 60; round++) {
    const p = expectedReward('logistic', score);
    const excess = score - mean - variance * (reward - p);
    if (excess > 0) high = score;
    else low = score;
    const newton = score - excess / (1 + variance * p * (1 - p));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - score) <= 1e-14 * (1 + Math.abs(score))) return next;
    score = next;
  }
  return score;
}
