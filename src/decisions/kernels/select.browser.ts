/** Which decision kernels serve in a browser or at the edge? */

import { SluiceError, unexpected } from '../../errors.ts';
import { decisionBytes } from '../../vectors/host.browser.ts';
import { checkedKernels } from './checked.ts';
import type { DecisionKernels } from './kernels.ts';
import { referenceKernels } from './reference/kernels.ts';
import { wasmKernels } from './wasm.ts';
import { instantiateDecisions } from './wasm-exports.ts';

let wasm: DecisionKernels | undefined;
let reference: DecisionKernels | undefined;

/**
 * Fetches the kernels in WebAssembly; {@link decisionKernels} has them from then on. Cost: 20 kB once.
 *
 * @throws ERR_SLUICE_BACKEND_UNAVAILABLE
 */
export async function loadDecisionKernels(): Promise<DecisionKernels> {
  wasm ??= checkedKernels(
    wasmKernels(instantiateDecisions(await WebAssembly.compile(await decisionBytes()))),
  );
  return wasm;
}

/**
 * The kernels that policies compute with: WebAssembly once it is loaded, else plain TypeScript. The same bits either way.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown name, ERR_SLUICE_BACKEND_UNAVAILABLE for `wasm` before it is loaded
 */
export function decisionKernels(name: 'auto' | 'wasm' | 'reference' = 'auto'): DecisionKernels {
  if (name !== 'auto' && name !== 'wasm' && name !== 'reference') {
    throw unexpected('auto, wasm or reference', 'name', name);
  }
  if (name !== 'reference' && wasm !== undefined) return wasm;
  if (name === 'wasm') {
    throw new SluiceError('ERR_SLUICE_BACKEND_UNAVAILABLE', 'Expected the decision kernels to be loaded', {
      remedy: 'Call `await loadDecisionKernels()` first.',
    });
  }
  reference ??= checkedKernels(referenceKernels);
  return reference;
}
