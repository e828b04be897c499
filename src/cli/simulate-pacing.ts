/** `sluice simulate --problem pacing`: how much of what hindsight would have bought does a paced budget buy? */

import {
  PACING_SCENARIOS,
  type PacingOutcome,
  type PacingScenario,
  simulatePacing,
} from '../simulation/pacing.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';
import { fixed, table } from './table.ts';

interface Options {
  readonly horizon?: number;
  readonly seeds: number;
  readonly json?: boolean;
}

/** Of all seeds: means, and the least share of the pacer. */
type Days = Record<PacingScenario, Omit<PacingOutcome, 'simulated'> & { readonly least: number }>;

const REQUESTS = 50_000;
const FIGURES = ['share', 'greedy', 'fixed', 'spent', 'greedySpent', 'fixedSpent'] as const;

/** Lives `seeds` days of each kind, every one after a usual day of its own. */
export async function simulatePacingCommand(options: Options): Promise<void> {
  const { seeds, horizon: requests = REQUESTS, json = false } = options;
  const bar = await step('Simulating days of requests');
  const days = Object.fromEntries(
    PACING_SCENARIOS.map((scenario, place) => {
      const lived = Array.from({ length: seeds }, (_, i) => {
        bar.update((place + i / seeds) / PACING_SCENARIOS.length);
        return simulatePacing({ scenario, seed: i + 1, requests });
      });
      const means = FIGURES.map((key) => [key, lived.reduce((sum, day) => sum + day[key], 0) / seeds]);
      return [
        scenario,
        { ...Object.fromEntries(means), least: Math.min(...lived.map(({ share }) => share)) },
      ];
    }),
  ) as Days;
  bar.done(`${seeds} days of each kind`);
  answer(json, { problem: 'pacing', seeds, requests, days, simulated: true }, () => pacingText(days, seeds));
}

function pacingText(days: Days, seeds: number): string {
  const percent = (share: number) => `${fixed(100 * share, 1)} %`;
  return [
    `Worth for the money, of what hindsight would buy, mean of ${seeds} days (simulated)`,
    table([
      ['day', 'paced', 'least', 'price of yesterday', 'greedy', 'spent'],
      ...PACING_SCENARIOS.map((scenario) => {
        const { share, least, fixed: unpaced, greedy, spent } = days[scenario];
        return [scenario, ...[share, least, unpaced, greedy, spent].map(percent)];
      }),
    ]),
  ].join('\n');
}
