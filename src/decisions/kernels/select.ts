/** Which decision kernels serve in Node? `SLUICE_BACKEND` names those for all that name none. */

import { SluiceError, unexpected } from '../../errors.ts';
import { probeAddon } from '../../vectors/addon.ts';
import { decisionBytes } from '../../vectors/host.node.ts';
import { checkedKernels } from './checked.ts';
import type { DecisionKernels } from './kernels.ts';
import { nativeKernels } from './native.ts';
import { referenceKernels } from './reference/kernels.ts';
import { wasmKernels } from './wasm.ts';
import { instantiateDecisions } from './wasm-exports.ts';

/** The kernels by name, or `auto` for the first that work of native, wasm, reference. */
export type DecisionKernelsName = 'auto' | 'native' | 'wasm' | 'reference';

const made = new Map<string, DecisionKernels>();

const makers: Record<string, () => DecisionKernels> = {
  native() {
    const probe = probeAddon();
    if (!probe.ok) {
      const { reason, remedy, cause } = probe;
      throw new SluiceError('ERR_SLUICE_BACKEND_UNAVAILABLE', reason, { remedy, cause });
    }
    // One of older sources, in a checkout.
    if (probe.addon.DecisionKernels === undefined) {
      throw new SluiceError('ERR_SLUICE_BACKEND_UNAVAILABLE', `${probe.path} has no decision kernels`);
    }
    return checkedKernels(nativeKernels(probe.addon));
  },
  wasm() {
    try {
      return checkedKernels(wasmKernels(instantiateDecisions(new WebAssembly.Module(decisionBytes()))));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SluiceError('ERR_SLUICE_BACKEND_UNAVAILABLE', reason, { cause });
    }
  },
  reference: () => checkedKernels(referenceKernels),
};

/**
 * The kernels that policies compute with. All give the same bits; they differ in speed. Made once for each name.
 *
 * @param name a backend that is named never falls back. Absent: `SLUICE_BACKEND` if it names one of these, else `auto`.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown name, ERR_SLUICE_BACKEND_UNAVAILABLE
 * @example
 * ```ts
 * const posterior = decisionKernels().posterior(2, 1);
 * posterior.learn(Float32Array.of(1, 0), 1, 3);
 * posterior.mean(); // [1.5, 0]
 * ```
 */
export function decisionKernels(name: DecisionKernelsName = preset()): DecisionKernels {
  const known = made.get(name);
  if (known !== undefined) return known;
  if (name !== 'auto' && !Object.hasOwn(makers, name)) {
    throw unexpected(`auto, ${Object.keys(makers).join(', ')}`, 'name', name);
  }
  const kernels = name === 'auto' ? firstThatWorks() : makers[name]();
  made.set(name, kernels);
  return kernels;
}

function firstThatWorks(): DecisionKernels {
  for (const name of ['native', 'wasm'] as const) {
    try {
      return decisionKernels(name);
    } catch (error) {
      if (!SluiceError.is(error, 'ERR_SLUICE_BACKEND_UNAVAILABLE')) throw error;
    }
  }
  return decisionKernels('reference');
}

/** `SLUICE_BACKEND` may name a backend of vectors that decides nothing. */
function preset(): DecisionKernelsName {
  const named = process.env['SLUICE_BACKEND'];
  return named === 'native' || named === 'wasm' || named === 'reference' ? named : 'auto';
}
