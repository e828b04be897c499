/** How likely is each place to be seen? Examinations and attractions from logged slates, by expectation maximisation. */

import { SluiceError, unexpected } from '../../errors.ts';
import { type ClickLog, checkClickLog, countClicks } from './click-model.ts';
import { PositionBasedModel } from './position-based-model.ts';

/** Settings of {@link fitPositionBased}. */
export interface FitPositionBasedOptions {
  /** Ends when no parameter moves further than this in a step. @default 1e-7 */
  readonly tolerance?: number;
  /** Ends after so many steps. @default 5000 */
  readonly iterations?: number;
}

/** What the log tells. */
export interface PositionBasedFit {
  readonly model: PositionBasedModel;
  /** Rows that occur, ascending. */
  readonly rows: Uint32Array;
  /** P(click | examined) for each of them. */
  readonly attraction: Float64Array;
  readonly iterations: number;
  /** False when the steps ran out before nothing moved. */
  readonly converged: boolean;
}

/**
 * Fits the position-based model by expectation maximisation (Chuklin, Markov and de Rijke, "Click Models for Web
 * Search", 2015, section 4.3), with the first place examined always: only ratios of examinations can be known.
 *
 * A place without a click was examined with probability g (1 - a) / (1 - g a), and its item attractive with
 * a (1 - g) / (1 - g a). The likelihood never falls. Cost: rows that occur x places a step, however long the log.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a log without the shape of {@link ClickLog};
 * ERR_SLUICE_DATA_INVALID where no clicked item links a place to the first, so that its examination cannot be known.
 * @example
 * ```ts
 * // Item 0 is clicked half as often at the second place as at the first.
 * const log = { places: 2, rows: Uint32Array.of(0, 1, 0, 1, 1, 0, 1, 0), clicks: [1, 0, 1, 0, 0, 1, 0, 0] };
 * fitPositionBased(log).model.examination; // [1, 0.5]
 * ```
 */
export function fitPositionBased(log: ClickLog, options: FitPositionBasedOptions = {}): PositionBasedFit {
  const { tolerance = 1e-7, iterations = 5000 } = options;
  if (!(tolerance >= 0)) throw unexpected('a number of at least 0', 'tolerance', tolerance);
  if (!(Number.isInteger(iterations) && iterations >= 1)) {
    throw unexpected('a whole number of at least 1', 'iterations', iterations);
  }
  checkClickLog(log);
  const { places } = log;
  const { rows, shown, clicked } = countClicks(log);
  checkLinked(rows.length, places, clicked, shown);
  let attraction = new Float64Array(rows.length).fill(0.5);
  let examination = new Float64Array(places).fill(0.5);
  examination[0] = 1;
  let step = 0;
  let moved = Number.POSITIVE_INFINITY;
  while (step < iterations && moved > tolerance) {
    step++;
    const attracted = new Float64Array(rows.length);
    const seen = new Float64Array(places);
    const impressions = new Float64Array(rows.length);
    const visits = new Float64Array(places);
    for (let cell = 0; cell < shown.length; cell++) {
      if (shown[cell] === 0) continue;
      const place = cell % places;
      const item = (cell - place) / places;
      const g = examination[place];
      const a = attraction[item];
      const missed = shown[cell] - clicked[cell];
      // Nothing is missed where a click was sure.
      const rest = missed === 0 ? 0 : missed / (1 - g * a);
      attracted[item] += clicked[cell] + rest * a * (1 - g);
      seen[place] += clicked[cell] + rest * g * (1 - a);
      impressions[item] += shown[cell];
      visits[place] += shown[cell];
    }
    const nextAttraction = attracted.map((sum, item) => sum / impressions[item]);
    const nextExamination = seen.map((sum, place) => (place === 0 ? 1 : sum / visits[place]));
    moved = Math.max(distance(attraction, nextAttraction), distance(examination, nextExamination));
    attraction = nextAttraction;
    examination = nextExamination;
  }
  return {
    model: new PositionBasedModel(examination),
    rows,
    attraction,
    iterations: step,
    converged: moved <= tolerance,
  };
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** Places that showed the same clicked item know each other's ratio; all must be linked to the first. */
function checkLinked(items: number, places: number, clicked: Float64Array, shown: Float64Array): void {
  const linked = new Set([0]);
  for (let grown = true; grown; ) {
    grown = false;
    for (let item = 0; item < items; item++) {
      const own: number[] = [];
      let clicks = 0;
      for (let place = 0; place < places; place++) {
        clicks += clicked[item * places + place];
        if (shown[item * places + place] > 0) own.push(place);
      }
      if (clicks === 0 || !own.some((place) => linked.has(place))) continue;
      for (const place of own) {
        grown ||= !linked.has(place);
        linked.add(place);
      }
    }
  }
  for (let place = 0; place < places; place++) {
    let clicks = 0;
    for (let item = 0; item < items; item++) clicks += clicked[item * places + place];
    if (linked.has(place) && clicks > 0) continue;
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected clicks at place ${place} on items also shown at other places, but there are none`,
      { remedy: 'Fit on slates whose order was varied, and on enough of them that every place was clicked.' },
    );
  }
}
