/** How much more is an item played when it is shown? Plays with and without exposure, against what scorers promised. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Feedback, PolicyState, Pool } from '../../funnel/policy.ts';

/** What is believed of the lift of each entry of a pool: mean and standard deviation, in plays per exposure. */
export interface LiftPosterior {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** P(play | shown) and P(play | not shown), of which `mean` is the difference. */
  readonly shown: Float64Array;
  readonly notShown: Float64Array;
}

/** Weights of what is believed before an arm has outcomes of its own, in expected plays; above 0. */
export interface LiftStrengths {
  /** Of P(play | shown) as the scorers give it. */
  readonly scorerStrength: number;
  /** Of P(play | not shown) being the same part of it as for all arms. */
  readonly priorStrength: number;
}

const COLUMNS = ['shownPlays', 'shownExpected', 'unshownPlays', 'unshownExpected'] as const;

/**
 * Counts of plays with and without exposure per arm.
 *
 * The scorers promise p = P(play | shown) of each person; an arm keeps what came of it as a ratio to that, once for
 * exposures and once for what was withheld, so that people who differ can be added up. The ratio of all arms is the
 * prior of each.
 */
export class LiftCounts {
  readonly #strengths: LiftStrengths;
  #sums: Record<(typeof COLUMNS)[number], Float64Array>;
  /** The same over all arms; kept, so that a pool costs no pass over the catalogue. */
  #totals = new Float64Array(COLUMNS.length);

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor(arms: number, strengths: LiftStrengths) {
    if (!(Number.isInteger(arms) && arms >= 0)) throw unexpected('a whole number of arms', 'arms', arms);
    const { scorerStrength, priorStrength } = strengths;
    for (const [name, value] of Object.entries({ scorerStrength, priorStrength })) {
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw unexpected('a number above 0', name, value);
    }
    this.#strengths = { scorerStrength, priorStrength };
    this.#sums = columnsOf(() => new Float64Array(arms));
  }

  /** The number of arms. */
  get arms(): number {
    return this.#sums.shownPlays.length;
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_NON_FINITE; nothing is added then. */
  add({ rows, scores, rewards, exposed }: Feedback): void {
    const n = rows.length;
    if (scores.length !== n || rewards.length !== n || (exposed !== undefined && exposed.length !== n)) {
      throw unexpected(
        `columns of ${n} entries`,
        'feedback',
        `${scores.length} scores, ${rewards.length} rewards`,
      );
    }
    this.#check(rows, scores);
    rewards.forEach((reward, i) => {
      if (!(reward >= 0 && reward <= 1)) {
        throw unexpected('a reward from 0 to 1', `rewards[${i}]`, reward, 'ERR_SLUICE_NON_FINITE');
      }
    });
    const { shownPlays, shownExpected, unshownPlays, unshownExpected } = this.#sums;
    for (let i = 0; i < n; i++) {
      const shown = exposed === undefined || exposed[i] === 1;
      (shown ? shownPlays : unshownPlays)[rows[i]] += rewards[i];
      (shown ? shownExpected : unshownExpected)[rows[i]] += scores[i];
      this.#totals[shown ? 0 : 2] += rewards[i];
      this.#totals[shown ? 1 : 3] += scores[i];
    }
  }

  /**
   * The lift of each entry: the difference of two independent Beta posteriors, by its moments. Cost: O(pool).
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown arm or a score outside (0, 1).
   */
  posterior({ rows, scores }: Pool): LiftPosterior {
    this.#check(rows, scores);
    const { shownPlays, shownExpected, unshownPlays, unshownExpected } = this.#sums;
    const { scorerStrength: m, priorStrength: k } = this.#strengths;
    const [plays, expected, others, othersExpected] = this.#totals;
    const shownLevel = (plays + m) / (expected + m);
    // Before anything was withheld, half of the plays are taken to come about without showing.
    const unshownLevel = (others + 0.5 * k) / (othersExpected + k);
    const n = rows.length;
    const posterior = {
      mean: new Float64Array(n),
      deviation: new Float64Array(n),
      shown: new Float64Array(n),
      notShown: new Float64Array(n),
    };
    for (let i = 0; i < n; i++) {
      const [arm, p] = [rows[i], scores[i]];
      const shownWeight = (shownExpected[arm] + m) / p;
      const unshownWeight = (unshownExpected[arm] + k) / p;
      const shown = Math.min((shownPlays[arm] + m * shownLevel) / shownWeight, CERTAIN);
      const notShown = Math.min((unshownPlays[arm] + k * unshownLevel) / unshownWeight, CERTAIN);
      posterior.shown[i] = shown;
      posterior.notShown[i] = notShown;
      posterior.mean[i] = shown - notShown;
      posterior.deviation[i] = Math.sqrt(
        (shown * (1 - shown)) / (shownWeight + 1) + (notShown * (1 - notShown)) / (unshownWeight + 1),
      );
    }
    return posterior;
  }

  snapshot(): PolicyState {
    return { ...columnsOf((name) => this.#sums[name].slice()), totals: this.#totals.slice() };
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for columns that these counts did not save. */
  restore(state: PolicyState): void {
    const totals = saved(state, 'totals', COLUMNS.length);
    this.#sums = columnsOf((name) => saved(state, name, this.arms));
    this.#totals = totals;
  }

  #check(rows: Uint32Array, scores: Float32Array): void {
    if (scores.length !== rows.length) throw unexpected(`${rows.length} scores`, 'scores', scores.length);
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] >= this.arms) throw unexpected(`an arm below ${this.arms}`, `rows[${i}]`, rows[i]);
      if (!(scores[i] > 0 && scores[i] < 1)) {
        throw unexpected('a probability between 0 and 1', `scores[${i}]`, scores[i]);
      }
    }
  }
}

/** The largest probability that is believed, whatever the ratio says. */
const CERTAIN = 0.99;

function columnsOf<T>(of: (name: (typeof COLUMNS)[number]) => T): Record<(typeof COLUMNS)[number], T> {
  return Object.fromEntries(COLUMNS.map((name) => [name, of(name)])) as Record<(typeof COLUMNS)[number], T>;
}

function saved(state: PolicyState, name: string, length: number): Float64Array<ArrayBuffer> {
  const values = state[name];
  if (values?.length === length && values.every((value) => value >= 0 && value < Infinity))
    return values.slice();
  throw new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected the saved state of these arms but received ${values === undefined ? 'none' : 'another'} for ${name}`,
    { remedy: 'Restore the state that this policy saved over the same catalogue, with the same settings.' },
  );
}
