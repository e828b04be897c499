/** Language models for the tests of rerankers: they see a prompt, as any model does, and write an answer. */

import { RequestBudget } from '../../../src/funnel/budget.ts';
import type { LanguageModel, ModelCall } from '../../../src/reasoning/client/language-model.ts';
import { ModelClient } from '../../../src/reasoning/client/model-client.ts';
import type { Prices } from '../../../src/reasoning/prices/prices.ts';
import type { RerankTerms } from '../../../src/reasoning/rerankers/reranking.ts';

/** 50 nano-dollars for a token in, 400 for one out. */
export const PRICES: Prices = {
  id: 'test',
  price: (_, { inputTokens, outputTokens }) => 50 * inputTokens + 400 * outputTokens,
  bound: (_, promptBytes, maxOutputTokens) => 50 * promptBytes + 400 * maxOutputTokens,
};

/** An item as a model sees it. */
export interface Line {
  readonly id: string;
  readonly title: string;
  readonly year?: number;
  readonly genres?: readonly string[];
  readonly [field: string]: unknown;
}

/** The items of a prompt, in the order in which they stand there. */
export function linesOf({ prompt }: ModelCall): Line[] {
  return prompt.user
    .split('\n')
    .filter((line) => line.startsWith('{"id":'))
    .map((line) => JSON.parse(line));
}

/** A model that writes what `write` makes of a call, and counts a token for four bytes. */
export function modelOf(write: (call: ModelCall) => string | Promise<string>): LanguageModel {
  return {
    name: 'test-model',
    async complete(call) {
      const text = await write(call);
      const inputTokens = Math.ceil((call.prompt.system.length + call.prompt.user.length) / 4);
      return { text, usage: { inputTokens, outputTokens: Math.ceil(text.length / 4) } };
    },
  };
}

/** A model that wants these titles first. */
export const wanting = (...titles: string[]): LanguageModel =>
  modelOf((call) => {
    const lines = linesOf(call);
    const found = titles.flatMap((title) => lines.filter((line) => line.title === title));
    return JSON.stringify({ top: found.map(({ id }) => id) });
  });

/** A client of that model which tries once and remembers nothing. */
export const clientOf = (model: LanguageModel): ModelClient =>
  new ModelClient({ model, prices: PRICES, attempts: 1, cache: { size: 0 } });

/** Terms with as much money as is asked for, and ten seconds. */
export function terms(amount = 1e9): RerankTerms & { readonly budget: RequestBudget } {
  const budget = new RequestBudget(amount);
  return { deadline: performance.now() + 10_000, reservation: budget.reserve(amount)!, budget };
}
