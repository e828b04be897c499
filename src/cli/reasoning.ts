/** What may a command buy? The model, its price and its worth, from the command line. */

import { readFile } from 'node:fs/promises';
import {
  GainModel,
  type LanguageModel,
  ModelClient,
  openAiCompatible,
  PriceBook,
  type ReasoningOptions,
  Router,
  SluiceError,
} from '../index.ts';

/** Options of the commands that may buy reasoning; money in dollars. */
export interface ReasoningFlags {
  readonly model?: string;
  readonly baseUrl?: string;
  readonly value: number;
  readonly gain?: string;
}

/** Nano-dollars in a dollar. */
export const NANO = 1e9;

/** The reasoning that the flags describe; undefined where they name no model. */
export async function reasoningOf(
  flags: ReasoningFlags,
  wrap: (router: Router) => Router = (router) => router,
): Promise<ReasoningOptions | undefined> {
  const { model: name, baseUrl, value, gain } = flags;
  if (name === undefined) return undefined;
  const model: LanguageModel =
    baseUrl === undefined ? unreachable(name) : openAiCompatible(endpoint(name, baseUrl));
  const fitted = gain === undefined ? GainModel.prior() : await gainModel(gain);
  return {
    client: new ModelClient({ model, prices: await PriceBook.bundled() }),
    router: wrap(new Router({ plan: fitted, rerank: fitted })),
    value: value * NANO,
  };
}

function endpoint(name: string, baseURL: string) {
  const apiKey = process.env['SLUICE_API_KEY'];
  // A provider knows its model without the name of the provider before it.
  const model = name.slice(name.indexOf('/') + 1);
  return { baseURL, name, model, ...(apiKey !== undefined && { apiKey }) };
}

/** A model whose price counts, and which is not asked. */
function unreachable(name: string): LanguageModel {
  return {
    name,
    complete: () =>
      Promise.reject(
        new SluiceError(
          'ERR_SLUICE_INVALID_ARGUMENT',
          'Expected --base-url beside --model but received none',
        ),
      ),
  };
}

async function gainModel(path: string): Promise<GainModel> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SluiceError(
      'ERR_SLUICE_DATA_NOT_FOUND',
      `Expected a gain model at ${path} but it cannot be read`,
      {
        cause,
      },
    );
  });
  try {
    return GainModel.fromJSON(JSON.parse(text));
  } catch (cause) {
    if (SluiceError.is(cause)) throw cause;
    throw new SluiceError('ERR_SLUICE_DATA_INVALID', `Expected JSON in ${path} but it is not`, { cause });
  }
}
