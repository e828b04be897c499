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
  readonly rerankGain?: string;
  readonly planGain?: string;
}

/** Nano-dollars in a dollar. */
export const NANO = 1e9;

/**
 * The reasoning that the flags describe; undefined where they name no model.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a model without an address, unless nothing is bought: `dryRun` then decides.
 */
export async function reasoningOf(
  flags: ReasoningFlags,
  dryRun?: (router: Router) => Router,
): Promise<ReasoningOptions | undefined> {
  const { model: name, baseUrl, value } = flags;
  if (name === undefined) return undefined;
  const [plan, rerank] = await Promise.all([flags.planGain, flags.rerankGain].map(gainModel));
  const router = new Router({ plan, rerank });
  return {
    client: new ModelClient({
      model: modelOf(name, baseUrl, dryRun !== undefined),
      prices: await PriceBook.bundled(),
    }),
    router: dryRun?.(router) ?? router,
    value: value * NANO,
  };
}

function modelOf(name: string, baseUrl: string | undefined, dry: boolean): LanguageModel {
  if (baseUrl !== undefined) return openAiCompatible(endpoint(name, baseUrl));
  const missing = new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    'Expected --base-url beside --model but received none',
  );
  if (!dry) throw missing;
  return { name, complete: () => Promise.reject(missing) };
}

function endpoint(name: string, baseURL: string) {
  const apiKey = process.env['SLUICE_API_KEY'];
  // A provider knows its model without the name of the provider before it.
  const model = name.slice(name.indexOf('/') + 1);
  return { baseURL, name, model, ...(apiKey !== undefined && { apiKey }) };
}

async function gainModel(path: string | undefined): Promise<GainModel> {
  if (path === undefined) return GainModel.prior();
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
