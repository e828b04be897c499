/** What does a million tokens of a model cost? The rates of a price list, checked, and the amount that they make. */

import { unexpected } from '../../errors.ts';
import type { Usage } from '../client/language-model.ts';

/** Whole nano-dollars (1e-9 USD) per million tokens, at most 1e12: $0.25 per million tokens is 250_000_000. */
export interface TokenRates {
  readonly input: number;
  /** Tokens of the prompt that the provider had cached. @default `input` */
  readonly cachedInput?: number;
  /** Tokens of the prompt that the provider wrote into its cache. @default `input` */
  readonly cacheWrite?: number;
  readonly output: number;
}

/** Rates that hold for the whole call once its prompt has more than so many tokens. */
export interface TokenTier extends TokenRates {
  readonly above: number;
}

/** What a model costs. */
export interface ModelPrices extends TokenRates {
  /** By rising `above`. @default none */
  readonly tiers?: readonly TokenTier[];
  /** What it will cost from 0:00 UTC of a day (YYYY-MM-DD) on, by rising `from`. @default none */
  readonly changes?: readonly (ModelPrices & { readonly from: string })[];
}

/** The most tokens of one call that are priced; with the highest rate the amount stays below 2^53. */
const MOST_TOKENS = 2 ** 32;
const HIGHEST_RATE = 1e12;
const MILLION = 1e6;

/** The midnight at which a day (YYYY-MM-DD) begins, UTC. @throws ERR_SLUICE_INVALID_ARGUMENT. @internal */
export function midnight(day: string, name: string): number {
  const time = typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) throw unexpected('a day as YYYY-MM-DD', name, day);
  return time;
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for prices that nothing could be computed from. @internal */
export function checkPrices(prices: ModelPrices, name: string): void {
  if (typeof prices !== 'object' || prices === null) throw unexpected('prices', name, prices);
  const { tiers = [], changes = [] } = prices;
  checkRates(prices, name);
  tiers.forEach((tier, i) => {
    checkRates(tier, `${name}.tiers[${i}]`);
    if (!isCount(tier.above) || (i > 0 && tier.above <= tiers[i - 1].above))
      throw unexpected('a rising number of tokens', `${name}.tiers[${i}].above`, tier.above);
  });
  changes.forEach((change, i) => {
    checkPrices(change, `${name}.changes[${i}]`);
    const from = midnight(change.from, `${name}.changes[${i}].from`);
    if (i > 0 && from <= midnight(changes[i - 1].from, name))
      throw unexpected('rising days', `${name}.changes[${i}].from`, change.from);
  });
}

function checkRates({ input, cachedInput, cacheWrite, output }: TokenRates, name: string): void {
  for (const [key, rate] of Object.entries({ input, cachedInput, cacheWrite, output })) {
    const absent = rate === undefined && key !== 'input' && key !== 'output';
    if (!absent && !(Number.isSafeInteger(rate) && rate! >= 0 && rate! <= HIGHEST_RATE))
      throw unexpected('whole nano-dollars per million tokens, up to 1e12,', `${name}.${key}`, rate);
  }
}

/** The prices that hold at a time. @internal */
export function pricesAt(prices: ModelPrices, at: number): ModelPrices {
  return prices.changes?.findLast(({ from }) => Date.parse(from) <= at) ?? prices;
}

/** The amount that a usage makes, rounded up; undefined when it is no usage. @internal */
export function amountOf(prices: ModelPrices, usage: Usage): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  const plain = inputTokens - cachedInputTokens - cacheWriteTokens;
  for (const count of [inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, plain])
    if (!isCount(count)) return undefined;
  const rates = prices.tiers?.findLast(({ above }) => inputTokens > above) ?? prices;
  const { input, cachedInput = input, cacheWrite = input, output } = rates;
  const counts = [plain, cachedInputTokens, cacheWriteTokens, outputTokens];
  return total(counts, [input, cachedInput, cacheWrite, output]);
}

/** The most that a prompt of at most so many tokens, and as many generated, can make. @internal */
export function boundOf(prices: ModelPrices, inputTokens: number, outputTokens: number): number {
  const reachable = [prices, ...(prices.tiers ?? []).filter(({ above }) => inputTokens > above)];
  const dearest = (rate: (rates: TokenRates) => number) => Math.max(...reachable.map(rate));
  const input = dearest(({ input, cachedInput = input, cacheWrite = input }) =>
    Math.max(input, cachedInput, cacheWrite),
  );
  return total([inputTokens, outputTokens], [input, dearest(({ output }) => output)]);
}

/** Counts times rates over a million, rounded up once. Exact: every step stays a whole number below 2^53. */
function total(counts: readonly number[], rates: readonly number[]): number {
  let whole = 0;
  let millionths = 0;
  for (let i = 0; i < counts.length; i++) {
    const rest = rates[i] % MILLION;
    whole += counts[i] * ((rates[i] - rest) / MILLION);
    millionths += counts[i] * rest;
  }
  const rest = millionths % MILLION;
  return whole + (millionths - rest) / MILLION + (rest > 0 ? 1 : 0);
}

/** True for a number of tokens that can be priced. @internal */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= MOST_TOKENS;
}
