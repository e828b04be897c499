/** How does a provider of the AI SDK become a model of ours? By the one call that its specification names. */

import { SluiceError, unexpected } from '../../errors.ts';
import { connectionCode } from './failure.ts';
import type { LanguageModel, ModelAnswer, ModelCall, Usage } from './language-model.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * What is used of the AI SDK's `LanguageModelV3`: any model of a provider of its version 6 is one.
 */
export interface AiSdkLanguageModel {
  readonly specificationVersion: 'v3';
  readonly modelId: string;
  doGenerate(options: AiSdkCall): PromiseLike<AiSdkResult>;
}

/** The options that a call is made with. */
export interface AiSdkCall {
  readonly prompt: [
    { readonly role: 'system'; readonly content: string },
    { readonly role: 'user'; readonly content: [{ readonly type: 'text'; readonly text: string }] },
  ];
  readonly maxOutputTokens: number;
  readonly temperature?: number;
  readonly responseFormat?: { readonly type: 'json'; readonly schema: object; readonly name: string };
  readonly abortSignal: AbortSignal;
}

/** What is read of the result of a call. */
export interface AiSdkResult {
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly usage?: {
    readonly inputTokens: { readonly total: number | undefined; readonly cacheRead: number | undefined };
    readonly outputTokens: { readonly total: number | undefined };
  };
}

/** How a model of the AI SDK is used. */
export interface AiSdkModelOptions {
  /** As a provider of the AI SDK gives it, `openai('gpt-5-nano')`; not the name of a model. */
  readonly model: AiSdkLanguageModel;
  /** As the price book names it. @default the provider's name of it */
  readonly name?: string;
  /** Null for models that take none. @default 0 */
  readonly temperature?: number | null;
  /** False for providers that refuse a JSON schema; the prompt alone then says what is wanted. @default true */
  readonly structuredOutput?: boolean;
}

/**
 * A model of any provider of the AI SDK 6. It calls `doGenerate` itself: what `generateText` would put around it (retries,
 * logging, telemetry) is the client's or nobody's, and the package `ai` is not needed. Errors keep status, time to wait and
 * connection code, and drop everything else: addresses, bodies and messages of providers may repeat a key.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT unless the model is of specification v3.
 *
 * @example
 * ```ts
 * const reply = { content: [{ type: 'text', text: '{}' }], finishReason: 'stop', warnings: [] };
 * const provided = { specificationVersion: 'v3', modelId: 'nano', doGenerate: async () => reply };
 * const model = aiSdkModel({ model: provided });
 * model.name; // 'nano'
 * ```
 */
export function aiSdkModel({
  model,
  name = model?.modelId,
  temperature = 0,
  structuredOutput = true,
}: AiSdkModelOptions): LanguageModel {
  if (model?.specificationVersion !== 'v3' || typeof model.doGenerate !== 'function')
    throw unexpected(
      'a model of the AI SDK 6 (specification v3)',
      'model',
      model?.specificationVersion ?? model,
    );
  if (typeof name !== 'string' || name === '') throw unexpected('a name', 'name', name);
  return { name, complete: (call) => complete(model, name, temperature, structuredOutput, call) };
}

async function complete(
  model: AiSdkLanguageModel,
  name: string,
  temperature: number | null,
  structuredOutput: boolean,
  { purpose, prompt, schema, maxOutputTokens, signal }: ModelCall,
): Promise<ModelAnswer> {
  try {
    const { content, usage } = await model.doGenerate({
      prompt: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: [{ type: 'text', text: prompt.user }] },
      ],
      maxOutputTokens,
      ...(temperature !== null && { temperature }),
      ...(structuredOutput && { responseFormat: { type: 'json', schema, name: purpose } }),
      abortSignal: signal,
    });
    const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const used = usageOf(usage);
    return used ? { text, usage: used } : { text };
  } catch (error) {
    throw withoutSecrets(error, name);
  }
}

/** Undefined unless both counts are there: half a usage is an unknown one. */
function usageOf(usage: AiSdkResult['usage']): Usage | undefined {
  const inputTokens = usage?.inputTokens?.total;
  const outputTokens = usage?.outputTokens?.total;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { inputTokens, outputTokens, cachedInputTokens: usage?.inputTokens.cacheRead ?? 0 };
}

/** What may be told of a provider's error. */
function withoutSecrets(error: unknown, name: string): SluiceError {
  const { statusCode, responseHeaders, data } = (error ?? {}) as {
    statusCode?: number;
    responseHeaders?: Record<string, string>;
    data?: { error?: { code?: unknown; type?: unknown } };
  };
  const wait = retryAfterMs(responseHeaders ?? {}, Date.now());
  const reason = [data?.error?.code, data?.error?.type].find(
    (word) => typeof word === 'string' && /^[a-z_]{1,40}$/.test(word),
  );
  const code = connectionCode(error);
  const received = statusCode === undefined ? (code ?? 'none') : `status ${statusCode}`;
  return new SluiceError(
    'ERR_SLUICE_MODEL_FAILED',
    `Expected an answer of the model ${name} but received ${received}${reason ? ` (${reason})` : ''}`,
    {
      details: {
        ...(statusCode !== undefined && { statusCode }),
        ...(wait !== undefined && { retryAfterMs: wait }),
        ...(code !== undefined && { code }),
      },
    },
  );
}
