/**
 * When is reasoning worth its price? A world of requests in words, in which the gain of each is known.
 *
 * What a title is worth to somebody who asks:
 *
 *     relevance = logistic(12 (v.intent + 0.3 v.taste - 0.75)), 0 where it breaks a wish for years or against a genre;
 *     the one title that is looked for has 1, others then 0.3 of their relevance.
 *
 * Quality is the discounted sum of relevance over the slate of 12, divided by that of the best 12 titles. Both paths fuse
 * (reciprocal rank) a text search by words, rarity and fame with a vector search by a direction and the taste known of the
 * user, and keep what the wishes allow. The fast path takes the direction that the parser understood and shows the first
 * 12. Reasoning takes the direction that is meant, and orders the first 24 by relevance as it sees it: without the taste
 * that is not known, and with an error of its own for each title; the title that is looked for it puts first.
 *
 * The gain of a request is the difference of the two qualities plus a part that depends on nothing which can be seen
 * beforehand, drawn for each request: normal, with the variance of the difference, so that half of the variance of the
 * gain is unobservable by construction; reasoning's errors are unobservable besides. On average reasoning gains half of
 * the gain's deviation, and in three of ten requests it does harm.
 */

import { unexpected } from '../errors.ts';
import { PriceBook, type QueryPlan, RandomStream, type RouteFeatureInput, rank } from '../index.ts';
import { createRequestCatalogue, product, type RequestCatalogue } from './request-catalogue.ts';
import { drawQuery, type RequestKind, type SimulatedQuery } from './request-queries.ts';
import { DIMENSIONS } from './taste.ts';

/** What a world is made from; equal options give equal worlds, bit for bit. */
export interface RequestWorldOptions {
  /** Titles, 100 to 100,000. @default 1000 */
  readonly titles?: number;
  /** Any safe integer. @default 1 */
  readonly seed?: number;
}

/** A request, what is known of it before money is spent, and the truth. */
export interface SimulatedRequest {
  readonly kind: RequestKind;
  /** What `routeFeatures` takes. */
  readonly input: RouteFeatureInput;
  /** Quality of the fast answer, in [0, 1]. */
  readonly fastQuality: number;
  /** Quality with reasoning less quality without, in [-1, 1]: the truth. */
  readonly gain: number;
  /** That part of the gain which request, user and catalogue determine. */
  readonly determinedGain: number;
  /** What the call is expected to cost, in nano-dollars, from the length of the prompt. */
  readonly expectedCost: number;
  /** What it costs, in nano-dollars. */
  readonly cost: number;
}

const SLATE = 12;
/** Titles that each search returns. */
const LEG = 50;
/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const FUSION = 60;
/** Titles that reasoning looks at, and the deviation of its error for each. */
const LOOKED_AT = 24;
const MODEL_ERROR = 0.15;
/** Weight of taste beside the intent. */
const TASTE = 0.3;
/** Requests over which the variance of the determined gain is measured. */
const MEASURED = 4000;

/** Tokens of instructions and of the titles shown, and tokens a word; of the answer, with a log-normal spread. */
const TOKENS = { prompt: 520, word: 1.4, answer: 60, residualWord: 12, spread: 0.4 };
/** Of a small model: 0.15 and 0.60 dollars for a million tokens in and out. */
const MODEL = 'simulated/small';
const PRICED = Date.UTC(2026, 0, 1);
const PRICES = {
  ...{ asOf: '2026-01-01', staleAfterDays: 30 },
  models: { [MODEL]: { input: 150_000_000, output: 600_000_000 } },
};

/**
 * A world of requests whose gains are known. Figures from it are simulated.
 *
 * @example
 * ```ts
 * const world = createRequestWorld({ titles: 200 });
 * const [request] = world.requests(1, 7);
 * routeFeatures(request.input).length === ROUTE_FEATURES.length; // true
 * ```
 */
