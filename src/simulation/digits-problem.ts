/** Which digit is this? A data set of handwritten digits as a bandit: only the arm that was chosen says whether it is right. */

import { readFileSync } from 'node:fs';
import { SluiceError } from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';

const PIXELS = 64;
const DIGITS = 10;
/** Darkest pixel. */
const DARKEST = 16;
/** Of the context: the pixels and a constant. */
const DIMENSION = PIXELS + 1;

/**
 * The digits of a file, one a round and each once, in an order of their own each repetition: ten arms, the context 64
 * pixels from 0 to 1 and a constant 1, the reward 1 for the arm that is the digit and 0 for others.
 *
 * @param path CSV without header: 64 pixels from 0 to 16, then the digit.
 * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID naming the line.
 */
export function digitsProblem(path: string): BanditProblem & { readonly rounds: number } {
  const { contexts, digits } = read(path);
  const rounds = digits.length;
  return {
    name: 'digits',
    arms: DIGITS,
    vectors: 'context',
    dimension: DIMENSION,
    rounds,
    start(random) {
      const order = random.shuffle(Uint32Array.from(digits, (_, i) => i));
      const means = new Float64Array(DIGITS);
      const rows = Uint32Array.from(means, (_, arm) => arm);
      const scores = new Float32Array(DIGITS).fill(1 / DIGITS);
      return (t) => {
        const row = order[t - 1];
        means.fill(0);
        means[digits[row]] = 1;
        const context = contexts.subarray(row * DIMENSION, (row + 1) * DIMENSION);
        return { pool: { rows, scores, context }, means, pull: (pick) => means[pick] };
      };
    },
  };
}

function read(path: string): { contexts: Float32Array; digits: Uint8Array } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a readable file at ${path}`, { cause });
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0)
    throw new SluiceError('ERR_SLUICE_DATA_INVALID', `Expected digits in ${path} but it is empty`);
  const contexts = new Float32Array(lines.length * DIMENSION).fill(1);
  const digits = Uint8Array.from(lines, (line, row) => {
    const numbers = line.split(',').map((field) => (field.trim() === '' ? Number.NaN : Number(field)));
    const digit = numbers.pop() as number;
    const sound =
      numbers.length === PIXELS &&
      numbers.every((pixel) => pixel >= 0 && pixel <= DARKEST) &&
      Number.isInteger(digit) &&
      digit >= 0 &&
      digit < DIGITS;
    if (!sound) {
      throw new SluiceError(
        'ERR_SLUICE_DATA_INVALID',
        `Expected 64 pixels from 0 to 16 and a digit in line ${row + 1} of ${path} but received ${line.slice(0, 60)}`,
      );
    }
    numbers.forEach((pixel, i) => {
      contexts[row * DIMENSION + i] = pixel / DARKEST;
    });
    return digit;
  });
  return { contexts, digits };
}
