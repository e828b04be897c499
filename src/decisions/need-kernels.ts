/** Was a policy given kernels to compute with? Said where they are handed over, not at the first decision. */

import { unexpected } from '../errors.ts';
import type { DecisionKernels } from './kernels/kernels.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no set of kernels, such as the function that makes one. */
export function needKernels(kernels: DecisionKernels): DecisionKernels {
  if (typeof (kernels as DecisionKernels | undefined)?.posterior === 'function') return kernels;
  throw unexpected('the kernels that decisionKernels() returns', 'kernels', kernels);
}
