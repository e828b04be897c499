/** How are rows brought into memory, and which of them is not finite? */

import { SluiceError } from '../errors.ts';
import type { MatrixSource } from './backend.ts';
import type { Host } from './host.ts';
import { checkAttached } from './validate.ts';

/** The rows of a source as an array of their own: a copy, or read from the file. */
export async function loadRows(host: Host, source: MatrixSource): Promise<Float32Array> {
  if ('data' in source) checkAttached(source.data, 'data');
  const rows = allocate('data' in source ? source.data.length : source.rows * source.dimension);
  if ('data' in source) {
    rows.set(source.data);
    return rows;
  }
  await host.read(source.path, source.byteOffset, new Uint8Array(rows.buffer));
  return rows;
}

/** Room for so many numbers, zeros. @throws ERR_SLUICE_OUT_OF_MEMORY */
export function allocate(length: number): Float32Array {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw new SluiceError('ERR_SLUICE_OUT_OF_MEMORY', `Expected ${4 * length} bytes to be free`, { cause });
  }
}

/** The error for the first row that holds NaN or infinity, numbered from `firstRow`; undefined if all are finite. */
export function nonFinite(data: Float32Array, dimension: number, firstRow: number): SluiceError | undefined {
  const at = data.findIndex((x) => !Number.isFinite(x));
  if (at < 0) return undefined;
  const row = firstRow + Math.floor(at / dimension);
  return new SluiceError(
    'ERR_SLUICE_NON_FINITE',
    `Expected finite numbers for rows but received ${data[at]} in row ${row}, component ${at % dimension}`,
    { details: { row, component: at % dimension } },
  );
}
