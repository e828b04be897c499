/** How does a neural network serve a bandit? Its last hidden layer as features, computed by ONNX Runtime. */

import { unexpected } from '../../errors.ts';
import { type OnnxFeeds, OnnxSession } from '../../vectors/onnx-session.ts';
import { checkFinite } from './arm-vectors.ts';

/** Settings of {@link OnnxFeatures}. */
export interface OnnxFeaturesOptions {
  /** Name of the output that holds the features, one vector a row. @default the model's first */
  readonly output?: string;
  /** Threads of ONNX Runtime; 0 leaves their number to it. @default 1 */
  readonly threads?: number;
}

/**
 * An ONNX model that makes features of arms and contexts: the network of a neural-linear bandit (Riquelme, Tucker,
 * Snoek 2018), whose last layer a linear policy learns online. Any model with f32 output [rows, dimension] will do.
 *
 * Needs the optional package onnxruntime-node. It computes on the processor in a thread of its own, before `choose`,
 * which waits for nothing:
 * ```ts
 * const network = await OnnxFeatures.open('encoder.onnx');
 * const policy = new LinTs({ model: new SharedModel({ kernels: decisionKernels(), dimension: 32 }) });
 * const features = await network.compute({ x: { data: inputs, dims: [rows.length, inputs.length / rows.length] } });
 * const choice = policy.choose({ rows, scores, features }, 10, random);
 * ```
 * Feedback then carries the features of the rows that were shown. Or compute the features of the whole catalogue and
 * hand them to the model as `vectors`.
 */
export class OnnxFeatures {
  /** Names of what the model takes. */
  readonly inputs: readonly string[];
  /** Name of the output that is read. */
  readonly output: string;
  readonly #session: OnnxSession;

  private constructor(session: OnnxSession, output: string) {
    this.#session = session;
    this.inputs = session.inputs;
    this.output = output;
  }

  /**
   * Loads a model from a file; weights that lie beside it are found.
   *
   * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_MODULE_REQUIRED, ERR_SLUICE_RUNTIME_FAILED for a file that is no
   * model, ERR_SLUICE_INVALID_ARGUMENT for an output that it does not have.
   */
  static async open(path: string, { output, threads = 1 }: OnnxFeaturesOptions = {}): Promise<OnnxFeatures> {
    const session = await OnnxSession.open(path, threads);
    const { outputs } = session;
    const wanted = output ?? outputs[0];
    if (outputs.includes(wanted)) return new OnnxFeatures(session, wanted);
    session.close();
    throw unexpected(`one of ${outputs.join(', ')}`, 'output', wanted);
  }

  /**
   * The features of so many rows as the first dimension of the inputs says, row-major.
   *
   * @param feeds what the model takes, by name; copied.
   * @throws ERR_SLUICE_RUNTIME_FAILED for inputs that the model does not take, ERR_SLUICE_NON_FINITE for features that
   * are not finite, ERR_SLUICE_INVALID_ARGUMENT for an output that is no f32, ERR_SLUICE_CLOSED.
   */
  async compute(feeds: OnnxFeeds): Promise<Float32Array> {
    const { data } = await this.#session.run(feeds, this.output);
    if (!(data instanceof Float32Array)) throw unexpected('f32 features', `output ${this.output}`, data);
    checkFinite(`output ${this.output}`, data);
    return data;
  }

  /** Frees the model. Idempotent. */
  close(): void {
    this.#session.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
