/** What does WebAssembly need to serve as a backend, and with how many threads does it? */

import type { Backend, MatrixSource, Probe, Resident } from './backend.ts';
import type { Host } from './host.ts';
import { checkAttached } from './validate.ts';
import { MOST_THREADS } from './wasm-exchange.ts';
import {
  instantiate,
  instantiateOver,
  type KernelModules,
  type Kernels,
  sharedMemory,
} from './wasm-kernels.ts';
import { WasmMatrix } from './wasm-matrix.ts';
import { WasmResident } from './wasm-resident.ts';
import { WasmSelector } from './wasm-selector.ts';

/** What the kernels are and who runs them. */
interface Engine {
  readonly modules: KernelModules;
  readonly selector: WasmSelector;
  readonly threads: number;
  readonly fewerThreads?: string;
}

/**
 * The backend of AssemblyScript kernels with plain simd128: at most 4 GiB a matrix. Where memory can be shared, threads
 * of the host help the caller's through the larger searches; what they find is the same bits.
 */
export function wasmBackend(host: Host): Backend {
  let engine: Promise<Engine> | undefined;
  const start = () => {
    engine ??= startEngine(host);
    return engine;
  };
  return {
    name: 'wasm',

    async probe(): Promise<Probe> {
      if (typeof WebAssembly === 'undefined') {
        const reason = 'This runtime has no WebAssembly';
        return { ok: false, backend: 'wasm', reason, remedy: 'Use a runtime with WebAssembly.' };
      }
      try {
        const { threads, fewerThreads } = await start();
        return { ok: true, backend: 'wasm', isa: 'simd128', threads, fewerThreads };
      } catch (cause) {
        engine = undefined;
        const reason = `The kernels cannot be loaded: ${messageOf(cause)}`;
        return { ok: false, backend: 'wasm', reason, remedy: 'Run `npm run build`.' };
      }
    },

    async load(source: MatrixSource): Promise<Resident> {
      const { modules, selector, threads } = await start();
      const { own, shared } = modules;
      const fresh = (): Promise<Kernels> =>
        shared === undefined ? instantiate(own) : instantiateOver(sharedMemory(), shared);
      const thread = { number: 0, count: threads };
      const matrix = new WasmMatrix(await fresh(), source.dimension, thread);
      if ('data' in source) {
        checkAttached(source.data, 'data');
        matrix.append(source.data);
      } else await matrix.extend(source.rows, (target) => host.read(source.path, source.byteOffset, target));
      const resident = new WasmResident({ host, modules, thread, fresh }, matrix, selector);
      await resident.prepare();
      return resident;
    },
  };
}

async function startEngine(host: Host): Promise<Engine> {
  const own = await WebAssembly.compile(await host.kernels());
  const selector = new WasmSelector(await instantiate(own));
  const threads = Math.min(host.threads(), MOST_THREADS);
  if (threads === 1) return { modules: { own }, selector, threads };
  const refused = host.refusesThreads();
  if (refused !== undefined) return { modules: { own }, selector, threads: 1, fewerThreads: refused };
  try {
    const shared = await WebAssembly.compile(await host.kernels(true));
    await instantiateOver(sharedMemory(), shared);
    return { modules: { own, shared }, selector, threads };
  } catch (cause) {
    const fewerThreads = `memory cannot be shared: ${messageOf(cause)}`;
    return { modules: { own }, selector, threads: 1, fewerThreads };
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
