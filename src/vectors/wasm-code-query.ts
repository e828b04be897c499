/** What do the kernels on codes need of a query? See assembly/codes.ts for the layout. */

import { isTame } from './bound.ts';

/** A query in both kinds of codes. */
export interface CodeQuery {
  /** An upper bound of its norm. */
  readonly norm: number;
  /** For `scanU4` and `refineU4`. */
  readonly nibbles: Uint8Array;
  /** The same with bounds of zero: for estimates. */
  readonly estimating: Uint8Array;
  /** For `scanU2`: sixteen bytes for each two components. */
  readonly tables: Uint8Array;
  /** What one step of the tables stands for, and what their zeros do. */
  readonly unit: number;
  readonly least: number;
}

/** The largest code: weights of 17 times as much fit 16 bits. */
const LARGEST_CODE = 1927;

/** The outer and inner levels of 2-bit codes, lowest first: see native/src/planes/encode.rs. */
const LEVELS = [-1.51, -0.4528, 0.4528, 1.51];

/** Bytes in front of the weights of nibbles. */
const HEAD = 48;

/**
 * The codes of a rotated query of a multiple of eight components. `norm` is an upper bound of its norm before the
 * rotation, `rotationError` what `makeRotation` returned. Undefined where the norm is beyond the proof of the bounds.
 */
export function codeQuery(rotated: Float32Array, norm: number, rotationError: number): CodeQuery | undefined {
  if (!isTame(norm)) return undefined;
  const nibbles = nibbleQuery(rotated, norm, rotationError);
  const estimating = nibbles.slice();
  new Float64Array(estimating.buffer).fill(0, 1, 3);
  return { norm, nibbles, estimating, ...lookup(rotated) };
}

function nibbleQuery(rotated: Float32Array, norm: number, rotationError: number): Uint8Array {
  const padded = rotated.length;
  const bytes = new Uint8Array(HEAD + 2 * padded + 64 * Math.ceil(padded / 32));
  const scanned = new Int16Array(bytes.buffer, HEAD, padded);
  const dotted = new Int16Array(bytes.buffer, HEAD + 2 * padded);
  const unit = Math.fround(rotated.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / LARGEST_CODE);
  let sum = 0;
  let sumOfFlipped = 0;
  let squares = 0;
  let errors = 0;
  let before = 0;
  for (let j = 0; j < padded; j++) {
    const nearest = unit > 0 ? Math.round(rotated[j] / unit) : 0;
    const code = Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, nearest));
    const place = j & 3;
    const lane = (j >> 2) & 1;
    const group = j >> 3;
    const weight = place === 0 ? code : code - 16 * before;
    scanned[8 * group + 2 * place + lane] = weight;
    dotted[32 * (group >> 2) + 8 * place + 2 * (group & 3) + lane] = weight;
    before = code;
    sum += code;
    if (place === 3) sumOfFlipped += code;
    squares += (code * unit) ** 2;
    errors += (rotated[j] - code * unit) ** 2;
  }
  const inflate = 1 + 1e-6;
  const widened = rotationError + 1.01 * padded * 2 ** -52;
  const middle = Math.floor(7.5 * sum);
  new Float64Array(bytes.buffer, 0, 5).set([
    unit,
    Math.sqrt(squares) * inflate,
    Math.sqrt(errors) * inflate + widened * norm * inflate,
    7.5 * sum - middle,
    8 * sumOfFlipped - 7.5 * sum,
  ]);
  new Int32Array(bytes.buffer, 40, 1)[0] = 8 * sumOfFlipped - middle;
  return bytes;
}

function lookup(rotated: Float32Array): { tables: Uint8Array; unit: number; least: number } {
  const pairs = rotated.length / 2;
  // Four entries are added in a byte, and 1024 in 16 bits.
  const top = 63;
  let widest = 0;
  let least = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const reach = LEVELS[3] * (Math.abs(rotated[2 * pair]) + Math.abs(rotated[2 * pair + 1]));
    widest = Math.max(widest, reach);
    least -= reach;
  }
  const unit = (2 * widest) / top;
  const tables = new Uint8Array(16 * pairs);
  for (let pair = 0; pair < pairs && unit > 0; pair++) {
    const [x, y] = [rotated[2 * pair], rotated[2 * pair + 1]];
    const reach = LEVELS[3] * (Math.abs(x) + Math.abs(y));
    for (let code = 0; code < 16; code++) {
      const above = x * LEVELS[code & 3] + y * LEVELS[code >> 2] + reach;
      tables[16 * pair + code] = Math.min(top, above / unit + 0.5);
    }
  }
  return { tables, unit, least };
}
