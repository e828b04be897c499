/** How is a model of the caller's run? By ONNX Runtime, on the processor, in the thread that it has to itself. */

import { access } from 'node:fs/promises';
import { SluiceError, unexpected } from '../errors.ts';
import type { OnnxThread } from './onnx-thread.ts';
import type { OnnxArray, OnnxFeeds } from './onnx-worker.ts';

export type { OnnxArray, OnnxFeeds } from './onnx-worker.ts';

let thread: OnnxThread | undefined;
/** Sessions are numbered, for the thread to tell them apart. */
let sessions = 0;

/** A model that is loaded. Needs the optional package onnxruntime-node. */
export class OnnxSession {
  /** Names of what the model takes. */
  readonly inputs: readonly string[];
  /** Names of what it gives. */
  readonly outputs: readonly string[];
  readonly #thread: OnnxThread;
  readonly #session: number;
  #open = true;

  private constructor(
    onnx: OnnxThread,
    session: number,
    { inputs, outputs }: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  ) {
    this.#thread = onnx;
    this.#session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Loads a model from a file; weights that lie beside it are found.
   *
   * @param threads of ONNX Runtime; 0 leaves their number to it.
   * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_MODULE_REQUIRED, ERR_SLUICE_RUNTIME_FAILED for a file that is no
   * model, ERR_SLUICE_INVALID_ARGUMENT for threads that are no number.
   */
  static async open(path: string, threads: number): Promise<OnnxSession> {
    if (!(Number.isInteger(threads) && threads >= 0))
      throw unexpected('a number of threads', 'threads', threads);
    try {
      await access(path);
    } catch (cause) {
      throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a readable file at ${path}`, { cause });
    }
    const { OnnxThread } = await import('./onnx-thread.ts');
    thread ??= new OnnxThread();
    const onnx = thread;
    const session = sessions++;
    return new OnnxSession(onnx, session, await onnx.call({ do: 'load', session, model: path, threads }));
  }

  /**
   * Runs the model.
   *
   * @param feeds what it takes, by name; copied.
   * @throws ERR_SLUICE_RUNTIME_FAILED for inputs that it does not take, ERR_SLUICE_CLOSED; `signal.reason`.
   */
  async run(feeds: OnnxFeeds, output: string, signal?: AbortSignal): Promise<OnnxArray> {
    if (!this.#open) throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open model but it was closed');
    signal?.throwIfAborted();
    return this.#thread.call({ do: 'run', session: this.#session, feeds, output }, [], signal);
  }

  /** Frees the model. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#thread.call({ do: 'release', session: this.#session }).catch(() => {});
  }
}
