/** How well would the router have chosen on recorded outcomes? Cross-fitted, beside length, chance and the oracle. */

import { unexpected } from '../../../errors.ts';
import type { BootstrapOptions, Interval } from '../../../numerics/bootstrap.ts';
import { RandomStream } from '../../../numerics/random.ts';
import { EMPTY_PLAN } from '../../plan.ts';
import { routeFeatures } from '../features.ts';
import type { KnownGain } from '../fit-gain.ts';
import { expectedCalibrationError } from './calibration-error.ts';
import { calibratedNumber, crossFitGains, learnedGain } from './cross-fit-gains.ts';
import { judgeRouters, type RouterJudgement } from './judge-routers.ts';
import { placesWithinFolds, ruleScores } from './rule-order.ts';

/** A prompt of which a cheap and an expensive model's answers were judged. */
export interface RecordedOutcome {
  readonly prompt: string;
  /** Quality of the expensive answer less that of the cheap one, in [-1, 1]. */
  readonly gain: number;
  /** What the expensive answer costs more, above 0. */
  readonly cost: number;
}

/** A router's figures, with the calibration of its predictions. */
export interface RecordedJudgement extends RouterJudgement {
  /** Expected calibration error over 10 bins of equal mass; null for the oracle, which predicts nothing. */
  readonly ece: number | null;
}

/** What the router, the length of the prompt, chance and the oracle recover. */
export interface RecordedReport {
  readonly outcomes: number;
  readonly assignments: number;
  readonly router: RecordedJudgement;
  readonly length: RecordedJudgement;
  readonly random: RecordedJudgement;
  readonly oracle: RecordedJudgement;
  /** Area of the router less that of the length, by paired bootstrap. */
  readonly aboveLength: Interval;
}

/** How outcomes are judged. */
export interface JudgeRecordedOptions extends BootstrapOptions {
  /** Assignments of five folds, over which figures are the mean. @default 20 */
  readonly assignments?: number;
  /** Hears the share that is done. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Judges the router on recorded outcomes: a model is fitted to four folds and decides the fifth; prompts have no plan, so
 * that it learns from their length and n-grams. Its order is taken within folds. The length (longest first) and chance are calibrated in the same way.
 *
 * Cost: some 15 s for 1,300 prompts of 50 words and 20 assignments.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT as `fitGain` and `judgeRouters`, and for fewer than 50 outcomes.
 */
export function judgeRecordedOutcomes(
  recorded: readonly RecordedOutcome[],
  { assignments = 20, onProgress, ...bootstrap }: JudgeRecordedOptions = {},
): RecordedReport {
  if (!(Array.isArray(recorded) && recorded.length >= 50)) {
    throw unexpected('at least 50 outcomes', 'recorded', recorded);
  }
  if (!(Number.isInteger(assignments) && assignments >= 1)) {
    throw unexpected('a whole number from 1', 'assignments', assignments);
  }
  const requests = recorded.map(promptOnly);
  const costs = Float64Array.from(recorded, ({ cost }) => cost);
  const gains = Float64Array.from(recorded, ({ gain }) => gain);
  const [router, length, random] = [0, 1, 2].map(() => ({
    scores: [] as Float64Array[],
    errors: [] as number[],
  }));
  for (let seed = 1; seed <= assignments; seed++) {
    const chance = new RandomStream(seed, 'buying by chance');
    const draws = new Map(requests.map((request) => [request, chance.uniform()]));
    const drawOf = (request: KnownGain) => draws.get(request) as number;
    const add = (to: typeof router, learn: typeof learnedGain, scores?: Float64Array) => {
      const predicted = crossFitGains(requests, learn, { seed });
      to.scores.push(scores ?? placesWithinFolds(ruleScores(predicted.gains, costs), predicted.folds));
      const means = predicted.gains.map(({ mean }) => mean);
      to.errors.push(expectedCalibrationError(means, gains));
    };
    add(router, learnedGain);
    add(length, calibratedNumber(lengthOf), Float64Array.from(requests, lengthOf));
    add(random, calibratedNumber(drawOf), Float64Array.from(requests, drawOf));
    onProgress?.(seed / assignments);
  }
  const oracle = [gains.map((gain, i) => gain / costs[i])];
  const lists = { router: router.scores, length: length.scores, random: random.scores, oracle };
  const { routers, above } = judgeRouters({ gains, costs }, lists, bootstrap);
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  return {
    outcomes: recorded.length,
    assignments,
    router: { ...routers.router, ece: mean(router.errors) },
    length: { ...routers.length, ece: mean(length.errors) },
    random: { ...routers.random, ece: mean(random.errors) },
    oracle: { ...routers.oracle, ece: null },
    aboveLength: above.length,
  };
}

const lengthOf = ({ text }: KnownGain): number => text.length;

/** A prompt as a request of which nothing but the text is known. */
function promptOnly({ prompt: text, gain }: RecordedOutcome): KnownGain {
  const none = { rows: [], scores: [] };
  const features = routeFeatures({
    ...{ text, plan: EMPTY_PLAN, anchorsNamed: 0, contradiction: false, textLeg: none, vectorLeg: none },
    ...{ candidates: 0, satisfying: 0, userEvents: 0, reformulations: 0 },
  });
  return { features, text, gain };
}
