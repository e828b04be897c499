/** Who is not shown what? Each person, item and surface is withheld with a known probability, by a stable hash. */

import { unexpected } from '../../errors.ts';
import { textWords, threefry } from '../../numerics/random.ts';

/** Settings of a holdout experiment. */
export interface HoldoutOptions {
  /** Name of the experiment, 1 to 256 characters; another name withholds other items from the same people. */
  readonly experiment: string;
  /** P(withheld) of every person, item and surface, in (0, 1). @default 0.05 */
  readonly share?: number;
  /** The surfaces on which it runs. @default all */
  readonly surfaces?: readonly string[];
  /** Its first moment, in milliseconds since 1970. @default always */
  readonly from?: number;
  /** The first moment after it. @default never */
  readonly to?: number;
}

/**
 * A randomised holdout: what is withheld is withheld from that person for as long as the experiment runs.
 *
 * The draw is Threefry of (experiment, person, surface, item), so that it is the same in every process and independent
 * between items; nothing is stored.
 *
 * @example
 * ```ts
 * const holdout = new Holdout({ experiment: 'spring', share: 0.05, surfaces: ['billboard'] });
 * holdout.runs('home', Date.now()); // false
 * const again = new Holdout({ experiment: 'spring', share: 0.05 });
 * holdout.withholds(7, 'alien', 'billboard') === again.withholds(7, 'alien', 'billboard'); // true
 * ```
 */
export class Holdout {
  readonly experiment: string;
  readonly share: number;
  readonly #surfaces: ReadonlySet<string> | null;
  readonly #from: number;
  readonly #to: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range. */
  constructor({ experiment, share = 0.05, surfaces, from = -Infinity, to = Infinity }: HoldoutOptions) {
    if (!(typeof experiment === 'string' && experiment.length >= 1 && experiment.length <= 256)) {
      throw unexpected('text of 1 to 256 characters', 'experiment', experiment);
    }
    if (!(share > 0 && share < 1)) throw unexpected('a probability between 0 and 1', 'share', share);
    if (
      surfaces !== undefined &&
      !(Array.isArray(surfaces) && surfaces.length > 0 && surfaces.every((one) => typeof one === 'string'))
    ) {
      throw unexpected('a list of surfaces', 'surfaces', surfaces);
    }
    if (!(from < to)) throw unexpected(`a moment after ${from}`, 'to', to);
    this.experiment = experiment;
    this.share = share;
    this.#surfaces = surfaces === undefined ? null : new Set(surfaces);
    this.#from = from;
    this.#to = to;
  }

  /** Whether the experiment runs on this surface at this time, in milliseconds since 1970. */
  runs(surface: string, time: number): boolean {
    return time >= this.#from && time < this.#to && (this.#surfaces?.has(surface) ?? true);
  }

  /** Whether an item is withheld from a person on a surface while the experiment runs. Cost: some 200 ns. */
  withholds(userNumber: number, item: string, surface: string): boolean {
    return this.of(userNumber, surface)(item);
  }

  /** The same question for many items. Cost: some 100 ns an item. */
  of(userNumber: number, surface: string): (item: string) => boolean {
    const key = new Uint32Array(2);
    const [e0, e1] = textWords(this.experiment);
    threefry(e0, e1, userNumber >>> 0, Math.floor(userNumber / 2 ** 32) >>> 0, key);
    const [s0, s1] = textWords(surface);
    threefry(key[0], key[1], s0, s1, key);
    const [k0, k1] = key;
    const drawn = new Uint32Array(2);
    return (item) => {
      const [i0, i1] = textWords(item);
      threefry(k0, k1, i0, i1, drawn);
      return ((drawn[0] >>> 5) * 67108864 + (drawn[1] >>> 6)) / 9007199254740992 < this.share;
    };
  }
}
