/** Which contextual policies are tested? Every model under every rule. */

import { DisjointModel } from '../../../src/decisions/contextual/disjoint-model.ts';
import { HybridModel } from '../../../src/decisions/contextual/hybrid-model.ts';
import { LinTs } from '../../../src/decisions/contextual/lin-ts.ts';
import { LinUcb } from '../../../src/decisions/contextual/lin-ucb.ts';
import { LinearGreedy } from '../../../src/decisions/contextual/linear-greedy.ts';
import { LogisticThompson } from '../../../src/decisions/contextual/logistic-thompson.ts';
import type { ContextualModel, ModelOptions } from '../../../src/decisions/contextual/model.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { SquareCb } from '../../../src/decisions/contextual/square-cb.ts';
import type { DecisionKernels } from '../../../src/decisions/kernels/kernels.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import type { Feedback, Policy, Pool } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

export const reference = decisionKernels('reference');
export const D = 5;

export const normals = (random: RandomStream, count: number, scale = 1): Float32Array =>
  Float32Array.from({ length: count }, () => scale * random.normal());

type Settings = Partial<ModelOptions> & { kernels?: DecisionKernels; count?: number };

/** `count` arms with the same vectors for every model that has vectors. */
export const models: Record<string, (settings?: Settings) => ContextualModel> = {
  shared: ({ count = 7, ...rest } = {}) => new SharedModel({ ...fixed(count), ...rest }),
  'shared under a context': ({ count = 7, ...rest } = {}) =>
    new SharedModel({ ...fixed(count), context: true, ...rest }),
  disjoint: ({ count = 7, ...rest } = {}) =>
    new DisjointModel({ kernels: reference, dimension: D, arms: count, ...rest }),
  hybrid: ({ count = 7, ...rest } = {}) => new HybridModel({ ...fixed(count), tau: 2, ...rest }),
  'hybrid under a context': ({ count = 7, ...rest } = {}) =>
    new HybridModel({ ...fixed(count), context: true, ...rest }),
};

export const vectorsOf = (count: number): Float32Array =>
  normals(new RandomStream(1, 'vectors'), count * D, 0.7);

const fixed = (count: number) => ({ kernels: reference, dimension: D, vectors: vectorsOf(count) });

export const policies: Record<string, (model: ContextualModel, floor?: number) => Policy> = {
  'linear greedy': (model, floor = 0.1) => new LinearGreedy({ model, floor }),
  LinUCB: (model, floor = 0.1) => new LinUcb({ model, alpha: 0.5, floor }),
  LinTS: (model, floor = 0.1) => new LinTs({ model, deviation: 0.5, floor }),
  'logistic Thompson': (model, floor = 0.1) => new LogisticThompson({ model, floor }),
  SquareCB: (model, floor = 0.1) => new SquareCb({ model, scale: 3, floor }),
};

export const pairs = Object.keys(models).flatMap((model) =>
  Object.keys(policies).map((policy) => [`${policy}, ${model}`, models[model], policies[policy]] as const),
);

export const contextOf = (t: number): Float32Array => normals(new RandomStream(2, t), D);

export const poolOf = (count: number, context = contextOf(0)): Pool => ({
  rows: Uint32Array.from({ length: count }, (_, i) => i),
  scores: new Float32Array(count).fill(0.5),
  context,
});

/** One outcome of row `row` in a decision of its own. */
export const outcome = (t: number, row: number, reward = (row * 7 + t * 3) % 5 < 2 ? 1 : 0): Feedback => ({
  rows: Uint32Array.of(row),
  scores: Float32Array.of(0.5),
  rewards: Float64Array.of(reward),
  context: contextOf(t),
});

/** Lets a policy learn `count` outcomes, spread over the arms. */
export function teach(policy: Policy, count: number, arms = 7, from = 0): Policy {
  for (let t = from; t < from + count; t++) policy.update(outcome(t, (t * 5) % arms));
  return policy;
}
