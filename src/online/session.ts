/** Does somebody ask again what they asked just now? What people asked in words of late, in memory only. */

/** How long a request is remembered. */
const SESSION_MS = 10 * 60_000;
/** People remembered; who has asked longest ago goes first. */
const MOST = 10_000;
/** Words of a request that are compared. */
const MOST_WORDS = 64;
/** Words in common, as a share of all words of both, from which on a request rewords another. */
const ALIKE = 0.25;

interface Asked {
  readonly time: number;
  readonly words: ReadonlySet<string>;
  readonly reformulations: number;
}

/** The last request in words of each person. */
export class Sessions {
  readonly #asked = new Map<number, Asked>();

  /**
   * Takes a request in; returns how many requests of this session it rewords, one after another.
   *
   * @param time milliseconds since 1970
   */
  reformulations(userNumber: number, text: string, time: number): number {
    const found = text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu);
    const words = new Set(found?.slice(0, MOST_WORDS));
    const before = this.#asked.get(userNumber);
    const again =
      before !== undefined &&
      Math.abs(time - before.time) <= SESSION_MS &&
      overlap(before.words, words) >= ALIKE;
    const reformulations = again ? before.reformulations + 1 : 0;
    this.#asked.delete(userNumber);
    this.#asked.set(userNumber, { time, words, reformulations });
    if (this.#asked.size > MOST) this.#asked.delete(this.#asked.keys().next().value as number);
    return reformulations;
  }
}

/** Jaccard similarity. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}
