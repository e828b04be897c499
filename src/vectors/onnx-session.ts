/** How does ONNX Runtime find the held rows of largest f32 score? */

import type { Estimate } from './certificate.ts';
import type { Question } from './certified-search.ts';
import { MATRIX, topKModel } from './onnx-model.ts';

/** Where ONNX Runtime computes. */
export type OnnxDevice = 'cpu' | 'cuda' | 'webgpu';

/** What is used of onnxruntime-node. */
export interface OnnxRuntime {
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

/** A session that holds rows on a device. */
export interface HeldSession {
  readonly rows: number;
  ask(question: Question): Promise<Estimate>;
  release(): Promise<void>;
}

/** Copies rows, at least one, to the device. `threads` 0 leaves their number to ONNX Runtime. */
export async function openSession(
  ort: OnnxRuntime,
  data: Float32Array,
  dimension: number,
  device: OnnxDevice,
  threads: number,
): Promise<HeldSession> {
  const rows = data.length / dimension;
  // It would speak on the console; what fails is thrown as well.
  ort.env.logLevel = 'fatal';
  const session = await ort.InferenceSession.create(await topKModel(rows, dimension), {
    executionProviders: [device],
    externalData: [{ path: MATRIX, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }],
    intraOpNumThreads: threads,
    // Its threads would go on spinning between searches, at the cost of everybody else.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const none = new ort.Tensor('float32', new Float32Array(1), [1]);
  return {
    rows,
    async ask({ queries, count, penalty }) {
      const answer = await session.run({
        queries: new ort.Tensor('float32', queries, [queries.length / dimension, dimension]),
        penalty: penalty === undefined ? none : new ort.Tensor('float32', penalty, [rows]),
        k: new ort.Tensor('int64', BigInt64Array.of(BigInt(count)), [1]),
      });
      return { rows: answer['rows'].data, scores: answer['values'].data as Float32Array };
    },
    release: () => session.release(),
  };
}
