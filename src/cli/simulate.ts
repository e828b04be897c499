/** `sluice simulate`: how much does a policy lose while it learns, where the truth is known? */

import { SluiceError } from '../index.ts';
import { laiRobbins } from '../simulation/lai-robbins.ts';
import { BANDIT_PROBLEMS, banditProblem } from '../simulation/named-problems.ts';
import { type Regret, simulateRegret } from '../simulation/regret.ts';
import { policyFactory } from '../simulation/textbook-policies.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';
import { fixed, interval, table, wrapped } from './table.ts';

interface Options {
  readonly problem: string;
  readonly policy: string;
  readonly data?: string;
  readonly correlation: number;
  readonly horizon?: number;
  readonly seeds: number;
  readonly batch: number;
  readonly json?: boolean;
}

const HORIZON = 10_000;

/** Simulates one policy on one problem. */
export async function simulateCommand(options: Options): Promise<void> {
  if (options.problem === 'billboard') {
    return (await import('./simulate-billboard.ts')).simulateBillboardCommand(options);
  }
  if (options.problem === 'routing') {
    return (await import('./simulate-routing.ts')).simulateRoutingCommand(options);
  }
  if (options.problem === 'pacing') {
    return (await import('./simulate-pacing.ts')).simulatePacingCommand(options);
  }
  const { policy, seeds, batch } = options;
  checkData(options);
  const problem = banditProblem(options.problem, options.data);
  const factory = policyFactory(policy);
  const horizon = options.horizon ?? problem.rounds ?? problem.horizon ?? HORIZON;
  const bar = await step(`Simulating ${policy} on ${problem.name}`);
  const simulation = { problem, policy: factory, horizon, seeds, batch };
  const { mean, low, high, curve, simulated } = simulateRegret({ ...simulation, onProgress: bar.update });
  bar.done(`${seeds} x ${horizon} rounds`);
  const result = {
    problem: problem.name,
    policy,
    /** Version and settings of the policy. */
    settings: factory(problem, horizon).name,
    horizon,
    seeds,
    batch,
    /** One run says nothing of others: no interval. */
    regret: seeds === 1 ? { mean, low: null, high: null } : { mean, low, high },
    /** C of the lower bound C ln T; null where the means are not the same in every round. */
    laiRobbins: problem.means ? laiRobbins(problem.means) : null,
    /** The share of rounds that went wrong, for a problem made of a data set. */
    ...(problem.rounds !== undefined && { loss: mean / horizon }),
    curve,
    simulated,
  };
  answer(options.json ?? false, result, () => simulationText(result));
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for the digits without their file, or a file that the problem has no use for. */
function checkData({ problem, data }: Options): void {
  if ((problem === 'digits') === (data !== undefined) || !BANDIT_PROBLEMS.some((name) => name === problem))
    return;
  throw data === undefined
    ? new SluiceError(
        'ERR_SLUICE_INVALID_ARGUMENT',
        'Expected the file of the digits but received no --data',
        {
          remedy:
            'Name it: `--data FILE`, a CSV without header of 64 pixels from 0 to 16 and the digit a line.',
        },
      )
    : new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', `Expected no --data beside --problem ${problem}`, {
        remedy: 'Leave it out, or name `--problem digits`.',
      });
}

interface Result {
  readonly problem: string;
  readonly settings: string;
  readonly horizon: number;
  readonly seeds: number;
  readonly batch: number;
  readonly regret: { readonly mean: number; readonly low: number | null; readonly high: number | null };
  readonly laiRobbins: number | null;
  readonly loss?: number;
  readonly curve: Regret['curve'];
}

function simulationText({ problem, settings, horizon, seeds, batch, ...result }: Result): string {
  const { laiRobbins: constant, loss, curve } = result;
  const { mean, low, high } = result.regret;
  const decades = curve.filter(({ t }) => t === horizon || Number.isInteger(Math.log10(t)));
  const arrival = batch === 1 ? '' : `, rewards in batches of ${batch}`;
  return [
    `Regret on ${problem}, ${seeds === 1 ? 'one run' : `mean of ${seeds} runs`}${arrival} (simulated)`,
    wrapped(`Policy: ${settings}`),
    table([['rounds', 'regret'], ...decades.map(({ t, regret }) => [String(t), fixed(regret, 1)])]),
    low === null || high === null
      ? `R(${horizon}) = ${fixed(mean, 1)}; one run has no interval`
      : `R(${horizon}) = ${interval({ mean, low, high }, 1)}, 95 % interval`,
    ...(loss === undefined ? [] : [`Loss: ${fixed(loss, 3)} a round`]),
    ...(constant === null
      ? []
      : [
          wrapped(
            `Lai-Robbins: regret grows by ${fixed(constant, 3)} at least for each factor e of rounds, in the long run`,
          ),
        ]),
  ].join('\n');
}
