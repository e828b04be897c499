/** What does a router recover in the simulated world of requests? Learned from some, scored on others. */

import {
  expectedCalibrationError,
  fitGain,
  fitGainToLog,
  type GainModel,
  type Interval,
  judgeRouters,
  type LoggedChoice,
  RandomStream,
  Router,
  type RouterJudgement,
  routeFeatures,
  ruleScores,
} from '../index.ts';
import { createRequestWorld, type RequestWorld, type SimulatedRequest } from './request-world.ts';

/** What is simulated. */
export interface RoutingSimulation {
  /** Requests of which the learner knows the gain. @default 2000 */
  readonly labels?: number;
  /** Requests that it is then scored on. @default 20000 */
  readonly requests?: number;
  /** Requests of a log of which a second learner knows the outcome of one choice. @default 20000 */
  readonly logged?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Of the intervals. @default 1000 */
  readonly resamples?: number;
}

/** What came out; all figures are simulated. */
export interface RoutingReport {
  readonly labels: number;
  readonly requests: number;
  readonly logged: number;
  /**
   * By what is bought first, on the dollar axis. `fromLog` learned from logged choices; `determined` knows the part of the
   * gain that request, user and catalogue determine.
   */
  readonly routers: Readonly<Record<RoutingName, RouterJudgement>>;
  readonly aboveLength: Interval;
  /** Expected calibration error of the predicted gain, 10 bins of equal mass. */
  readonly ece: number;
  /** Share of the variance of the gain that nothing seen beforehand determines. */
  readonly unobservable: number;
  /** Mean of the gain over its deviation, and the share of requests to which reasoning does harm. */
  readonly meanOverDeviation: number;
  readonly harmed: number;
  readonly simulated: true;
}

/** What decides the order of buying. */
export type RoutingName = 'router' | 'fromLog' | 'length' | 'residual' | 'random' | 'determined' | 'oracle';

/** Share of the log that a coin decided, and the price at which the rest was bought: worth of a gain of 1. */
const EXPLORATION = 0.2;
const VALUE = 1_000_000;

/** Teaches gain models and scores what they would buy. Cost: about 15 s for the defaults. */
export function simulateRouting({
  labels = 2000,
  requests = 20_000,
  logged = 20_000,
  seed = 1,
  resamples = 1000,
}: RoutingSimulation = {}): RoutingReport {
  const world = createRequestWorld({ seed });
  const known = [...world.requests(labels, 1)].map(({ input, gain }) => ({
    ...{ features: routeFeatures(input), text: input.text, gain },
  }));
  const model = fitGain(known);
  const taughtByLog = fitGainToLog(logChoices(world, model, logged, seed));
  const scored = [...world.requests(requests, 2)];
  const gains = Float64Array.from(scored, ({ gain }) => gain);
  const costs = Float64Array.from(scored, ({ cost }) => cost);
  const expected = Float64Array.from(scored, ({ expectedCost }) => expectedCost);
  const predict = (by: GainModel) => scored.map(({ input }) => by.predict(routeFeatures(input), input.text));
  const predicted = predict(model);
  const random = new RandomStream(seed, 'buying by chance');
  const by = (score: (request: SimulatedRequest) => number) => [Float64Array.from(scored, score)];
  const { routers, above } = judgeRouters<RoutingName>(
    { gains, costs },
    {
      router: [ruleScores(predicted, expected)],
      fromLog: [ruleScores(predict(taughtByLog), expected)],
      length: by(({ input }) => input.text.length),
      residual: by(({ input }) => input.plan.residual.length),
      random: by(() => random.uniform()),
      determined: by(({ determinedGain, cost }) => determinedGain / cost),
      oracle: by(({ gain, cost }) => gain / cost),
    },
    { resamples, seed },
  );
  const deviation = Math.sqrt(variance(gains));
  const hidden = Float64Array.from(scored, ({ gain, determinedGain }) => gain - determinedGain);
  const means = predicted.map(({ mean }) => mean);
  return {
    ...{ labels, requests, logged, routers, aboveLength: above.length },
    ece: expectedCalibrationError(means, gains),
    unobservable: variance(hidden) / deviation ** 2,
    meanOverDeviation: mean(gains) / deviation,
    harmed: gains.filter((gain) => gain < 0).length / requests,
    simulated: true,
  };
}

/** Requests decided by a router that explores, each with the quality of the answer that was given. */
export function logChoices(world: RequestWorld, model: GainModel, n: number, seed: number): LoggedChoice[] {
  const router = new Router({ rerank: model, exploration: EXPLORATION });
  return [...world.requests(n, 3)].map(({ input, fastQuality, gain, expectedCost }, i) => {
    const features = routeFeatures(input);
    const { text } = input;
    const { buy, propensity } = router.decide(
      {
        ...{ purpose: 'rerank', decisionId: `${i}`, seed, text, value: VALUE, expectedCost, lambda: 1 },
        ...{ latencyMs: 1, timeLeftMs: 1, breakerOpen: false, affordable: true, simple: false },
      },
      features,
    );
    return { features, text, bought: buy, propensity, quality: fastQuality + (buy ? gain : 0) };
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function variance(values: Float64Array): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
