/** How is a model behind an OpenAI-compatible address reached? Hosted ones, and those on the own machine. */

import { SluiceError, unexpected } from '../../errors.ts';
import { type AiSdkLanguageModel, aiSdkModel } from './ai-sdk-model.ts';
import type { LanguageModel } from './language-model.ts';

/** Where the model is. */
export interface OpenAiCompatibleOptions {
  /** With the version: `https://api.openai.com/v1`, `http://127.0.0.1:11434/v1`. */
  readonly baseURL: string;
  /** Sent as a bearer token, and told to nobody else. @default none */
  readonly apiKey?: string;
  /** The provider's name of the model. */
  readonly model: string;
  /** As the price book names it. @default `model` */
  readonly name?: string;
  /** Null for models that take none. @default 0 */
  readonly temperature?: number | null;
  /** False for servers that refuse a JSON schema. @default true */
  readonly structuredOutput?: boolean;
}

/** A model whose package is loaded when it is first needed. */
export interface LazyLanguageModel extends LanguageModel {
  /** Loads the package (some 80 ms, once), which otherwise the first call waits for. @throws ERR_SLUICE_MODULE_REQUIRED */
  load(): Promise<void>;
}

/**
 * A model at an OpenAI-compatible address, by `@ai-sdk/openai-compatible` 2. The package is loaded with the first call.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an address that is none; from its calls ERR_SLUICE_MODULE_REQUIRED where the
 * package is not installed, ERR_SLUICE_MODEL_FAILED with `statusCode` and `retryAfterMs` in `details` otherwise.
 *
 * @example
 * ```ts
 * const model = openAiCompatible({ baseURL: 'http://127.0.0.1:11434/v1', model: 'qwen3:4b' });
 * model.name; // 'qwen3:4b'
 * ```
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): LazyLanguageModel {
  const { baseURL, apiKey, model, name = model, structuredOutput = true } = options ?? {};
  if (typeof baseURL !== 'string' || !/^https?:\/\//.test(baseURL) || !URL.canParse(baseURL))
    throw unexpected('an http address', 'baseURL', typeof baseURL);
  if (typeof model !== 'string' || model === '') throw unexpected('the name of a model', 'model', model);
  if (apiKey !== undefined && typeof apiKey !== 'string') throw unexpected('a text', 'apiKey', typeof apiKey);
  let loaded: Promise<LanguageModel> | undefined;
  const load = (): Promise<LanguageModel> => {
    loaded ??= provider().then(({ createOpenAICompatible }) => {
      const provided = createOpenAICompatible({
        name: 'sluice',
        baseURL,
        ...(apiKey !== undefined && { apiKey }),
        supportsStructuredOutputs: structuredOutput,
      })(model);
      const { temperature } = options;
      return aiSdkModel({
        ...{ model: provided as AiSdkLanguageModel, name, structuredOutput },
        ...(temperature !== undefined && { temperature }),
      });
    });
    // A package that is installed later is found then.
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
  return {
    name,
    complete: async (call) => (await load()).complete(call),
    load: async () => void (await load()),
  };
}

async function provider(): Promise<typeof import('@ai-sdk/openai-compatible')> {
  return import('@ai-sdk/openai-compatible').catch((cause: unknown) => {
    throw new SluiceError(
      'ERR_SLUICE_MODULE_REQUIRED',
      'Expected the package @ai-sdk/openai-compatible but it is not installed',
      { cause, remedy: 'Run `npm install @ai-sdk/openai-compatible@2`.' },
    );
  });
}
