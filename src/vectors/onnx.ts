/** How is a matrix searched by ONNX Runtime, on the processor or on a device? */

import { availableParallelism } from 'node:os';
import type { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident, TopK, TopKRequest } from './backend.ts';
import { exactScore } from './exact-score.ts';
import { HeldRows, isOutgrown } from './held-rows.ts';
import type { Host } from './host.ts';
import type { OnnxDevice } from './onnx-session.ts';
import { OnnxThread } from './onnx-thread.ts';
import { resolvePeer } from './peer-package.ts';

const PACKAGE = { name: 'onnxruntime-node', version: '1.30.0' };

/** The devices, and what makes each one work. */
const REMEDIES: Record<OnnxDevice, string> = {
  cpu: 'Reinstall onnxruntime-node; it has builds for Linux (glibc), macOS on arm64 and Windows.',
  cuda: 'Install CUDA 12 and cuDNN 9 on Linux x64, then run `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.',
  webgpu: 'Install a graphics driver with Vulkan, Metal or Direct3D 12.',
};

/**
 * The backend of ONNX Runtime. `SLUICE_ONNX_DEVICE` names the device, `cpu` (the default), `cuda` or `webgpu`, of the
 * matrices that are loaded from then on; `SLUICE_THREADS` the threads on the processor.
 */
export function onnxBackend(host: Host): Backend {
  let shared: OnnxThread | undefined;
  const working = new Set<OnnxDevice>();
  const thread = () => {
    shared ??= new OnnxThread(resolvePeer(PACKAGE));
    return shared;
  };
  return {
    name: 'onnx',

    async probe(): Promise<Probe> {
      const device = wantedDevice();
      const refused = (reason: string, remedy: string): Probe => ({
        ok: false,
        backend: 'onnx',
        reason,
        remedy,
      });
      if (!isDevice(device)) {
        const reason = `Expected cpu, cuda or webgpu for SLUICE_ONNX_DEVICE but received ${JSON.stringify(device)}`;
        return refused(reason, 'Correct SLUICE_ONNX_DEVICE, or leave it out.');
      }
      try {
        if (!working.has(device)) await thread().call({ do: 'probe', device });
        working.add(device);
      } catch (error) {
        const { code, message, remedy } = error as SluiceError;
        return refused(message, code === 'ERR_SLUICE_MODULE_REQUIRED' ? remedy : REMEDIES[device]);
      }
      return { ok: true, backend: 'onnx', isa: device, threads: threads() || availableParallelism() };
    },

    async load(source: MatrixSource): Promise<Resident> {
      const device = wantedDevice() as OnnxDevice;
      const rows = await HeldRows.load(host, source, true);
      const resident = new OnnxResident(thread(), rows, device);
      try {
        await resident.upload();
      } catch (error) {
        resident.close();
        throw error;
      }
      return resident;
    },
  };
}

function wantedDevice(): string {
  return process.env['SLUICE_ONNX_DEVICE'] || 'cpu';
}

function isDevice(name: string): name is OnnxDevice {
  return Object.hasOwn(REMEDIES, name);
}

/** 0 where it is not set to a number. */
function threads(): number {
  const wanted = Number(process.env['SLUICE_THREADS']);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 0;
}

/** Matrices are numbered, for the thread to tell them apart. */
let matrices = 0;

class OnnxResident implements Resident {
  readonly capabilities = {
    approximate: false,
    abort: false,
    append: true,
    memoryMap: false,
    offThread: true,
  };
  readonly #thread: OnnxThread;
  readonly #matrix = matrices++;
  readonly #rows: HeldRows;
  readonly #device: OnnxDevice;
  /** Where the thread last knew the rows to be, and how many it holds or is about to. */
  #sent: Float32Array | undefined;
  #held = 0;

  constructor(thread: OnnxThread, rows: HeldRows, device: OnnxDevice) {
    this.#thread = thread;
    this.#rows = rows;
    this.#device = device;
  }

  get rows(): number {
    return this.#rows.rows;
  }

  /** Hands all rows to ONNX Runtime; searches that run go on with those it had. */
  async upload(): Promise<void> {
    const { dimension } = this.#rows;
    this.#held = this.rows;
    const load = { dimension, device: this.#device, threads: threads() };
    await this.#thread.call({ do: 'load', ...load, ...this.#where() });
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const { task, transfer } = this.#search(request);
    return this.#thread.call(task, transfer, signal);
  }

  topKSync(request: TopKRequest): TopK[] {
    const { task, transfer } = this.#search(request);
    return this.#thread.callSync(task, transfer);
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    const { data, dimension } = this.#rows;
    return Float32Array.from(rows, (row) => exactScore(query, data, row * dimension));
  }

  append(data: Float32Array): void {
    this.#rows.append(data);
    if (!isOutgrown(this.#held, this.#rows)) return;
    // What ONNX Runtime does not hold is scored in f64: if it cannot take more, answers stay right and get slower.
    this.upload().catch(() => {});
  }

  close(): void {
    this.#thread.call({ do: 'close', matrix: this.#matrix }).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #search({ queries, k, mask }: TopKRequest) {
    const request = { queries: queries.slice(), k, mask: mask?.slice() };
    const transfer = [
      request.queries.buffer,
      ...(request.mask ? [request.mask.buffer] : []),
    ] as ArrayBuffer[];
    const { norm } = this.#rows;
    return { task: { do: 'topK', norm, request, ...this.#where() } as const, transfer };
  }

  #where() {
    const { data, rows } = this.#rows;
    const where = { matrix: this.#matrix, rows, data: this.#sent === data ? undefined : data };
    this.#sent = data;
    return where;
  }
}
