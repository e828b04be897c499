/** What does someone hear who left out what a policy computes with? */

import { describe, expect, test } from 'vitest';
import {
  DisjointModel,
  decisionKernels,
  HybridModel,
  LinTs,
  LinUcb,
  LogisticThompson,
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
