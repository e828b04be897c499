/** What does a learner say of requests that it has not seen? Every request by a model of the other folds. */

import { unexpected } from '../../../errors.ts';
import { RandomStream } from '../../../numerics/random.ts';
import { calibrateGain } from '../calibrate-gain.ts';
import { fitGain, type KnownGain } from '../fit-gain.ts';
import { type Gain, gainAt } from '../gain-curve.ts';

/** Gains of requests that were left out, by what was learned from others. */
export type GainPredictor = (requests: readonly KnownGain[]) => Gain[];

/** The learner that routers use. */
export function learnedGain(taught: readonly KnownGain[]): GainPredictor {
  const model = fitGain(taught);
  return (requests) => requests.map(({ features, text }) => model.predict(features, text));
}

/** A learner that knows one number of each request, and only calibrates it: a baseline. */
export function calibratedNumber(
  numberOf: (request: KnownGain) => number,
): (taught: readonly KnownGain[]) => GainPredictor {
  return (taught) => {
    const curve = calibrateGain({
      scores: Float64Array.from(taught, numberOf),
      gains: Float64Array.from(taught, ({ gain }) => gain),
      weights: new Float64Array(taught.length).fill(1),
    });
    return (requests) => requests.map((request) => gainAt(curve, numberOf(request)));
  };
}

/** Predictions for every request. */
export interface CrossFittedGains {
  readonly gains: readonly Gain[];
  /** Number of the fold that each request was in. */
  readonly folds: Uint32Array;
}

/**
 * Predicted gains, each by a learner taught on the folds that the request is not in. Folds are of equal size, assigned by
 * chance; another seed gives another assignment.
 *
 * @param folds from 2 to the number of outcomes.
 * @throws ERR_SLUICE_INVALID_ARGUMENT.
 */
export function crossFitGains(
  outcomes: readonly KnownGain[],
  learn: (taught: readonly KnownGain[]) => GainPredictor,
  { folds = 5, seed = 1 }: { readonly folds?: number; readonly seed?: number } = {},
): CrossFittedGains {
  const n = outcomes.length;
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= n)) {
    throw unexpected(`a whole number from 2 to ${n}`, 'folds', folds);
  }
  const fold = new RandomStream(seed, 'cross-fit gains').shuffle(
    Uint32Array.from(outcomes, (_, i) => i % folds),
  );
  const gains = new Array<Gain>(n);
  for (let k = 0; k < folds; k++) {
    const predict = learn(outcomes.filter((_, i) => fold[i] !== k));
    const rows = outcomes.flatMap((_, i) => (fold[i] === k ? [i] : []));
    predict(rows.map((row) => outcomes[row])).forEach((gain, at) => {
      gains[rows[at]] = gain;
    });
  }
  return { gains, folds: fold };
}
