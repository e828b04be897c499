/** What is a language model to Sluice? One call that turns a prompt into text, and says what it used. */

/** What a call is bought for. */
export type Purpose = 'plan' | 'rerank' | 'explain';

/** A prompt: what the model is told to do, and the data that it does it with. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
}

/** Tokens that a call used, as the provider counts them. */
export interface Usage {
  /** All tokens of the prompt, cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Those of `inputTokens` that the provider had cached. @default 0 */
  readonly cachedInputTokens?: number;
  /** Those of `inputTokens` that the provider wrote into its cache, which some bill apart. @default 0 */
  readonly cacheWriteTokens?: number;
}

/** One call of a model. */
export interface ModelCall {
  readonly purpose: Purpose;
  readonly prompt: Prompt;
  /** JSON schema of the object wanted. It is a wish: the answer is checked again, whatever the provider promised. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The most tokens that may be generated, from 1. */
  readonly maxOutputTokens: number;
  /** Fires when nobody waits any more; a model that ignores it is paid for all the same. */
  readonly signal: AbortSignal;
}

/** What a model answered. */
export interface ModelAnswer {
  /** As generated: JSON if all went well, anything otherwise. */
  readonly text: string;
  /** Absent where the provider did not say; the call is then settled at its full reservation. */
  readonly usage?: Usage;
}

/**
 * A language model: the one port through which Sluice reaches any of them. It makes one attempt; retries, deadlines,
 * budgets and caches are the client's.
 */
export interface LanguageModel {
  /** The model as the price book names it. */
  readonly name: string;
  /**
   * @throws whatever the provider throws. Read of it, or of its `details` or `cause`: `statusCode` (HTTP status),
   * `retryAfterMs` (how long the provider wants to be left alone), `code` (of a failed connection, as Node names it).
   * `ERR_SLUICE_MODULE_REQUIRED` and `ERR_SLUICE_INVALID_ARGUMENT` are no fault of the model, and reach the caller.
   */
  complete(call: ModelCall): Promise<ModelAnswer>;
}
