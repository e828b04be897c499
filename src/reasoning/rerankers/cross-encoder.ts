/** How well does each text answer a query? A cross-encoder reads both together; any one in ONNX will do. */

import { SluiceError, unexpected } from '../../errors.ts';
import { rank } from '../../numerics/rank.ts';
import { type OnnxArray, type OnnxFeeds, OnnxSession } from '../../vectors/onnx-session.ts';
import { PairTokenizer, type TokenPair } from './pair-tokenizer.ts';

/** Settings of a {@link CrossEncoder}. */
export interface CrossEncoderOptions {
  /** Path of the tokenizer.json that belongs to the model. */
  readonly tokenizer: string;
  /** Tokens of a pair, special ones included; longer texts are cut. From 16. @default 128 */
  readonly maxTokens?: number;
  /** Threads of ONNX Runtime; 0 leaves their number to it. @default 1 */
  readonly threads?: number;
}

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];
const MOST_TEXTS = 256;

/**
 * A cross-encoder (Nogueira and Cho 2019): a transformer that reads a query and a text as one, and says how relevant the
 * text is. Any model in ONNX will do that takes int64 `input_ids`, with `attention_mask` and `token_type_ids` if it has
 * them, all [batch, tokens], and whose first output is f32 [batch], [batch, 1], or [batch, 2] of which the second stands
 * for relevant.
 *
 * Needs the optional packages onnxruntime-node and @huggingface/tokenizers. The model computes in a thread of its own; a
 * dozen pairs are one batch.
 *
 * ```ts
 * using encoder = await CrossEncoder.open('model.onnx', { tokenizer: 'tokenizer.json' });
 * const fields = new ItemFields(catalog);
 * const order = await encoder.rerank('bleak robots', Array.from(rows, (row) => fields.textOf(row)));
 * ```
 */
export class CrossEncoder {
  readonly #session: OnnxSession;
  readonly #tokenizer: PairTokenizer;
  readonly #maxTokens: number;

  private constructor(session: OnnxSession, tokenizer: PairTokenizer, maxTokens: number) {
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#maxTokens = maxTokens;
  }

  /**
   * Loads a model and its tokenizer, and tries them: what does not fit together is refused here and not at a request.
   *
   * @throws ERR_SLUICE_DATA_NOT_FOUND for a missing file; ERR_SLUICE_RUNTIME_FAILED for a model that is none or cannot
   * run; ERR_SLUICE_DATA_INVALID for a tokenizer that is none; ERR_SLUICE_INVALID_ARGUMENT for other inputs or outputs, a
   * tokenizer of more words than the model, or more tokens than it takes; ERR_SLUICE_MODULE_REQUIRED.
   */
  static async open(model: string, options: CrossEncoderOptions): Promise<CrossEncoder> {
    const { tokenizer: path, maxTokens = 128, threads = 1 } = options ?? {};
    if (typeof model !== 'string') throw unexpected('a path', 'model', model);
    if (typeof path !== 'string') throw unexpected('a path', 'tokenizer', path);
    if (!Number.isInteger(maxTokens) || maxTokens < 16)
      throw unexpected('a whole number from 16', 'maxTokens', maxTokens);
    const tokenizer = await PairTokenizer.open(path);
    const session = await OnnxSession.open(model, threads);
    const encoder = new CrossEncoder(session, tokenizer, maxTokens);
    try {
      await encoder.#try();
    } catch (cause) {
      encoder.close();
      throw cause;
    }
    return encoder;
  }

