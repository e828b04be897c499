/**
 * Which standard normals belong to a key? The inverse of the normal distribution function, at keyed uniforms.
 *
 * Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), PPND16: relative error 1e-16.
 */

import { threefry } from '../../../numerics/random.ts';
import { log } from './elementary.ts';

// Coefficients from the highest power down. The denominators end in 1.
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
];
const TAIL = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];
const FAR = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
];

/** Fills `out` with the normals of a key; number i is a function of (key0, key1, i) alone. */
export function normals(key0: number, key1: number, out: Float64Array): void {
  const block = new Uint32Array(2);
  for (let i = 0; i < out.length; i++) {
    threefry(key0, key1, i, 0, block);
    // The middle of one of 2^52 equal parts of (0, 1), less 1/2: exact.
    out[i] = quantile((block[0] * 1048576 + (block[1] >>> 12) + 0.5) * 2 ** -52 - 0.5);
  }
}

/** The normal quantile at q + 1/2. @param q in (-1/2, 1/2) */
export function quantile(q: number): number {
  const size = Math.abs(q);
  if (size <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE[0], r)) / polynomial(CENTRE[1], r);
  }
  const r = Math.sqrt(-log(0.5 - size));
  const [above, below] = r <= 5 ? TAIL : FAR;
  const t = r <= 5 ? r - 1.6 : r - 5;
  const value = polynomial(above, t) / polynomial(below, t);
  return q < 0 ? -value : value;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0];
  for (let i = 1; i < 8; i++) sum = sum * x + coefficients[i];
  return sum;
}
