/** Which errors can Sluice raise, and what mends each? The one table of codes; Rust holds the same. */

/** Every error code with the remedy shown unless the place that throws knows a better one. */
export const ERRORS = {
  ERR_SLUICE_INVALID_ARGUMENT: 'Correct the argument named in the message.',
  ERR_SLUICE_DIMENSION_MISMATCH: 'Pass vectors of the dimension that the index was built with.',
  ERR_SLUICE_NON_FINITE: 'Remove NaN and infinite values before handing vectors or rewards over.',
  ERR_SLUICE_DETACHED_BUFFER:
    'Do not transfer an ArrayBuffer to another thread while Sluice reads it; pass a copy.',
  ERR_SLUICE_CLOSED: 'Do not use an object after close(); open it again.',
  ERR_SLUICE_OUT_OF_MEMORY:
    'Free memory, split the matrix, or use the native backend, which has no 4 GiB limit.',
  ERR_SLUICE_NOT_CALIBRATED:
    'Call `await index.calibrate({ queries })` once, or create the index with `calibration: { queries }`; or leave recallTarget out for an exact search.',
  ERR_SLUICE_BACKEND_UNAVAILABLE:
    'Run `sluice doctor`: it says why the backend was refused and what mends it.',
  ERR_SLUICE_RUNTIME_FAILED:
    'See the message of ONNX Runtime or TensorFlow.js; the native backend needs neither.',
  ERR_SLUICE_NATIVE_REQUIRED: 'Install Rust (https://rustup.rs) and run `npm run build` in a checkout.',
  ERR_SLUICE_MODULE_REQUIRED: 'Install the optional package named in the message.',
  ERR_SLUICE_DATA_NOT_FOUND: 'Check the path; the README says where the public data sets are downloaded.',
  ERR_SLUICE_DATA_INVALID: 'Correct the rows named in the message, or name the columns by options.',
  ERR_SLUICE_NO_EFFECT:
    'Give rows of both arms, assigned partly by chance, and features from before the treatment.',
  ERR_SLUICE_INDEX_DAMAGED:
    'Save the index again from its rows, or restore the file from a copy; a damaged file is never repaired.',
  ERR_SLUICE_INDEX_TOO_NEW:
    'Upgrade Sluice to the version that wrote the file, or save the index again with this one.',
  ERR_SLUICE_SNAPSHOT_NOT_FOUND: 'Train one with `sluice train`, or check the path.',
  ERR_SLUICE_SNAPSHOT_DAMAGED:
    'Restore the snapshot from its source or train it again; a snapshot is never repaired.',
  ERR_SLUICE_SNAPSHOT_TOO_NEW:
    'Upgrade Sluice to the version that wrote the snapshot, or write it again with this one.',
  ERR_SLUICE_STORE_FAILED: 'Check that the disk has space and that the directory can be written.',
  ERR_SLUICE_RECORD_DAMAGED:
    'Restore the state directory from a backup; a damaged record is never guessed at.',
  ERR_SLUICE_RECORD_TOO_NEW:
    'Open the state directory with the version of Sluice that wrote it, or a later one.',
  ERR_SLUICE_EVENT_IN_FUTURE:
    'Send `time` in milliseconds since 1970 and keep the clock of the sender synchronised.',
  ERR_SLUICE_UNKNOWN_DECISION:
    'Use a decision id that this engine returned and whose record has not expired.',
  ERR_SLUICE_FUNNEL_INVALID: 'Correct the wiring named in the message; the funnel was not built.',
  ERR_SLUICE_STAGE_FAILED:
    'See `cause`; give the stage `onFailure: "open"` if the request may go on without it.',
  ERR_SLUICE_MODEL_FAILED:
    'See the status and the reason in the message; what was asked went on without the model.',
  ERR_SLUICE_INTERNAL: 'This is a defect of Sluice: report it with the message and `sluice doctor --json`.',
} as const satisfies Record<string, string>;

/** A code of {@link ERRORS}; match errors by it, never by message or class. */
export type ErrorCode = keyof typeof ERRORS;

/** Facts about the failure, by name; JSON-able. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The one error class of Sluice.
 *
 * Match by {@link SluiceError.code} or {@link SluiceError.is}: two bundled copies of the library have two
 * classes, so `instanceof` can fail.
 *
 * @example
 * ```ts
 * const error = new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open index but it was closed');
 * SluiceError.is(error, 'ERR_SLUICE_CLOSED'); // true
 * ```
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** What mends it, as a sentence for the person who reads the log. */
  readonly remedy: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: ErrorDetails; cause?: unknown; remedy?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.remedy = options.remedy ?? ERRORS[code];
  }

  /** True for an error of Sluice, of the given code if one is named. Cost: two property reads. */
  static is(error: unknown, code?: ErrorCode): error is SluiceError {
    if (typeof error !== 'object' || error === null || !('code' in error)) return false;
    return code === undefined ? Object.hasOwn(ERRORS, error.code as string) : error.code === code;
  }

  /** The error as plain data, for `--json` and HTTP answers. */
  toJSON(): { code: ErrorCode; message: string; remedy: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, remedy: this.remedy, details: this.details };
  }
}

/**
 * An `ERR_SLUICE_INVALID_ARGUMENT` (or another code) in the house form: expected X for Y but received Z.
 *
 * @internal
 */
export function unexpected(
  expected: string,
  name: string,
  received: unknown,
  code: ErrorCode = 'ERR_SLUICE_INVALID_ARGUMENT',
): SluiceError {
  return new SluiceError(code, `Expected ${expected} for ${name} but received ${describe(received)}`, {
    details: { name, expected },
  });
}

/** A short, safe rendering of any value for a message. */
function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string')
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  const name = value.constructor?.name ?? 'object';
  if (ArrayBuffer.isView(value)) return `${name} of ${value.byteLength} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return `an object (${name})`;
}
