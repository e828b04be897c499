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
  | { readonly do: 'load'; readonly session: number; readonly model: string; readonly threads: number }
  | { readonly do: 'run'; readonly session: number; readonly feeds: OnnxFeeds; readonly output: string }
  | { readonly do: 'release'; readonly session: number };

/** What each task is answered. */
export interface OnnxAnswers {
  readonly open: undefined;
  readonly ask: Estimate;
  /** The names that the model has for what goes in and what comes out. */
  readonly load: { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  readonly run: OnnxArray;
  readonly release: undefined;
}

/** Numbers in the shape that a model takes or gives. */
export interface OnnxArray {
  readonly data: Float32Array | Int32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** What goes into a model, by name. */
export type OnnxFeeds = Readonly<Record<string, OnnxArray>>;

/** A task; `gate` is set to 1 when the reply is there. */
export interface OnnxCall {
  readonly id: number;
  readonly task: OnnxTask;
  readonly gate?: Int32Array;
}

/** The reply to the call `id`. */
export type OnnxReply = { readonly id: number } & (
  | { readonly answer: OnnxAnswers[OnnxTask['do']] }
  | { readonly code: ErrorCode; readonly message: string }
);

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly env: { logLevel: string };
  readonly InferenceSession: { create(model: Uint8Array | string, options: object): Promise<OnnxSession> };
  readonly Tensor: new (
    type: 'float32' | 'int32' | 'int64',
    data: OnnxArray['data'],
    dims: readonly number[],
  ) => OnnxArray;
}

interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: OnnxFeeds, outputs?: readonly string[]): Promise<Readonly<Record<string, OnnxArray>>>;
  release(): Promise<void>;
}

interface Session {
  readonly onnx: OnnxSession;
  /** Of the matrix; 0 for a model of the caller's. */
  readonly dimension: number;
}

const { path, port, ...shared } = workerData as OnnxWorkerData;
const turns = new Turns(shared.turns);
const sessions = new Map<number, Session>();
let runtime: OnnxRuntime | undefined;

port.on('message', async ({ id, task, gate }: OnnxCall) => {
  try {
    const answer = await turns.take(() => perform(task));
    port.postMessage({ id, answer } satisfies OnnxReply);
  } catch (error) {
    const { code, message } = runtimeError('ONNX Runtime', error);
    port.postMessage({ id, code, message } satisfies OnnxReply);
  }
  if (gate === undefined) return;
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
});

async function perform(task: OnnxTask): Promise<OnnxAnswers[OnnxTask['do']]> {
  runtime ??= createRequire(import.meta.url)(path) as OnnxRuntime;
  // It would speak on the console; what fails is thrown as well.
  runtime.env.logLevel = 'fatal';
  if (task.do === 'open') {
    sessions.set(task.session, { onnx: await open(runtime, task), dimension: task.dimension });
    return undefined;
  }
  if (task.do === 'load') {
    const options = sessionOptions('cpu', task.threads);
    const onnx = await runtime.InferenceSession.create(task.model, options);
    sessions.set(task.session, { onnx, dimension: 0 });
    return { inputs: onnx.inputNames, outputs: onnx.outputNames };
  }
  const session = sessions.get(task.session);
  if (task.do === 'ask') return ask(runtime, session!, task.question);
  if (task.do === 'run') return run(runtime, session!.onnx, task.feeds, task.output);
  sessions.delete(task.session);
  await session?.onnx.release();
  return undefined;
}

function sessionOptions(device: OnnxDevice, threads: number) {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    // Its threads would go on spinning between calls, at the cost of everybody else.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

async function run(
  { Tensor }: OnnxRuntime,
  onnx: OnnxSession,
  feeds: OnnxFeeds,
  output: string,
): Promise<OnnxArray> {
  const tensors = Object.entries(feeds).map(([name, { data, dims }]) => {
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    return [name, new Tensor(type, data, dims)];
  });
  const { data, dims } = (await onnx.run(Object.fromEntries(tensors), [output]))[output];
  return { data, dims };
}

async function open(ort: OnnxRuntime, { data, dimension, device, threads }: OnnxRows): Promise<OnnxSession> {
  return ort.InferenceSession.create(await topKModel(data.length / dimension, dimension), {
    ...sessionOptions(device, threads),
    externalData: [{ path: MATRIX, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }],
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
  return { rows: rows.data as BigInt64Array, scores: values.data as Float32Array };
}
