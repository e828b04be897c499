/** What does someone hear who left out what a policy computes with? */

import { describe, expect, test } from 'vitest';
import {
  ArmConfidence,
  BetaThompson,
  BlockedArms,
  ConservativePolicy,
  DisjointModel,
  decisionKernels,
  EpsilonGreedy,
  HybridModel,
  LinTs,
  LinUcb,
  LogisticThompson,
  PinnedArms,
  PlackettLuce,
  SharedModel,
  SquareCb,
} from '../../src/index.ts';

const refused = (make: () => unknown, message: RegExp): void => {
  expect(make).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT', message: expect.stringMatching(message) }),
  );
};

describe.each([
  ['none', undefined],
  ['the function that makes them', decisionKernels],
  ['a promise of them', Promise.resolve()],
])('kernels: %s', (_, kernels) => {
  test.each([
    ['SharedModel', () => new SharedModel({ kernels, dimension: 2 } as never)],
    ['DisjointModel', () => new DisjointModel({ kernels, dimension: 2, arms: 3 } as never)],
    [
      'HybridModel',
      () =>
        new HybridModel({
          kernels,
          dimension: 2,
          contextDimension: 2,
          arms: 3,
          vectors: new Float32Array(6),
        } as never),
    ],
    ['PlackettLuce', () => new PlackettLuce({ kernels, temperature: 1 } as never)],
  ])('are refused by %s', (_, make) => {
    refused(make, /decisionKernels\(\).*kernels/);
  });
});

test.each([LinTs, LinUcb, LogisticThompson, SquareCb])('a policy without a model is refused', (Policy) => {
  refused(() => new Policy({} as never), /a model.*but received undefined/);
  refused(() => new Policy({ model: SharedModel } as never), /a model.*but received a function/);
});

describe('a policy around another', () => {
  const policy = new BetaThompson({ arms: 3 });
  const baseline = new EpsilonGreedy({ arms: 3, epsilon: 0 });
  const confidence = new ArmConfidence({ arms: 3, delta: 0.05 });

  test.each([
    ['the policy', () => new PinnedArms({ pins: [] } as never), /a policy for policy/],
    ['the pins', () => new PinnedArms({ policy } as never), /for pins/],
    ['the rows', () => new BlockedArms({ policy } as never), /for rows/],
    [
      'the baseline',
      () => new ConservativePolicy({ policy, confidence, alpha: 0.1 } as never),
      /for baseline/,
    ],
    [
      'the confidence',
      () => new ConservativePolicy({ policy, baseline, alpha: 0.1 } as never),
      /for confidence/,
    ],
  ])('is refused without %s', (_, make, message) => {
    refused(make, message);
  });
});

describe('a reward out of range', () => {
  const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors: new Float32Array(6) });
  const feedback = (reward: number) => ({
    rows: Uint32Array.of(1),
    scores: Float32Array.of(0.5),
    rewards: Float64Array.of(reward),
  });

  test.each([
    [new BetaThompson({ arms: 3 }), 'Scale rewards to the range from 0 to 1.'],
    [
      new LinTs({ model }),
      'Scale rewards to the range from 0 to 1, or name their range by `rewards: [low, high]`.',
    ],
  ])('is refused with what mends it, and NaN with another remedy', (policy, remedy) => {
    expect(() => policy.update(feedback(5))).toThrow(expect.objectContaining({ remedy }));
    expect(() => policy.update(feedback(Number.NaN))).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/^Remove NaN/) }),
    );
  });
});
