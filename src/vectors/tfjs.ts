/** How is a matrix searched by the TensorFlow.js engine that the caller registered? */

import { createRequire } from 'node:module';
import { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident, TopK, TopKRequest } from './backend.ts';
import type { Arithmetic, Estimate } from './certificate.ts';
import { type CertifiedSearch, certifiedTopK, type Question } from './certified-search.ts';
import { exactScore } from './exact-score.ts';
import { HeldRows, isOutgrown, type RowsView } from './held-rows.ts';
import type { Host } from './host.ts';
import { resolvePeer } from './peer-package.ts';
import { Shared } from './shared.ts';

const PACKAGE = { name: '@tensorflow/tfjs', version: '4.22.0' };

/** Engines that are known to keep all bits of f32 and to have no tensor cores. */
const FULL_F32 = ['cpu', 'wasm'];

/** What is used of TensorFlow.js. */
interface TensorFlow {
  ready(): Promise<void>;
  getBackend(): string;
  backend(): { floatPrecision(): 16 | 32 };
  env(): { getBool(flag: string): boolean; set(flag: string, value: boolean): void };
  tensor1d(values: Float32Array): Tensor;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  topk(x: Tensor, k: number, sorted: boolean): { values: Tensor; indices: Tensor };
  tidy<T>(work: () => T): T;
}

interface Tensor {
  data(): Promise<Float32Array | Int32Array>;
  dataSync(): Float32Array | Int32Array;
  dispose(): void;
}

/**
 * The backend that multiplies on the engine which is current in TensorFlow.js when a matrix is loaded: `cpu` where the
 * caller registered none, else `wasm`, `tensorflow` (tfjs-node, tfjs-node-gpu) or whatever it set.
 */
export function tfjsBackend(host: Host): Backend {
  let loaded: TensorFlow | undefined;
  const tensorFlow = async (): Promise<TensorFlow> => {
    loaded ??= createRequire(import.meta.url)(resolvePeer(PACKAGE)) as TensorFlow;
    await loaded.ready();
    return loaded;
  };
  return {
    name: 'tfjs',

    async probe(): Promise<Probe> {
      try {
        const tf = await tensorFlow();
        const isa = tf.getBackend();
        if (tf.backend().floatPrecision() === 32) return { ok: true, backend: 'tfjs', isa, threads: 1 };
        const reason = `The engine ${isa} computes with 16-bit numbers here`;
        return { ok: false, backend: 'tfjs', reason, remedy: "Call `tf.setBackend('cpu')`." };
      } catch (cause) {
        const remedy = SluiceError.is(cause)
          ? cause.remedy
          : 'Register an engine, or reinstall @tensorflow/tfjs.';
        const reason = cause instanceof Error ? cause.message : String(cause);
        return { ok: false, backend: 'tfjs', reason, remedy };
      }
    },

    async load(source: MatrixSource): Promise<Resident> {
      const rows = await HeldRows.load(host, source, false);
      return new TfjsResident(host, await tensorFlow(), rows);
    },
  };
}

/** A matrix as a tensor, and how many rows it has. */
type Uploaded = Shared<{ readonly tensor: Tensor; readonly rows: number }>;

class TfjsResident implements Resident {
  readonly capabilities = {
    approximate: false,
    abort: false,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly #host: Host;
  readonly #tf: TensorFlow;
  readonly #arithmetic: Arithmetic;
  readonly #rows: HeldRows;
  #uploaded: Uploaded;

  constructor(host: Host, tf: TensorFlow, rows: HeldRows) {
    this.#host = host;
    this.#tf = tf;
    this.#arithmetic = FULL_F32.includes(tf.getBackend()) ? 'f32' : 'tf32';
    this.#rows = rows;
    this.#uploaded = upload(tf, rows);
  }

  get rows(): number {
    return this.#rows.rows;
  }

  async topK({ queries, k, mask }: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const uploaded = this.#uploaded.retain();
    try {
      const search = this.#search({ queries: queries.slice(), k, mask: mask?.slice() });
      let step = search.next();
      while (!step.done) {
        const estimate = step.value && (await this.#ask(uploaded, step.value));
        // Engines in JavaScript answer in the same turn.
        await this.#host.yield();
        signal?.throwIfAborted();
        step = search.next(estimate);
      }
      return step.value;
    } finally {
      uploaded.release();
    }
  }

  topKSync(request: TopKRequest): TopK[] {
    const search = this.#search(request);
    let step = search.next();
    while (!step.done) step = search.next(step.value && this.#askSync(step.value));
    return step.value;
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    const { data, dimension } = this.#rows;
    return Float32Array.from(rows, (row) => exactScore(query, data, row * dimension));
  }

  append(data: Float32Array): void {
    this.#rows.append(data);
    if (!isOutgrown(this.#uploaded.value.rows, this.#rows)) return;
    const uploaded = upload(this.#tf, this.#rows);
    this.#uploaded.release();
    this.#uploaded = uploaded;
  }

  close(): void {
    this.#uploaded.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #search(request: TopKRequest): CertifiedSearch {
    const held = this.#uploaded.value.rows;
    return certifiedTopK({ ...this.#rows.view(), held, arithmetic: this.#arithmetic }, request);
  }

  async #ask(uploaded: Uploaded, question: Question): Promise<Estimate> {
    const { values, indices } = this.#compute(uploaded, question);
    try {
      const [scores, rows] = await Promise.all([values.data(), indices.data()]);
      return { rows, scores: scores as Float32Array };
    } finally {
      values.dispose();
      indices.dispose();
    }
  }

  #askSync(question: Question): Estimate {
    const { values, indices } = this.#compute(this.#uploaded, question);
    try {
      return { rows: indices.dataSync(), scores: values.dataSync() as Float32Array };
    } finally {
      values.dispose();
      indices.dispose();
    }
  }

  #compute({ value }: Uploaded, { queries, count, penalty }: Question): { values: Tensor; indices: Tensor } {
    const tf = this.#tf;
    const { dimension } = this.#rows;
    return tf.tidy(() => {
      const asking = tf.tensor2d(queries, [queries.length / dimension, dimension]);
      const scores = tf.matMul(asking, value.tensor, false, true);
      return tf.topk(penalty === undefined ? scores : tf.add(scores, tf.tensor1d(penalty)), count, false);
    });
  }
}

function upload(tf: TensorFlow, { data, rows, dimension }: RowsView): Uploaded {
  const values = data.subarray(0, rows * dimension);
  const tensor = quietly(tf, () => tf.tensor2d(values, [rows, dimension]));
  return new Shared({ tensor, rows }, () => tensor.dispose());
}

/** The plain engine greets on the console when it is first used. */
function quietly<T>(tf: TensorFlow, work: () => T): T {
  const flags = tf.env();
  const before = flags.getBool('PROD');
  flags.set('PROD', true);
  try {
    return work();
  } finally {
    flags.set('PROD', before);
  }
}