  /**
   * How relevant each text is to the query, the more the higher, in the model's own unit.
   *
   * @param texts at most 256. Cost: linear in texts and the longest of them.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for what is no text, ERR_SLUICE_NON_FINITE for scores that are not finite,
   * ERR_SLUICE_RUNTIME_FAILED, ERR_SLUICE_CLOSED; `signal.reason`.
   */
  async score(query: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    if (typeof query !== 'string') throw unexpected('a text', 'query', query);
    if (!Array.isArray(texts) || texts.length > MOST_TEXTS)
      throw unexpected(`a list of at most ${MOST_TEXTS} texts`, 'texts', texts);
    for (const text of texts) if (typeof text !== 'string') throw unexpected('a text', 'texts', text);
    if (texts.length === 0) return new Float32Array(0);
    const pairs = texts.map((text) => this.#tokenizer.encode(query, text, this.#maxTokens));
    const scores = scoresOf(await this.#run(pairs, signal), texts.length);
    if (!scores.every(Number.isFinite))
      throw new SluiceError('ERR_SLUICE_NON_FINITE', 'Expected finite scores of the cross-encoder', {
        remedy: 'Export the model again in f32: half precision overflows in some models.',
      });
    return scores;
  }

  /** Positions of the texts, the most relevant first, equal ones in the order given. @throws as {@link score}. */
  async rerank(query: string, texts: readonly string[], signal?: AbortSignal): Promise<Uint32Array> {
    return rank(await this.score(query, texts, signal), texts.length);
  }

  /** Frees the model. Idempotent. */
  close(): void {
    this.#session.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** One batch, filled up to the longest pair. */
  #run(pairs: readonly TokenPair[], signal?: AbortSignal): Promise<OnnxArray> {
    const { inputs, outputs } = this.#session;
    const length = Math.max(...pairs.map(({ ids }) => ids.length));
    const filled = (value: (pair: TokenPair, at: number) => number, rest: number): OnnxArray => ({
      data: BigInt64Array.from({ length: pairs.length * length }, (_, i) => {
        const pair = pairs[Math.floor(i / length)];
        return BigInt(i % length < pair.ids.length ? value(pair, i % length) : rest);
      }),
      dims: [pairs.length, length],
    });
    const feeds: OnnxFeeds = {
      input_ids: filled(({ ids }, at) => ids[at], this.#tokenizer.padding),
      attention_mask: filled(() => 1, 0),
      token_type_ids: filled(({ types }, at) => types[at], 0),
    };
    const taken = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.includes(name)));
    return this.#session.run(taken, outputs[0], signal);
  }

  async #try(): Promise<void> {
    const { inputs } = this.#session;
    if (!inputs.includes('input_ids') || inputs.some((name) => !INPUTS.includes(name)))
      throw unexpected(`a model with inputs of ${INPUTS.join(', ')}`, 'model', inputs.join(', '));
    const pair = this.#tokenizer.encode('a', 'b', this.#maxTokens);
    scoresOf(await this.#run([pair, pair]), 2);
    const { largest } = this.#tokenizer;
    await this.#run([{ ...pair, ids: pair.ids.map(() => largest) }]).catch((cause: unknown) => {
      throw refused(`a tokenizer whose tokens the model knows, up to ${largest}`, 'tokenizer', cause);
    });
    const long = Array.from({ length: this.#maxTokens }, (_, at) => Math.min(at, pair.ids.length - 1));
    const longest = { ids: long.map((at) => pair.ids[at]), types: long.map((at) => pair.types[at]) };
    await this.#run([longest]).catch((cause: unknown) => {
      throw refused('as many tokens as the model takes', 'maxTokens', cause);
    });
  }
}

function scoresOf({ data, dims }: OnnxArray, texts: number): Float32Array {
  const columns = data.length / texts;
  const shaped = dims[0] === texts && dims.length <= 2 && (columns === 1 || columns === 2);
  if (!(data instanceof Float32Array) || !shaped)
    throw unexpected(
      `f32 [${texts}, 1] or [${texts}, 2] as its first output`,
      'model',
      `${data.constructor.name} [${dims.join(', ')}]`,
    );
  if (columns === 1) return data;
  return Float32Array.from({ length: texts }, (_, i) => data[2 * i + 1] - data[2 * i]);
}

function refused(expected: string, name: string, cause: unknown): SluiceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected ${expected} for ${name} but received: ${reason}`,
    { cause, details: { name, expected } },
  );
}
