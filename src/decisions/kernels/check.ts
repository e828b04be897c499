/** Is a number, or an array, what a kernel takes? */

import { type ErrorCode, unexpected } from '../../errors.ts';
import { checkAttached } from '../../vectors/validate.ts';

interface Arrays {
  Float32Array: Float32Array;
  Float64Array: Float64Array;
  Uint32Array: Uint32Array;
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for another type, ERR_SLUICE_DETACHED_BUFFER */
export function checkArray<T extends keyof Arrays>(value: Arrays[T], type: T, name: string): void {
  // Of whatever realm.
  if (
    !ArrayBuffer.isView(value) ||
    (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] !== type
  ) {
    throw unexpected(`a ${type}`, name, value);
  }
  // Only a view without length can be detached; to ask one for its buffer may have to make it.
  if (value.length === 0) checkAttached(value, name);
}

/** @throws ERR_SLUICE_DIMENSION_MISMATCH */
export function checkLength(array: { readonly length: number }, length: number, name: string): void {
  if (array.length !== length) {
    throw unexpected(`${length} numbers`, name, array.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
  }
}

/** @param largest allowed size of a number. @throws ERR_SLUICE_NON_FINITE or `code`, naming the first */
export function checkFinite(
  array: Float32Array | Float64Array,
  name: string,
  largest: number = Number.MAX_VALUE,
  code: ErrorCode = 'ERR_SLUICE_NON_FINITE',
): void {
  for (let i = 0; i < array.length; i++) {
    if (!(Math.abs(array[i]) <= largest)) {
      const expected =
        largest === Number.MAX_VALUE ? 'a finite number' : `a number of size ${largest} at most`;
      throw unexpected(expected, `${name}[${i}]`, array[i], code);
    }
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT, or `code`, unless low <= value <= high */
export function checkNumber(value: number, low: number, high: number, name: string, code?: ErrorCode): void {
  if (!(typeof value === 'number' && value >= low && value <= high)) {
    throw unexpected(`a number from ${low} to ${high}`, name, value, code);
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless value is a whole number with low <= value <= high */
export function checkWhole(value: number, low: number, high: number, name: string): void {
  if (!(Number.isInteger(value) && value >= low && value <= high)) {
    throw unexpected(`a whole number from ${low} to ${high}`, name, value);
  }
}
