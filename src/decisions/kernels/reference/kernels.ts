/** How are the decision kernels computed in plain TypeScript? The oracle of the others, and the last resort. */

import type { RawKernels } from '../raw.ts';
import { ReferenceActions } from './actions.ts';
import { inverseGap } from './inverse-gap.ts';
import { plackettLuce } from './plackett-luce.ts';
import { ReferencePosterior } from './posterior.ts';

export const referenceKernels: RawKernels<ReferenceActions> = {
  name: 'reference',
  actions: (dimension) => new ReferenceActions(dimension),
  posterior: (dimension, lambda, prior) => new ReferencePosterior(dimension, lambda, prior),
  inverseGap,
  plackettLuce,
};
