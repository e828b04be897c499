/** What is asked of a reranker that is bought, on which terms, and what comes back? */

import type { BudgetReservation } from '../../funnel/budget.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import type { Asking, Refusal } from '../client/question.ts';
import type { ListwiseQuestion } from './listwise-prompt.ts';

/** What to rerank. */
export interface RerankRequest extends ListwiseQuestion {
  /**
   * Rows that meet the hard constraints, as {@link rowsOfPlan} finds them: the others are not shown to the model and
   * stand last. Null for all. @default null
   */
  readonly allowed?: Pick<Bitset, 'has'> | null;
}

/** A question ready to be bought. */
export interface RerankQuote extends Asking {
  /** Nano-dollars that one call can cost at most; undefined where the model's price is unknown. */
  readonly reserve: number | undefined;
  /** Equal for requests that ask the same of the same items, whatever letters they have. */
  readonly key: string;
  /** How many items were given. */
  readonly size: number;
  /** Positions of the items that may be shown, in prior order. */
  readonly kept: Uint32Array;
  /** Letter of each item in `kept`. */
  readonly labels: readonly string[];
}

/** On which terms a quote is bought. */
export interface RerankTerms {
  /** Absolute, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** At least `reserve` of the quote. It is always settled. */
  readonly reservation: BudgetReservation;
  readonly signal?: AbortSignal;
  /**
   * The order of a cross-encoder, all positions, best first: items may rise as high as they stand in it. Or what tells it
   * when the model has answered, where both work at the same time.
   */
  readonly agreed?: Uint32Array | (() => Uint32Array | undefined);
}

/** The order, and where it came from. */
export interface Reranked {
  /** Positions of the items given, best first: always a permutation of them. */
  readonly order: Uint32Array;
  /** What the model said of items, by position, as written: show it only by way of an `Explainer`. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Nano-dollars. */
  readonly cost: number;
  readonly from: 'model' | 'cache' | 'prior';
  /** Why the prior order stands; absent where it does not. */
  readonly refused?: Refusal;
  /** The last failure of the provider in short, as `status 503`; absent where there was none. */
  readonly failure?: string;
}
