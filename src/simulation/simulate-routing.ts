/** What does a router recover in the simulated world of requests? Learned from some, scored on others. */

import {
  expectedCalibrationError,
  fitGain,
  type Interval,
  judgeRouters,
  RandomStream,
  type RouterJudgement,
  routeFeatures,
  ruleScores,
} from '../index.ts';
import { createRequestWorld, type SimulatedRequest } from './request-world.ts';

/** What is simulated. */
export interface RoutingSimulation {
  /** Requests whose gain is known to the learner. @default 2000 */
  readonly labels?: number;
  /** Requests that it is then scored on. @default 20000 */
  readonly requests?: number;
  /** @default 1 */
  readonly seed?: number;
  readonly resamples?: number;
}

/** What came out; all figures are simulated. */
export interface RoutingReport {
  readonly labels: number;
  readonly requests: number;
  /** By what buys first, on the dollar axis. `determined` knows the part of the gain that requests determine. */
  readonly routers: Readonly<
    Record<'router' | 'length' | 'residual' | 'random' | 'determined' | 'oracle', RouterJudgement>
  >;
  readonly aboveLength: Interval;
  /** Expected calibration error of the predicted gain, 10 bins of equal mass. */
  readonly ece: number;
  /** Share of the variance of the gain that nothing seen beforehand determines. */
  readonly unobservable: number;
  /** Always buying, over the deviation of the gain; and the share of requests that it harms. */
  readonly meanOverDeviation: number;
  readonly harmed: number;
  readonly simulated: true;
}

/** Teaches a gain model and scores what it would buy. Cost: about 10 s for the defaults. */
export function simulateRouting({
  labels = 2000,
  requests = 20_000,
  seed = 1,
  resamples = 1000,
}: RoutingSimulation = {}): RoutingReport {
  const world = createRequestWorld({ seed });
  const known = ({ input, gain }: SimulatedRequest) => ({
    features: routeFeatures(input),
    text: input.text,
    gain,
  });
  const model = fitGain([...world.requests(labels, 1)].map(known));
  const scored = [...world.requests(requests, 2)];
  const predicted = scored.map(({ input }) => model.predict(routeFeatures(input), input.text));
  const gains = Float64Array.from(scored, ({ gain }) => gain);
  const costs = Float64Array.from(scored, ({ cost }) => cost);
  const expected = scored.map(({ expectedCost }) => expectedCost);
  const random = new RandomStream(seed, 'buying by chance');
  const by = (score: (request: SimulatedRequest) => number) => [Float64Array.from(scored, score)];
  const { routers, above } = judgeRouters(
    { gains, costs },
    {
      router: [ruleScores(predicted, expected)],
      length: by(({ input }) => input.text.length),
      residual: by(({ input }) => input.plan.residual.length),
      random: by(() => random.uniform()),
      determined: by(({ determinedGain, cost }) => determinedGain / cost),
      oracle: by(({ gain, cost }) => gain / cost),
    },
    { resamples, seed },
  );
  const deviation = Math.sqrt(variance(gains));
  const hidden = scored.map(({ gain, determinedGain }) => gain - determinedGain);
  return {
    labels,
    requests,
    routers,
    aboveLength: above.length,
    ece: expectedCalibrationError(
      predicted.map(({ mean }) => mean),
      gains,
    ),
    unobservable: variance(hidden) / deviation ** 2,
    meanOverDeviation: mean(gains) / deviation,
    harmed: gains.filter((gain) => gain < 0).length / requests,
    simulated: true,
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] / values.length;
  return sum;
}

function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  return mean(Float64Array.from(values, (value) => (value - centre) ** 2));
}
