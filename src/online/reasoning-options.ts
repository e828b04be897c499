/** What may be bought for a request, and on which terms? */

import { unexpected } from '../errors.ts';
import type { Budget } from '../reasoning/budget/budget.ts';
import type { ModelClient } from '../reasoning/client/model-client.ts';
import { Router } from '../reasoning/router/router.ts';

/** How an engine reasons about requests in words. Money is in integer nano-dollars (1e-9 USD). */
export interface ReasoningOptions {
  /** The one way to the language model. */
  readonly client: ModelClient;
  /** What a gain of 1 in the quality of a slate is worth, from 0; a request may say otherwise. */
  readonly value: number;
  /** Decides for each request whether it is worth its price. @default one that knows nothing and buys by exploration only */
  readonly router?: Router;
  /** Limits that requests share; the budget of each request holds besides. @default none */
  readonly budget?: Budget;
  /** Price of a nano-dollar in worth: that of a pacer, so that the money lasts the day. @default () => 1 */
  readonly lambda?: () => number;
  /** How long a model is taken to need before it has been asked, in milliseconds. @default 1500 */
  readonly latencyMs?: number;
}

/** The options with their defaults. @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. */
export function checkReasoning(options: ReasoningOptions): Required<Omit<ReasoningOptions, 'budget'>> & {
  readonly budget: Budget | null;
} {
  if (typeof options !== 'object' || options === null) throw unexpected('an object', 'reasoning', options);
  const { client, value, budget = null, lambda = () => 1, latencyMs = 1500 } = options;
  const { router = new Router() } = options;
  if (typeof client?.ask !== 'function') throw unexpected('a ModelClient', 'reasoning.client', client);
  if (!(Number.isFinite(value) && value >= 0))
    throw unexpected('nano-dollars from 0', 'reasoning.value', value);
  if (typeof router?.decide !== 'function') throw unexpected('a Router', 'reasoning.router', router);
  if (typeof lambda !== 'function') throw unexpected('a function', 'reasoning.lambda', lambda);
  if (!(latencyMs >= 0)) throw unexpected('milliseconds from 0', 'reasoning.latencyMs', latencyMs);
  return { client, value, budget, lambda, latencyMs, router };
}
