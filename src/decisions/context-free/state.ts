/** Is this a state that the policy saved? Columns by name, of the length that the catalogue asks for. */

import { SluiceError } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';

/**
 * A column of a saved state.
 *
 * @param length entries that it must have; absent for any number.
 * @throws ERR_SLUICE_INVALID_ARGUMENT where it is missing, of another length, or holds what is no sum and no count.
 */
export function column(state: PolicyState, name: string, length?: number): Float64Array {
  const values = state[name];
  if (values === undefined) throw notSaved(name, 'none');
  if (values.length !== (length ?? values.length)) {
    throw notSaved(name, `${values.length} numbers instead of ${length}`);
  }
  if (!values.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw notSaved(name, 'numbers that are no sums');
  }
  return values;
}

/** The refusal of a state whose column is not as it was saved. */
export function notSaved(name: string, received: string): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected the saved state of these arms but received ${received} for ${name}`,
    { remedy: 'Restore the state that this policy saved over the same catalogue, with the same settings.' },
  );
}
