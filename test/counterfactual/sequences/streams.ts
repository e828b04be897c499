/** On which streams are confidence sequences tried? Each with its truth. */

import { DifferenceSequence } from '../../../src/counterfactual/sequences/difference-sequence.ts';
import { MeanSequence } from '../../../src/counterfactual/sequences/mean-sequence.ts';
import { OffPolicySequence } from '../../../src/counterfactual/sequences/off-policy-sequence.ts';
import type { RandomStream } from '../../../src/numerics/random.ts';
import type { StreamKind } from './miscoverage.ts';

const mean = (name: string, truth: number, draw: (random: RandomStream) => number): StreamKind => ({
  name,
  start(random) {
    const sequence = new MeanSequence();
    const next = () => {
      sequence.add(draw(random));
      return truth;
    };
    return { sequence, next };
  },
});

/** Rewards of one arm. */
export const MEANS: readonly StreamKind[] = [
  mean('Bernoulli .5', 0.5, (random) => (random.uniform() < 0.5 ? 1 : 0)),
  mean('Bernoulli .05', 0.05, (random) => (random.uniform() < 0.05 ? 1 : 0)),
  mean('Bernoulli .003', 0.003, (random) => (random.uniform() < 0.003 ? 1 : 0)),
  mean('Bernoulli .997', 0.997, (random) => (random.uniform() < 0.997 ? 1 : 0)),
  // The ninth power of a uniform variate: mean .1, most values near 0.
  mean('bounded, skewed', 0.1, (random) => random.uniform() ** 9),
  {
    name: 'a mean that drifts',
    start(random) {
      const sequence = new MeanSequence();
      let truth = 0;
      const next = (t: number) => {
        const now = 0.3 + 0.25 * Math.sin(t / 200);
        truth += now;
        sequence.add(random.uniform() < now ? 1 : 0);
        return truth / (t + 1);
      };
      return { sequence, next };
    },
  },
];

const assigned = (name: string, leastShare: number, shareAt: (t: number) => number): StreamKind => ({
  name,
  start(random) {
    const sequence = new DifferenceSequence({ leastShare });
    const next = (t: number) => {
      const share = shareAt(t);
      const treated = random.uniform() < share;
      sequence.add({ treated, share, reward: random.uniform() < (treated ? 0.06 : 0.05) ? 1 : 0 });
      return 0.01;
    };
    return { sequence, next };
  },
});

/** Two arms. */
export const DIFFERENCES: readonly StreamKind[] = [
  assigned('a fair coin', 0.5, () => 0.5),
  assigned('a ramp from .1 to .5', 0.1, (t) => Math.min(0.5, 0.1 + t / 2000)),
];

/** Ten actions; the target prefers what logging rarely shows, so that weights go up to 60 and rewards are rare. */
const REWARDS = Array.from({ length: 10 }, (_, a) => 0.02 + 0.01 * a);
export const LOGGING = [0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.03, 0.01, 0.01];
export const TARGET = [0.01, 0.01, 0.02, 0.02, 0.04, 0.1, 0.1, 0.1, 0.2, 0.4];
const VALUE = TARGET.reduce((sum, p, a) => sum + p * REWARDS[a], 0);

const drawAction = (probabilities: ArrayLike<number>, random: RandomStream): number => {
  let left = random.uniform();
  let action = 0;
  while (action < probabilities.length - 1) {
    left -= probabilities[action];
    if (left <= 0) break;
    action++;
  }
  return action;
};

const logged = (name: string, truncation: number, heavy: boolean): StreamKind => ({
  name,
  start(random) {
    const sequence = new OffPolicySequence({ truncation });
    const pulls = new Float64Array(10).fill(1);
    const gains = new Float64Array(10).fill(0.05);
    const next = () => {
      // The logging policy learns as it goes: half fixed, half the action that looked best so far.
      const best = gains.reduce((top, gain, a) => (gain / pulls[a] > gains[top] / pulls[top] ? a : top), 0);
      const logging = LOGGING.map((p, a) => (heavy ? p : p / 2 + (a === best ? 0.5 : 0)));
      const action = drawAction(logging, random);
      const reward = random.uniform() < REWARDS[action] ? 1 : 0;
      if (truncation === 0) sequence.add({ weight: TARGET[action] / logging[action], reward });
      else {
        const predictions = gains.map((gain, a) => gain / pulls[a]);
        sequence.addModelled({ action, reward, target: TARGET, logging, predictions });
      }
      pulls[action]++;
      gains[action] += reward;
      return VALUE;
    };
    return { sequence, next };
  },
});

/** Weighted rewards. */
export const OFF_POLICY: readonly StreamKind[] = [
  logged('weights up to 40', 0, true),
  logged('weights up to 40, with a model', 20, true),
  logged('a logging policy that learns', 0, false),
  logged('a logging policy that learns, with a model', 20, false),
];
