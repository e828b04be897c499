/** `sluice ope`: what would another policy have earned, judged by the log of this one? */

import { evaluateOffPolicy, SluiceError } from '../index.ts';
import { judgeDecisions } from './ope/decisions.ts';
import { judgeOpenBandit } from './ope/open-bandit.ts';
import { opeText } from './ope/text.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';

/** What the command line says. */
export interface OpeOptions {
  readonly format?: 'obd';
  readonly log?: string;
  readonly home: string;
  readonly target: string;
  readonly place: number;
  readonly teach: number;
  readonly resamples: number;
  readonly interval: 'bootstrap' | 'empirical-bernstein';
  readonly level: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Prints the estimates of the target's value with their diagnostics, or the refusal. */
export async function ope(options: OpeOptions): Promise<void> {
  const { interval, level, resamples, seed, target } = options;
  if (options.log !== undefined && options.format === undefined) throw formatMissing();
  const reading = await step('Reading the log');
  const judged = options.format === 'obd' ? await judgeOpenBandit(options) : await judgeDecisions(options);
  if ('reason' in judged) {
    reading.done('nothing to judge by');
    const result = { target, ...judged, estimates: {}, refused: true as const };
    answer(options.json ?? false, result, () => opeText(result));
    return;
  }
  reading.done(`${judged.choices.rewards.length} choices`);
  const { choices, ...about } = judged;
  const evaluating = await step('Evaluating');
  const evaluation = evaluateOffPolicy(choices, { interval, level, resamples, seed });
  evaluating.done(evaluation.refused ? 'refused' : `${evaluation.n} choices`);
  const result = { target, ...about, interval, level, ...evaluation };
  answer(options.json ?? false, result, () => opeText(result));
}

function formatMissing(): SluiceError {
  return new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', 'Expected --format beside --log but received none', {
    remedy: 'Say how the log is laid out: `--format obd`.',
  });
}

/** The file that `--log` names. @throws ERR_SLUICE_INVALID_ARGUMENT without one. */
export function logFile({ log }: Pick<OpeOptions, 'log'>): string {
  if (log !== undefined) return log;
  throw new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    'Expected --log FILE beside --format obd but received none',
    {
      remedy: 'Name the log: `sluice ope --format obd --log FILE --target uniform`.',
    },
  );
}
