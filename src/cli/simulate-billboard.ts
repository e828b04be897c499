/** `sluice simulate --problem billboard`: what does a hero slot gain by showing what showing changes most? */

import { dr, IncrementalBillboard, type Interval } from '../index.ts';
import { simulateBillboard } from '../simulation/billboard.ts';
import { billboardDifference, mostLikely } from '../simulation/billboard-log.ts';
import { LiftWorld } from '../simulation/lift-world.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';
import { fixed, interval, table } from './table.ts';

interface Options {
  readonly correlation: number;
  readonly horizon?: number;
  readonly seeds: number;
  readonly json?: boolean;
}

const VISITS = 100_000;
const SHARE = 0.05;
/** Visits of the log of the off-policy estimate, and those that taught the policy judged by it. */
const LOGGED = 10_000;
const TAUGHT = 20_000;

/** Compares the incremental billboard with the policy that shows what is most likely to be played. */
export async function simulateBillboardCommand(options: Options): Promise<void> {
  const { correlation, seeds, horizon: visits = VISITS } = options;
  const world = (seed: number) => new LiftWorld({ correlation, seed });
  const bar = await step(`Simulating billboards at correlation ${correlation}`);
  const common = { world, visits, seeds, share: SHARE };
  const plain = simulateBillboard({ ...common, policy: mostLikely });
  const policy = (arms: number) => new IncrementalBillboard({ arms });
  const incremental = simulateBillboard({ ...common, policy, onProgress: (share) => bar.update(share / 2) });
  const estimator = dr();
  const judged = Array.from({ length: seeds }, (_, i) => {
    const seed = i + 1;
    bar.update(0.5 + i / seeds / 2);
    return billboardDifference({ world: world(seed), taught: TAUGHT, visits: LOGGED, estimator, seed });
  });
  bar.done(`${seeds} x ${visits} visits`);
  const covered = judged.filter(({ truth, estimate: { low, high } }) => low <= truth && truth <= high).length;
  const mean = (of: (one: (typeof judged)[number]) => number) =>
    judged.reduce((sum, one) => sum + of(one), 0) / seeds;
  const result = {
    problem: 'billboard' as const,
    correlation,
    horizon: visits,
    seeds,
    holdout: SHARE,
    /** Incremental plays per visit. */
    mostLikely: plain.incremental,
    incremental: incremental.incremental,
    /** How many more, as a part of the former. */
    gain: incremental.incremental.mean / plain.incremental.mean - 1,
    offPolicy: {
      visits: LOGGED,
      covered,
      truth: mean(({ truth }) => truth),
      estimate: mean(({ estimate }) => estimate.value),
      halfWidth: mean(({ estimate }) => (estimate.high - estimate.low) / 2),
    },
    simulated: true as const,
  };
  answer(options.json ?? false, result, () => billboardText(result));
}

interface Result {
  readonly correlation: number;
  readonly horizon: number;
  readonly seeds: number;
  readonly mostLikely: Interval;
  readonly incremental: Interval;
  readonly gain: number;
  readonly offPolicy: { readonly covered: number; readonly truth: number; readonly estimate: number };
}

function billboardText(result: Result): string {
  const { correlation, horizon, seeds, offPolicy, gain } = result;
  return [
    `Incremental plays per visit, ${seeds} runs of ${horizon} visits (simulated)`,
    `Correlation of baseline and lift: ${correlation}`,
    table([
      ['policy', 'mean and 95 % interval'],
      ['most likely to be played', interval(result.mostLikely, 4)],
      ['incremental billboard', interval(result.incremental, 4)],
    ]),
    `Gain: ${fixed(100 * gain, 1)} %`,
    `Off-policy: true difference ${fixed(offPolicy.truth, 4)}, estimated ${fixed(offPolicy.estimate, 4)};`,
    `the interval covers it in ${offPolicy.covered} of ${seeds} runs`,
  ].join('\n');
}
