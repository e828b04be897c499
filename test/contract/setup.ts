/** What do the parts of the contract share? */

import { expect } from 'vitest';
import { type ErrorCode, SluiceError } from '../../src/errors.ts';
import type { MatrixSource } from '../../src/vectors/backend.ts';
import type { Index } from '../../src/vectors/index.ts';
import type { IndexOptions } from '../../src/vectors/index-core.ts';
import { numbers } from './data.ts';

/** Makes an index on the backend under test. */
export type Create = (source: MatrixSource, options?: IndexOptions) => Promise<Index>;

/** Rows without peculiarities. */
export function ordinary(
  rows: number,
  dimension: number,
  seed = 1,
): { dimension: number; data: Float32Array } {
  return { dimension, data: numbers('ordinary', rows * dimension, seed) };
}

/** The error of `act`, which must be one of Sluice with the code and a remedy. */
export async function refused(code: ErrorCode, act: () => unknown): Promise<SluiceError> {
  const error = await Promise.resolve()
    .then(act)
    .then(
      () => expect.fail(`expected ${code} but nothing was thrown`),
      (thrown) => thrown,
    );
  expect(error).toBeInstanceOf(SluiceError);
  expect(error.code).toBe(code);
  expect(error.remedy).not.toBe('');
  return error;
}
