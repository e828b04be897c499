/** What does a call cost? The port through which the client and the router ask; a price book answers it. */

import type { Usage } from '../client/language-model.ts';

/** Prices of models in integer nano-dollars (1e-9 USD), rounded up. An unknown or stale price is undefined: a refusal. */
export interface Prices {
  /** Version of the prices, for the record. */
  readonly id: string;
  /** What a call of that usage costs. @param at milliseconds since 1970 */
  price(model: string, usage: Usage, at: number): number | undefined;
  /**
   * The most that a call can cost: every UTF-8 byte of the prompt counted as a token, and all output generated.
   *
   * @param at milliseconds since 1970
   */
  bound(model: string, promptBytes: number, maxOutputTokens: number, at: number): number | undefined;
}
