/** How is a matrix searched by the TensorFlow.js engine that the caller registered? */

import { createRequire } from 'node:module';
import { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident } from './backend.ts';
import type { Question } from './certified-search.ts';
import { HeldRows, type RowsView } from './held-rows.ts';
import type { Host } from './host.ts';
import { resolvePeer } from './peer-package.ts';
import { runtimeError } from './runtime-error.ts';
import { type RuntimeMatrix, RuntimeResident } from './runtime-resident.ts';

const PACKAGE = { name: '@tensorflow/tfjs', version: '4.22.0' };

/** Engines that keep all bits of f32; others may have tensor cores. */
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
  topk(x: Tensor, k: number, sorted: boolean): Best;
  tidy<T>(work: () => T): T;
  dispose(best: Best | undefined): void;
}

interface Tensor {
  data(): Promise<Float32Array | Int32Array>;
  dataSync(): Float32Array | Int32Array;
  dispose(): void;
}

interface Best {
  readonly values: Tensor;
  readonly indices: Tensor;
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
      const rows = await HeldRows.load(host, source);
      const tf = await tensorFlow();
      const runtime = {
        arithmetic: FULL_F32.includes(tf.getBackend()) ? ('f32' as const) : ('tf32' as const),
        offThread: false,
        upload: async (view: RowsView) => new TfjsMatrix(tf, view),
      };
      return new RuntimeResident(host, runtime, rows, await runtime.upload(rows));
    },
  };
}

/** Rows as a tensor. */
class TfjsMatrix implements RuntimeMatrix {
  readonly rows: number;
  readonly #dimension: number;
  readonly #tf: TensorFlow;
  readonly #tensor: Tensor;

  constructor(tf: TensorFlow, { data, rows, dimension }: RowsView) {
    this.rows = rows;
    this.#dimension = dimension;
    this.#tf = tf;
    const values = data.subarray(0, rows * dimension);
    try {
      this.#tensor = quietly(tf, () => tf.tensor2d(values, [rows, dimension]));
    } catch (cause) {
      throw runtimeError('TensorFlow.js', cause);
    }
  }

  async ask(question: Question) {
    let best: Best | undefined;
    try {
      best = this.#best(question);
      const [scores, rows] = await Promise.all([best.values.data(), best.indices.data()]);
      return { rows, scores: scores as Float32Array };
    } catch (cause) {
      throw runtimeError('TensorFlow.js', cause);
    } finally {
      this.#tf.dispose(best);
    }
  }

  askSync(question: Question) {
    let best: Best | undefined;
    try {
      best = this.#best(question);
      return { rows: best.indices.dataSync(), scores: best.values.dataSync() as Float32Array };
    } catch (cause) {
      throw runtimeError('TensorFlow.js', cause);
    } finally {
      this.#tf.dispose(best);
    }
  }

  release(): void {
    this.#tensor.dispose();
  }

  #best({ queries, count, penalty }: Question): Best {
    const tf = this.#tf;
    return tf.tidy(() => {
      const asking = tf.tensor2d(queries, [queries.length / this.#dimension, this.#dimension]);
      const scores = tf.matMul(asking, this.#tensor, false, true);
      return tf.topk(penalty === undefined ? scores : tf.add(scores, tf.tensor1d(penalty)), count, false);
    });
  }
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
