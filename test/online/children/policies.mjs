// The policies that are killed and restored.
import { BetaThompson, decisionKernels, LinTs, SharedModel } from '../../../dist/js/index.js';

export const policies = {
  thompson: (arms) => new BetaThompson({ arms }),
  'lin-ts': (_, { dimension, factors }) =>
    new LinTs({
      model: new SharedModel({
        kernels: decisionKernels(),
        dimension,
        vectors: factors,
        context: true,
        prior: new Float64Array(dimension).fill(1),
      }),
    }),
};
