/** How does a command answer? One JSON object or readable text on standard output; errors with code and remedy. */

import { ERRORS, SluiceError } from '../index.ts';

/** Prints the result: exactly one JSON object with `--json`, else the text. */
export function answer(json: boolean, result: object, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text()}\n`);
}

/** Prints a failure and sets exit status 1. */
export function reportFailure(json: boolean, error: unknown): void {
  const known = SluiceError.is(error) ? error : asInternal(error);
  if (json) {
    const { code, message, remedy } = known;
    process.stdout.write(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
  } else {
    process.stderr.write(`sluice: ${known.message}\n  ${known.remedy}\n  (${known.code})\n`);
  }
  process.exitCode = 1;
}

function asInternal(error: unknown): SluiceError {
  const message = error instanceof Error ? error.message : String(error);
  return new SluiceError('ERR_SLUICE_INTERNAL', message, {
    cause: error,
    remedy: ERRORS.ERR_SLUICE_INTERNAL,
  });
}
