/**
 * Where does ONNX Runtime run? `run` of onnxruntime-node blocks the thread that calls it, so all its sessions live in
 * one thread of their own.
 */

import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { SluiceError } from '../errors.ts';
import { endTurns } from './onnx-turns.ts';
import type { OnnxAnswers, OnnxCall, OnnxReply, OnnxTask, OnnxWorkerData } from './onnx-worker.ts';
import { resolvePeer } from './peer-package.ts';
import { runtimeError } from './runtime-error.ts';

const PACKAGE = { name: 'onnxruntime-node', version: '1.30.0' };

/** The same file from here and from dist/js. */
const WORKER = new URL('../../dist/js/onnx-worker.js', import.meta.url);

type Answer = OnnxAnswers[OnnxTask['do']];

interface Pending {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** The thread, which ends with the process and keeps it alive only while calls run. */
export class OnnxThread {
  readonly #port;
  readonly #pending = new Map<number, Pending>();
  #failure: SluiceError | undefined;
  #calls = 0;

  /** @throws ERR_SLUICE_MODULE_REQUIRED */
  constructor() {
    const path = resolvePeer(PACKAGE);
    const { port1, port2 } = new MessageChannel();
    const turns = new Int32Array(new SharedArrayBuffer(4));
    const data: OnnxWorkerData = { path, port: port2, turns };
    const worker = new Worker(WORKER, {
      workerData: data,
      transferList: [port2],
      execArgv: [],
      name: 'sluice-onnx',
    });
    worker.on('error', (cause) => this.#fail(cause));
    worker.on('exit', () => this.#fail('its thread ended'));
    worker.unref();
    process.on('exit', () => {
      endTurns(turns);
      this.#fail('the process ends');
    });
    this.#port = port1;
    port1.on('message', (reply: OnnxReply) => this.#settle(reply));
    port1.unref();
  }

  /** Rejects with `signal.reason` as soon as that is raised; the task goes on to its end. */
  async call<T extends OnnxTask>(
    task: T,
    transfer: ArrayBuffer[] = [],
    signal?: AbortSignal,
  ): Promise<OnnxAnswers[T['do']]> {
    const id = this.#send(task, transfer);
    const abort = () => this.#take(id)?.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#port.ref();
      });
      return answer as OnnxAnswers[T['do']];
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Blocks until the reply is there. */
  callSync<T extends OnnxTask>(task: T): OnnxAnswers[T['do']] {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const id = this.#send(task, [], gate);
    for (;;) {
      Atomics.wait(gate, 0, 0);
      const reply: OnnxReply | undefined = receiveMessageOnPort(this.#port)?.message;
      if (reply?.id === id) return answerOf(reply) as OnnxAnswers[T['do']];
      if (reply !== undefined) this.#settle(reply);
    }
  }

  #send(task: OnnxTask, transfer: ArrayBuffer[], gate?: Int32Array): number {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#calls++;
    this.#port.postMessage({ id, task, gate } satisfies OnnxCall, transfer);
    return id;
  }

  #settle(reply: OnnxReply): void {
    const pending = this.#take(reply.id);
    if (pending === undefined) return;
    try {
      pending.resolve(answerOf(reply));
    } catch (error) {
      pending.reject(error);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#port.unref();
    return pending;
  }

  #fail(cause: unknown): void {
    this.#failure ??= runtimeError('ONNX Runtime', cause);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(this.#failure);
  }
}

function answerOf(reply: OnnxReply): Answer {
  if ('answer' in reply) return reply.answer;
  throw new SluiceError(reply.code, reply.message);
}
