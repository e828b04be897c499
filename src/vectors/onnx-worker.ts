/** What does the thread do that holds the sessions of ONNX Runtime? Runs there, of `new Worker`, and nowhere else. */

import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { type MessagePort, workerData } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetails, SluiceError } from '../errors.ts';
import type { TopK, TopKRequest } from './backend.ts';
import { certifiedTopK } from './certified-search.ts';
import { type HeldSession, type OnnxDevice, type OnnxRuntime, openSession } from './onnx-session.ts';
import { Turns } from './onnx-turns.ts';
import { Shared } from './shared.ts';

/** What the thread is told when it starts. */
export interface OnnxWorkerData {
  /** The main module of onnxruntime-node. */
  readonly path: string;
  readonly port: MessagePort;
  /** See {@link Turns}. */
  readonly turns: Int32Array;
}

/** Rows of a matrix, by its number; `data` lies in shared memory and is sent again only when it moved. */
interface MatrixRows {
  readonly matrix: number;
  readonly data?: Float32Array;
  readonly rows: number;
}

/** What the thread is asked to do. */
export type OnnxTask =
  | { readonly do: 'probe'; readonly device: OnnxDevice }
  /** Makes the rows resident, in place of those that were. */
  | ({
      readonly do: 'load';
      readonly dimension: number;
      readonly device: OnnxDevice;
      readonly threads: number;
    } & MatrixRows)
  | ({ readonly do: 'topK'; readonly norm: number; readonly request: TopKRequest } & MatrixRows)
  | { readonly do: 'close'; readonly matrix: number };

/** A call: a task, or the abort of an earlier call. `gate` is set to 1 when the reply is there. */
export type OnnxCall =
  | { readonly id: number; readonly task: OnnxTask; readonly gate?: Int32Array }
  | { readonly abort: number };

/** The reply to the call `id`. */
export type OnnxReply = { readonly id: number } & (
  | { readonly results: TopK[] }
  | { readonly code: ErrorCode; readonly message: string; readonly details?: ErrorDetails }
);

interface Matrix {
  data: Float32Array;
  readonly dimension: number;
  readonly device: OnnxDevice;
  session: Shared<HeldSession> | undefined;
}

const { path, port, ...shared } = workerData as OnnxWorkerData;
const turns = new Turns(shared.turns);
const matrices = new Map<number, Matrix>();
const running = new Map<number, AbortController>();
let runtime: OnnxRuntime | undefined;

port.on('message', async (call: OnnxCall) => {
  if ('abort' in call) {
    running.get(call.abort)?.abort();
    return;
  }
  const { id, task, gate } = call;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const results = await perform(task, controller.signal);
    port.postMessage({ id, results } satisfies OnnxReply, transferable(results));
  } catch (error) {
    port.postMessage({ id, ...described(error) } satisfies OnnxReply);
  }
  running.delete(id);
  if (gate !== undefined) {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  }
});

async function perform(task: OnnxTask, signal: AbortSignal): Promise<TopK[]> {
  switch (task.do) {
    case 'probe':
      await release(await open(new Float32Array(1), 1, task.device, 1));
      return [];
    case 'load':
      await load(task);
      return [];
    case 'topK':
      return topK(task, signal);
    case 'close':
      matrices.get(task.matrix)?.session?.release();
      matrices.delete(task.matrix);
      return [];
  }
}

function open(
  data: Float32Array,
  dimension: number,
  device: OnnxDevice,
  threads: number,
): Promise<HeldSession> {
  return turns.take(() => {
    runtime ??= createRequire(import.meta.url)(path) as OnnxRuntime;
    return openSession(runtime, data, dimension, device, threads);
  });
}

function release(session: HeldSession): Promise<void> {
  return turns.take(() => session.release());
}

async function load(task: OnnxTask & { do: 'load' }): Promise<void> {
  const { dimension, device, threads, rows } = task;
  const matrix = matrices.get(task.matrix) ?? { data: task.data!, dimension, device, session: undefined };
  matrix.data = task.data ?? matrix.data;
  matrices.set(task.matrix, matrix);
  if (rows === 0) return;
  const session = await open(matrix.data.subarray(0, rows * dimension), dimension, device, threads);
  const opened = new Shared(session, () => void release(session));
  // Closed in the meantime.
  if (matrices.get(task.matrix) !== matrix) return opened.release();
  matrix.session?.release();
  matrix.session = opened;
}

async function topK(task: OnnxTask & { do: 'topK' }, signal: AbortSignal): Promise<TopK[]> {
  const matrix = matrices.get(task.matrix)!;
  matrix.data = task.data ?? matrix.data;
  const { data, dimension, device } = matrix;
  const session = matrix.session?.retain();
  try {
    const held = session?.value.rows ?? 0;
    const arithmetic = device === 'cpu' ? 'f32' : 'tf32';
    const { rows, norm } = task;
    const search = certifiedTopK({ data, rows, dimension, norm, held, arithmetic }, task.request);
    let step = search.next();
    while (!step.done) {
      const question = step.value;
      const estimate = question && (await turns.take(() => session!.value.ask(question)));
      // Gives way, for an abort to be heard.
      await setImmediate();
      signal.throwIfAborted();
      step = search.next(estimate);
    }
    return step.value;
  } finally {
    session?.release();
  }
}

function transferable(results: readonly TopK[]): ArrayBuffer[] {
  return results.flatMap(({ ids, scores }) => [ids.buffer, scores.buffer]) as ArrayBuffer[];
}

function described(error: unknown): { code: ErrorCode; message: string; details?: ErrorDetails } {
  if (SluiceError.is(error)) return error.toJSON();
  const reason = (error instanceof Error ? error.message : String(error)).trim();
  const code = /alloc|out of memory/i.test(reason) ? 'ERR_SLUICE_OUT_OF_MEMORY' : 'ERR_SLUICE_RUNTIME_FAILED';
  return { code, message: `Expected ONNX Runtime to work but it failed: ${reason}` };
}
