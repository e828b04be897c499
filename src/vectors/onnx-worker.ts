/** What does the thread do that holds the sessions of ONNX Runtime? Runs there, of `new Worker`, and nowhere else. */

import { createRequire } from 'node:module';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { ErrorCode } from '../errors.ts';
import type { Estimate } from './certificate.ts';
import type { Question } from './certified-search.ts';
import { MATRIX, topKModel } from './onnx-model.ts';
import { Turns } from './onnx-turns.ts';
import { runtimeError } from './runtime-error.ts';

/** Where ONNX Runtime computes. */
export type OnnxDevice = 'cpu' | 'cuda' | 'webgpu';

/** What the thread is told when it starts. */
export interface OnnxWorkerData {
  /** The main module of onnxruntime-node. */
  readonly path: string;
  readonly port: MessagePort;
  /** See {@link Turns}. */
  readonly turns: Int32Array;
}

/** Rows, at least one, to be copied to a device; 0 threads leaves their number to ONNX Runtime. */
export interface OnnxRows {
  readonly data: Float32Array;
  readonly dimension: number;
  readonly device: OnnxDevice;
  readonly threads: number;
}

/** What the thread is asked to do; `session` is a number of the caller's choice. */
export type OnnxTask =
  | ({ readonly do: 'open'; readonly session: number } & OnnxRows)
  | { readonly do: 'ask'; readonly session: number; readonly question: Question }
  | { readonly do: 'release'; readonly session: number };

/** A task; `gate` is set to 1 when the reply is there. */
export interface OnnxCall {
  readonly id: number;
  readonly task: OnnxTask;
  readonly gate?: Int32Array;
}

/** The reply to the call `id`; an estimate if it asked. */
export type OnnxReply = { readonly id: number } & (
  | { readonly estimate: Estimate | undefined }
  | { readonly code: ErrorCode; readonly message: string }
);

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly env: { logLevel: string };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
  readonly Tensor: new (
    type: 'float32' | 'int64',
    data: Float32Array | BigInt64Array,
    shape: readonly number[],
  ) => OnnxTensor;
}

interface OnnxTensor {
  readonly data: Float32Array | BigInt64Array;
}

interface OnnxSession {
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

interface Session {
  readonly onnx: OnnxSession;
  readonly dimension: number;
}

const { path, port, ...shared } = workerData as OnnxWorkerData;
const turns = new Turns(shared.turns);
const sessions = new Map<number, Session>();
let runtime: OnnxRuntime | undefined;

port.on('message', async ({ id, task, gate }: OnnxCall) => {
  try {
    const estimate = await turns.take(() => perform(task));
    port.postMessage({ id, estimate } satisfies OnnxReply);
  } catch (error) {
    const { code, message } = runtimeError('ONNX Runtime', error);
    port.postMessage({ id, code, message } satisfies OnnxReply);
  }
  if (gate === undefined) return;
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
});

async function perform(task: OnnxTask): Promise<Estimate | undefined> {
  runtime ??= createRequire(import.meta.url)(path) as OnnxRuntime;
  if (task.do === 'open') {
    sessions.set(task.session, { onnx: await open(runtime, task), dimension: task.dimension });
    return undefined;
  }
  const session = sessions.get(task.session);
  if (task.do === 'ask') return ask(runtime, session!, task.question);
  sessions.delete(task.session);
  await session?.onnx.release();
  return undefined;
}

async function open(ort: OnnxRuntime, { data, dimension, device, threads }: OnnxRows): Promise<OnnxSession> {
  // It would speak on the console; what fails is thrown as well.
  ort.env.logLevel = 'fatal';
  return ort.InferenceSession.create(await topKModel(data.length / dimension, dimension), {
    executionProviders: [device],
    externalData: [{ path: MATRIX, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }],
    intraOpNumThreads: threads,
    // Its threads would go on spinning between searches, at the cost of everybody else.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

async function ask(
  { Tensor }: OnnxRuntime,
  { onnx, dimension }: Session,
  { queries, count, penalty = new Float32Array(1) }: Question,
): Promise<Estimate> {
  const { values, rows } = await onnx.run({
    queries: new Tensor('float32', queries, [queries.length / dimension, dimension]),
    penalty: new Tensor('float32', penalty, [penalty.length]),
    k: new Tensor('int64', BigInt64Array.of(BigInt(count)), [1]),
  });
  return { rows: rows.data, scores: values.data as Float32Array };
}
