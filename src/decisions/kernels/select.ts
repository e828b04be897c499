/** Which decision kernels serve in Node? `SLUICE_BACKEND` names those for all that name none. */

import { SluiceError, unexpected } from '../../errors.ts';
import { checkedKernels } from './checked.ts';
import type { DecisionKernels } from './kernels.ts';
import { referenceKernels } from './reference/kernels.ts';

/** The kernels by name, or `auto` for the first that work of native, wasm, reference. */
export type DecisionKernelsName = 'auto' | 'native' | 'wasm' | 'reference';

let reference: DecisionKernels | undefined;

/**
 * The kernels that policies compute with. All give the same bits; they differ in speed. Made once for each name.
 *
 * @param name a backend that is named never falls back. Absent: `SLUICE_BACKEND` if it names one of these, else `auto`.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown name, ERR_SLUICE_BACKEND_UNAVAILABLE
 */
export function decisionKernels(name: DecisionKernelsName = preset()): DecisionKernels {
  switch (name) {
    case 'auto':
    case 'reference':
      reference ??= checkedKernels(referenceKernels);
      return reference;
    case 'native':
    case 'wasm':
      throw new SluiceError(
        'ERR_SLUICE_BACKEND_UNAVAILABLE',
        `Expected the decision kernels ${name} to work`,
      );
    default:
      throw unexpected('auto, native, wasm or reference', 'name', name);
  }
}

/** `SLUICE_BACKEND` may name a backend of vectors that decides nothing. */
function preset(): DecisionKernelsName {
  const named = process.env['SLUICE_BACKEND'];
  return named === 'native' || named === 'wasm' || named === 'reference' ? named : 'auto';
}
