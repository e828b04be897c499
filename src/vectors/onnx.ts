/** How is a matrix searched by ONNX Runtime, on the processor or on a device? */

import { availableParallelism } from 'node:os';
import type { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident } from './backend.ts';
import { HeldRows, type RowsView } from './held-rows.ts';
import type { Host } from './host.ts';
import { OnnxThread } from './onnx-thread.ts';
import type { OnnxDevice } from './onnx-worker.ts';
import { runtimeError } from './runtime-error.ts';
import { type RuntimeMatrix, RuntimeResident } from './runtime-resident.ts';

/** A matrix to try a device with. */
const NOTHING: RowsView = { data: new Float32Array(0), rows: 0, dimension: 1, norm: 0 };

/** The devices, and what makes each one work. */
const REMEDIES: Record<OnnxDevice, string> = {
  cpu: 'Reinstall onnxruntime-node; it has builds for Linux (glibc), macOS on arm64 and Windows.',
  cuda: 'Install CUDA 12 and cuDNN 9 on Linux x64, then run `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.',
  webgpu: 'Install a graphics driver with Vulkan, Metal or Direct3D 12.',
};

/**
 * The backend of ONNX Runtime. `SLUICE_ONNX_DEVICE` names the device, `cpu` (the default), `cuda` or `webgpu`, of the
 * matrices that are loaded from then on; `SLUICE_THREADS` the threads on the processor.
 *
 * Where a worker thread of the caller has the index, do not `terminate()` it while it searches: onnxruntime-node aborts
 * the process then. A process that ends waits for the call that is under way.
 */
export function onnxBackend(host: Host): Backend {
  let shared: OnnxThread | undefined;
  const working = new Set<OnnxDevice>();
  const thread = () => {
    shared ??= new OnnxThread();
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
        if (!working.has(device)) (await upload(thread(), NOTHING, device)).release();
        working.add(device);
      } catch (error) {
        const { code, message, remedy } = error as SluiceError;
        return refused(message, code === 'ERR_SLUICE_MODULE_REQUIRED' ? remedy : REMEDIES[device]);
      }
      return { ok: true, backend: 'onnx', isa: device, threads: threads() || availableParallelism() };
    },

    async load(source: MatrixSource): Promise<Resident> {
      const device = wantedDevice() as OnnxDevice;
      const rows = await HeldRows.load(host, source);
      const runtime = {
        arithmetic: device === 'cpu' ? ('f32' as const) : ('tf32' as const),
        offThread: true,
        upload: (view: RowsView) => upload(thread(), view, device),
      };
      return new RuntimeResident(host, runtime, rows, await runtime.upload(rows));
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

/** Sessions are numbered, for the thread to tell them apart. */
let sessions = 0;

/** Copies rows to a device. */
async function upload(thread: OnnxThread, view: RowsView, device: OnnxDevice): Promise<RuntimeMatrix> {
  const { rows, dimension } = view;
  const session = sessions++;
  // A session needs a row; nothing is asked of one that has none.
  const data = copy(rows === 0 ? new Float32Array(dimension) : view.data.subarray(0, rows * dimension));
  const task = { do: 'open', session, data, dimension, device, threads: threads() } as const;
  await thread.call(task, [data.buffer as ArrayBuffer]);
  return {
    rows,
    ask: (question, signal) => thread.call({ do: 'ask', session, question }, [], signal),
    askSync: (question) => thread.callSync({ do: 'ask', session, question }),
    release: () => void thread.call({ do: 'release', session }).catch(() => {}),
  };
}

function copy(data: Float32Array): Float32Array {
  try {
    return data.slice();
  } catch (cause) {
    throw runtimeError('ONNX Runtime', cause);
  }
}
