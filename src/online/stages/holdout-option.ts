/** Which holdout does a funnel ask for? An option of the selector, checked when the funnel is built. */

import { SluiceError } from '../../errors.ts';
import { Holdout, type HoldoutOptions } from '../../incrementality/holdout/holdout.ts';
import { onlyOptions } from './options.ts';

/** The holdout of a stage's options, or null. @throws ERR_SLUICE_FUNNEL_INVALID for settings that are none. */
export function holdoutOption(stage: string, value: unknown): Holdout | null {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(stage, 'Expected an object');
  }
  const names = ['experiment', 'share', 'surfaces', 'from', 'to'];
  onlyOptions(`holdout of ${stage}`, value as Record<string, unknown>, names);
  try {
    return new Holdout(value as HoldoutOptions);
  } catch (cause) {
    if (SluiceError.is(cause)) throw invalid(stage, cause.message, cause);
    throw cause;
  }
}

function invalid(stage: string, message: string, cause?: unknown): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_FUNNEL_INVALID',
    `${message} (option "holdout" of stage "${stage}")`,
    cause === undefined ? {} : { cause },
  );
}