export class RequestWorld {
  readonly #catalogue: RequestCatalogue;
  readonly #seed: number;
  readonly #prices = PriceBook.of(PRICES);
  readonly #hiddenDeviation: number;
  readonly #scores: Float64Array;

  /** @internal Use {@link createRequestWorld}. */
  constructor(titles: number, seed: number) {
    this.#seed = seed;
    this.#catalogue = createRequestCatalogue(titles, seed);
    this.#scores = new Float64Array(titles);
    const random = new RandomStream(seed, 'request world:measured');
    const gains = Float64Array.from({ length: MEASURED }, () => this.#determined(random).determinedGain);
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / MEASURED;
    this.#hiddenDeviation = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / MEASURED);
  }

  /** Independent requests, always the same for a seed. Cost: about 0.1 ms each for 1000 titles. */
  *requests(n: number, seed: number): Generator<SimulatedRequest, void, undefined> {
    if (!(Number.isInteger(n) && n >= 0)) throw unexpected('a whole number from 0', 'n', n);
    const random = new RandomStream(this.#seed, `request world:requests ${seed}`);
    for (let i = 0; i < n; i++) {
      const determined = this.#determined(random);
      const hidden = this.#hiddenDeviation * random.normal();
      const gain = Math.max(-1, Math.min(1, determined.determinedGain + hidden));
      yield { ...determined, gain };
    }
  }

  #determined(random: RandomStream): Omit<SimulatedRequest, 'gain'> {
    const query = drawQuery(this.#catalogue, random);
    const taste = direction(random);
    const userEvents = random.uniform() < 0.2 ? 0 : Math.floor(Math.exp(6 * random.uniform()));
    const trust = userEvents / (userEvents + 20);
    const relevance = this.#relevance(query, taste);
    const best = discounted(relevance, rank(relevance, SLATE));
    const fast = this.#retrieve(query, query.understood, taste, trust);
    const reasoned = this.#reason(query, taste, trust, random);
    const fastQuality = discounted(relevance, fast.order.slice(0, SLATE)) / best;
    const determinedGain = discounted(relevance, reasoned) / best - fastQuality;
    // Who was served badly asks again.
    const reformulations = poisson(0.8 * (1 - fastQuality), random);
    const { plan, text, anchor, contradiction, kind } = query;
    const anchorsNamed = anchor < 0 ? 0 : 1;
    const input = { text, plan, anchorsNamed, contradiction, userEvents, reformulations, ...fast.seen };
    return { kind, input, fastQuality, determinedGain, ...costOf(this.#prices, text, plan, random) };
  }

  /** Of every title. */
  #relevance(query: SimulatedQuery, taste: Float64Array): Float64Array {
    const { vectors, names } = this.#catalogue;
    const relevance = new Float64Array(names.length);
    const direction = query.intent.map((x, d) => x + TASTE * taste[d]);
    const level = query.target < 0 ? 1 : 0.3;
    for (let title = 0; title < names.length; title++) {
      if (this.#breaks(query, title) || title === query.anchor) continue;
      relevance[title] = level / (1 + Math.exp(-12 * (product(vectors, title, direction) - 0.75)));
    }
    if (query.target >= 0) relevance[query.target] = 1;
    return relevance;
  }

  #breaks({ years, not }: SimulatedQuery, title: number): boolean {
    const { genres, years: made } = this.#catalogue;
    return (years !== null && (made[title] < years[0] || made[title] > years[1])) || genres[title].has(not);
  }

  /** Both searches, fused and filtered, best first, and what can be seen of them. */
  #retrieve(query: SimulatedQuery, wanted: Float64Array, taste: Float64Array, trust: number) {
    const { vectors, names, fame, words } = this.#catalogue;
    const scores = this.#scores.fill(Number.NaN);
    for (const word of new Set(query.text.split(' '))) {
      const holders = words.get(word) ?? [];
      const rarity = Math.log(1 + names.length / (1 + holders.length));
      for (const title of holders) {
        scores[title] = rarity + (Number.isNaN(scores[title]) ? 0.1 * fame[title] : scores[title]);
      }
    }
    const textLeg = leg(scores);
    const direction = wanted.map((x, d) => x + TASTE * trust * taste[d]);
    for (let title = 0; title < names.length; title++) {
      scores[title] = product(vectors, title, direction) + 0.05 * fame[title];
    }
    const vectorLeg = leg(scores);
    const fused = new Map<number, number>();
    for (const { rows } of [textLeg, vectorLeg]) {
      for (const [place, title] of rows.entries()) {
        fused.set(title, (fused.get(title) ?? 0) + 1 / (FUSION + place + 1));
      }
    }
    const known = query.plan.similarTo.length > 0 ? query.anchor : -1;
    const kept = [...fused.keys()].filter((title) => !this.#breaks(query, title) && title !== known);
    const order = kept.sort((a, b) => (fused.get(b) as number) - (fused.get(a) as number) || a - b);
    return { order, seen: { textLeg, vectorLeg, candidates: fused.size, satisfying: kept.length } };
  }

  #reason(query: SimulatedQuery, taste: Float64Array, trust: number, random: RandomStream): number[] {
    const { vectors } = this.#catalogue;
    const { order } = this.#retrieve(query, query.intent, taste, trust);
    const looked = order
      .filter((title) => title !== query.anchor && title !== query.target)
      .slice(0, LOOKED_AT);
    const direction = query.intent.map((x, d) => x + TASTE * trust * taste[d]);
    const scores = looked.map((title) => product(vectors, title, direction) + MODEL_ERROR * random.normal());
    const slate = Array.from(rank(scores, SLATE), (place) => looked[place]);
    return query.target < 0 ? slate : [query.target, ...slate].slice(0, SLATE);
  }
}

/**
 * A world of requests, its truth fixed by the options before any router is measured in it. Cost: 0.5 s for 1000 titles.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option out of its range.
 */
export function createRequestWorld({ titles = 1000, seed = 1 }: RequestWorldOptions = {}): RequestWorld {
  if (!(Number.isInteger(titles) && titles >= 100 && titles <= 100_000)) {
    throw unexpected('a whole number from 100 to 100000', 'titles', titles);
  }
  if (!Number.isSafeInteger(seed)) throw unexpected('a safe integer', 'seed', seed);
  return new RequestWorld(titles, seed);
}

function leg(scores: Float64Array) {
  const rows = rank(scores, LEG);
  return { rows, scores: Float32Array.from(rows, (row) => scores[row]) };
}

/** Sum of relevance / log2(1 + place). */
function discounted(relevance: Float64Array, slate: ArrayLike<number>): number {
  let sum = 0;
  for (let place = 0; place < slate.length; place++) sum += relevance[slate[place]] / Math.log2(2 + place);
  return sum;
}

/** What a call is expected to cost and what it costs, by the price book. */
function costOf(prices: PriceBook, text: string, plan: QueryPlan, random: RandomStream) {
  const inputTokens = Math.round(TOKENS.prompt + TOKENS.word * text.split(' ').length);
  const usual = TOKENS.answer + TOKENS.residualWord * (plan.residual.length + plan.moods.length);
  const { spread } = TOKENS;
  const luck = Math.exp(spread * random.normal() - spread ** 2 / 2);
  const price = (outputTokens: number) =>
    prices.price(MODEL, { inputTokens, outputTokens: Math.round(outputTokens) }, PRICED) as number;
  return { expectedCost: price(usual), cost: price(usual * luck) };
}

function direction(random: RandomStream): Float64Array {
  const vector = Float64Array.from({ length: DIMENSIONS }, () => random.normal());
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** Knuth's method; the mean is below 1. */
function poisson(mean: number, random: RandomStream): number {
  const least = Math.exp(-mean);
  let count = -1;
  for (let left = 1; left > least; count++) left *= random.uniform();
  return count;
}
