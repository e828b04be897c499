/** What may be bought for a request, and on which terms? The model, the router, and the limits that requests share. */

import { unexpected } from '../errors.ts';
import { RequestBudget } from '../funnel/budget.ts';
import {
  Budget,
  type BudgetOptions,
  type BudgetReport,
  type BudgetRequest,
} from '../reasoning/budget/budget.ts';
import type { ModelClient } from '../reasoning/client/model-client.ts';
import { type RoutePurpose, Router } from '../reasoning/router/router.ts';
import type { Accounts, AccountsOptions } from './accounts.ts';
import type { Memory } from './memory.ts';

/** Calls after which one counts a share of 1/e in what calls are expected to cost. */
const CALLS_REMEMBERED = 20;

/** How an engine reasons about requests in words. Money is in integer nano-dollars (1e-9 USD). */
export interface ReasoningOptions {
  /** The one way to the language model. */
  readonly client: ModelClient;
  /** What a gain of 1 in the quality of a slate is worth, from 0; a request may say otherwise. */
  readonly value: number;
  /** Decides for each request whether it is worth its price. @default one that knows nothing and buys by exploration only */
  readonly router?: Router;
  /** Limits a day for all, for each tenant and for each person, kept in the state directory. @default none */
  readonly limits?: Pick<BudgetOptions, 'day' | 'tenant' | 'user' | 'utcOffsetMinutes'>;
  /**
   * Price of a nano-dollar in worth. @default that of a pacer which lets the limit of the day last until midnight; 1 where
   * there is none
   */
  readonly lambda?: () => number;
  /** How long a model is taken to need before it has been asked, in milliseconds. @default 1500 */
  readonly latencyMs?: number;
}

/** The reasoning of an open engine. */
export class Reasoning {
  readonly client: ModelClient;
  readonly router: Router;
  readonly value: number;
  readonly lambda: () => number;
  readonly latencyMs: number;
  readonly #budget: Budget | null;
  readonly #shares = new Map<RoutePurpose, number>();

  private constructor(options: ReasoningOptions, lambda: () => number, budget: Budget | null) {
    const { client, value, router = new Router(), latencyMs = 1500 } = options;
    this.client = client;
    this.value = value;
    this.router = router;
    this.lambda = lambda;
    this.latencyMs = latencyMs;
    this.#budget = budget;
  }

  /**
   * Checks the options and opens the books of the limits.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT naming the field; ERR_SLUICE_STORE_FAILED.
   */
  static async open(
    options: ReasoningOptions,
    { store, now }: Memory,
    accounts: Pick<Accounts, 'lambda'>,
    onError: ((error: unknown) => void) | undefined,
  ): Promise<Reasoning> {
    check(options);
    const { limits, lambda = () => accounts.lambda } = options;
    const heard = onError && { onError };
    const budget = limits ? await Budget.open({ ...limits, store, now, ...heard }) : null;
    return new Reasoning(options, lambda, budget);
  }

  /**
   * The budget of one request, below the limits. Where a limit binds that has no money at hand for it, the first request
   * waits for the disk, some milliseconds, and those after it do not.
   */
  async budgetOf(request: BudgetRequest): Promise<RequestBudget> {
    if (!this.#budget) return new RequestBudget(request.limit);
    if (request.limit > 0) await this.#budget.prepare(request);
    return this.#budget.request(request);
  }

  /** What a call is expected to cost that can cost so much at most: bounds take every byte for a token. */
  expected(purpose: RoutePurpose, bound: number): number {
    return Math.ceil(bound * (this.#shares.get(purpose) ?? 1));
  }

  /** Learns what share of its bound a call has cost; what came from the cache or was turned away tells nothing of it. */
  paid(purpose: RoutePurpose, cost: number, bound: number): void {
    if (cost === 0 || bound === 0) return;
    const share = this.#shares.get(purpose) ?? 1;
    this.#shares.set(purpose, share + (cost / bound - share) / CALLS_REMEMBERED);
  }

  /** What stands in the books of today; null without limits. */
  report(): BudgetReport | null {
    return this.#budget?.report() ?? null;
  }

  /** Gives back what was leased and not spent. */
  async close(): Promise<void> {
    await this.#budget?.close();
  }
}

/** The day that money must last for, if one is limited. */
export function pacingOf(options: ReasoningOptions | undefined): AccountsOptions['pacing'] {
  const { day, utcOffsetMinutes } = options?.limits ?? {};
  if (day === undefined) return null;
  return { budget: day, ...(utcOffsetMinutes !== undefined && { utcOffsetMinutes }) };
}

function check(options: ReasoningOptions): void {
  if (typeof options !== 'object' || options === null) throw unexpected('an object', 'reasoning', options);
  const { client, value, router, lambda, latencyMs = 0, limits } = options;
  if (typeof client?.ask !== 'function') throw unexpected('a ModelClient', 'reasoning.client', client);
  if (!(Number.isFinite(value) && value >= 0))
    throw unexpected('nano-dollars from 0', 'reasoning.value', value);
  if (router !== undefined && typeof router?.decide !== 'function')
    throw unexpected('a Router', 'reasoning.router', router);
  if (lambda !== undefined && typeof lambda !== 'function')
    throw unexpected('a function', 'reasoning.lambda', lambda);
  if (!(latencyMs >= 0)) throw unexpected('milliseconds from 0', 'reasoning.latencyMs', latencyMs);
  if (limits !== undefined && (typeof limits !== 'object' || limits === null))
    throw unexpected('an object', 'reasoning.limits', limits);
}
