/** Which decision kernels serve in a browser or at the edge? */

import { unexpected } from '../../errors.ts';
import { checkedKernels } from './checked.ts';
import type { DecisionKernels } from './kernels.ts';
import { referenceKernels } from './reference/kernels.ts';

let reference: DecisionKernels | undefined;

/** The kernels that policies compute with. @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown name */
export function decisionKernels(name: 'auto' | 'reference' = 'auto'): DecisionKernels {
  if (name !== 'auto' && name !== 'reference') throw unexpected('auto or reference', 'name', name);
  reference ??= checkedKernels(referenceKernels);
  return reference;
}
