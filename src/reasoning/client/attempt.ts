/** How does one call of a model end? With a text, with a failure, or with silence. */

import type { Clock } from './clock.ts';
import { type Failure, isCallersFault, readFailure } from './failure.ts';
import type { Flight } from './flight.ts';
import type { LanguageModel, ModelCall, Usage } from './language-model.ts';

/** The end of one call. */
export type Attempt =
  | { readonly failure?: undefined; readonly text: string; readonly usage?: Usage }
  | { readonly failure: Failure; readonly usage?: undefined }
  | { readonly failure: 'thrown'; readonly error: unknown; readonly usage?: undefined };

const SILENCE: Failure = { passing: true, free: false, what: 'no answer' };

/**
 * Calls the model once; never rejects. Once nobody waits for the flight, the answer is waited for `lateMs` more, for its
 * usage, and then given up.
 */
export async function attempt<T>(
  model: LanguageModel,
  call: ModelCall,
  flight: Flight<T>,
  lateMs: number,
  clock: Clock,
): Promise<Attempt> {
  let cancel = (): void => {};
  let takeBack = (): void => {};
  const givenUp = new Promise<Attempt>((resolve) => {
    takeBack = flight.onAbandoned(() => {
      cancel = clock.after(lateMs, () => resolve({ failure: SILENCE }), true);
    });
  });
  try {
    return await Promise.race([completed(model, call), givenUp]);
  } finally {
    takeBack();
    cancel();
  }
}

async function completed(model: LanguageModel, call: ModelCall): Promise<Attempt> {
  try {
    const { text, usage } = await model.complete(call);
    if (typeof text !== 'string') return { failure: SILENCE };
    return isUsage(usage) ? { text, usage } : { text };
  } catch (error) {
    return isCallersFault(error) ? { failure: 'thrown', error } : { failure: readFailure(error) };
  }
}

/** Counts that can be priced; others are as good as none. */
function isUsage(usage: Usage | undefined): usage is Usage {
  const counted = (tokens: unknown): boolean => Number.isSafeInteger(tokens) && (tokens as number) >= 0;
  if (!usage || !counted(usage.inputTokens) || !counted(usage.outputTokens)) return false;
  const { cachedInputTokens = 0 } = usage;
  return counted(cachedInputTokens) && cachedInputTokens <= usage.inputTokens;
}
