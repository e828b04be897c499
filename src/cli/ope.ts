/** `sluice ope`: what would another policy have earned, judged by the log of this one? */

import {
  evaluateOffPolicy,
  evaluateSlates,
  type SlateEstimate,
  type SlateEvaluation,
  SluiceError,
} from '../index.ts';
import { judgeDecisions } from './ope/decisions.ts';
import { judgeOpenBandit } from './ope/open-bandit.ts';
import { slatesText } from './ope/slates-text.ts';
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
  readonly slates?: boolean;
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
  const { format, log, json = false } = options;
  if (log !== undefined && format === undefined) throw formatMissing();
  const reading = await step('Reading the log');
  const judged = format === 'obd' ? await judgeOpenBandit(options) : await judgeDecisions(options);
  if ('reason' in judged) {
    reading.done('nothing to judge by');
    const result = { target, ...judged, estimates: {}, refused: true as const };
    answer(json, result, () => opeText(result));
    return;
  }
  reading.done();
  const evaluating = await step('Evaluating');
  const settings = { interval, level, resamples, seed };
  if ('slates' in judged) {
    const { slates, ...about } = judged;
    const evaluation = evaluateSlates(slates, settings);
    const estimates = mapped(evaluation, (one) => one?.estimate ?? null);
    const refused = Object.values(estimates).every((estimate) => estimate === null);
    evaluating.done(refused ? 'refused' : undefined);
    // Each estimator has weights, and so an overlap, of its own.
    const overlap = mapped(evaluation, (one) => {
      if (one === null) return null;
      const { estimate: _, ...rest } = one;
      return rest;
    });
    const result = {
      target,
      ...about,
      interval,
      level,
      logged: evaluation.logged,
      estimates,
      overlap,
      refused,
      warnings: evaluation.warnings,
    };
    answer(json, result, () => slatesText({ ...result, ...evaluation }));
    return;
  }
  const { choices, ...about } = judged;
  const evaluation = evaluateOffPolicy(choices, settings);
  evaluating.done(evaluation.refused ? 'refused' : undefined);
  const result = { target, ...about, interval, level, ...evaluation };
  answer(json, result, () => opeText(result));
}

function mapped<T>(
  { estimates }: SlateEvaluation,
  of: (one: SlateEstimate | null) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(estimates).map(([name, one]) => [name, of(one)]));
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
