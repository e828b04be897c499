/** What do outcomes teach about the gain? A calibrated model, from known gains or from logged choices. */

import { unexpected } from '../../errors.ts';
import { CURVE_FROM, calibrateGain, effectiveLabels } from './calibrate-gain.ts';
import { ROUTE_FEATURES } from './features.ts';
import { learnScore } from './gain-learner.ts';
import { GainModel } from './gain-model.ts';
import { countTexts } from './text-rows.ts';

/** What was known of a request before anything was bought. */
export interface RoutedRequest {
  /** Of `routeFeatures`. */
  readonly features: Float64Array;
  /** The request in words; empty if there is none. */
  readonly text: string;
}

/** A request of which both outcomes are known. */
export interface KnownGain extends RoutedRequest {
  /** Quality with reasoning less quality without, in [-1, 1]. */
  readonly gain: number;
}

/** A request of which the outcome of one choice is known: what the decision log tells. */
export interface LoggedChoice extends RoutedRequest {
  readonly bought: boolean;
  /** Probability of the choice that was made, in (0, 1]; where it is 1 the choice teaches nothing. */
  readonly propensity: number;
  /** Quality of the answer that was given, on a scale of length 1. */
  readonly quality: number;
}

/** How a model is fitted. */
export interface FitGainOptions {
  /** Of the folds. @default 1 */
  readonly seed?: number;
}

/** Least weight of a logged choice that is learned from. */
const FAINT = 1e-9;

/**
 * A gain model from known gains: ridge regression on features and n-grams with cross-validated penalties, calibrated on
 * scores out of fold by isotonic regression from 1000 outcomes on, by a shrunk logistic curve below, and by the base rate
 * alone below 50. Deterministic. Cost: one second for 14,000 requests of 80 words.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no outcomes or a gain outside [-1, 1]; ERR_SLUICE_DIMENSION_MISMATCH.
 */
export function fitGain(outcomes: readonly KnownGain[], { seed = 1 }: FitGainOptions = {}): GainModel {
  checkRequests(outcomes);
  const gains = Float64Array.from(outcomes, ({ gain }) => inside('gain', gain, -1, 1));
  return fitModel(outcomes, gains, new Float64Array(gains.length).fill(1), seed);
}

/**
 * A gain model from logged choices, each with one outcome and its propensity: the R-learner (Nie and Wager 2021). The
 * quality less its expectation, divided by the choice less its probability, is an estimate of the gain without bias where
 * the propensities are true; it counts by the square of that divisor, so that choices against the rule teach most. As
 * {@link fitGain} otherwise; `outcomes` counts the choices that chance had a part in.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no choices, a propensity or quality outside its range, or propensities that are
 * all 1.
 */
export function fitGainToLog(choices: readonly LoggedChoice[], { seed = 1 }: FitGainOptions = {}): GainModel {
  checkRequests(choices);
  const open = choices.filter(({ propensity }) => inside('propensity', propensity, Number.MIN_VALUE, 1) < 1);
  if (open.length === 0) throw unexpected('choices with a propensity below 1', 'choices', choices);
  const quality = Float64Array.from(open, (choice) =>
    inside('quality', choice.quality, -Number.MAX_VALUE, Number.MAX_VALUE),
  );
  const distance = Float64Array.from(open, ({ bought, propensity }) =>
    bought ? 1 - propensity : propensity - 1,
  );
  const expected = expectedQuality(open, quality, seed);
  const gains = quality.map((q, i) => (q - expected[i]) / distance[i]);
  // A choice of even odds counts 1.
  const weights = distance.map((x) => Math.max(4 * x * x, FAINT));
  return fitModel(open, gains, weights, seed);
}

/** Of each request, from the others: what quality the logged mixture of choices gives. */
function expectedQuality(
  requests: readonly RoutedRequest[],
  quality: Float64Array,
  seed: number,
): Float64Array {
  if (requests.length < CURVE_FROM) {
    const mean = quality.reduce((sum, q) => sum + q, 0) / quality.length;
    return quality.map(() => mean);
  }
  return learnScore(learningRows(requests, quality, new Float64Array(quality.length).fill(1)), seed)
    .outOfFold;
}

function fitModel(
  requests: readonly RoutedRequest[],
  gains: Float64Array,
  weights: Float64Array,
  seed: number,
): GainModel {
  const outcomes = requests.length;
  if (effectiveLabels(weights) < CURVE_FROM) {
    const curve = calibrateGain({ scores: new Float64Array(outcomes), gains, weights });
    return new GainModel({
      ...{ intercept: 0, weights: new Float64Array(ROUTE_FEATURES.length), text: null, curve, outcomes },
    });
  }
  const { linear, text, outOfFold } = learnScore(learningRows(requests, gains, weights), seed);
  const curve = calibrateGain({ scores: outOfFold, gains, weights });
  return new GainModel({ ...linear, text, curve, outcomes });
}

function learningRows(requests: readonly RoutedRequest[], targets: Float64Array, weights: Float64Array) {
  const features = requests.map((request) => request.features);
  return { features, text: countTexts(requests.map(({ text }) => text)), targets, weights };
}

function checkRequests(requests: readonly RoutedRequest[]): void {
  if (!(Array.isArray(requests) && requests.length > 0))
    throw unexpected('at least one outcome', 'outcomes', requests);
  for (const { features, text } of requests) {
    if (!(features instanceof Float64Array && features.length === ROUTE_FEATURES.length)) {
      const expected = `${ROUTE_FEATURES.length} values`;
      throw unexpected(expected, 'features', features, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    if (!features.every(Number.isFinite))
      throw unexpected('finite values', 'features', features, 'ERR_SLUICE_NON_FINITE');
    if (typeof text !== 'string') throw unexpected('a string', 'text', text);
  }
}

function inside(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw unexpected(`a number from ${least} to ${most}`, name, value);
  return value;
}
