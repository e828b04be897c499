/** How is an index made in a browser or at the edge? */

import type { MatrixSource } from './backend.ts';
import { IndexCore, type IndexOptions } from './index-core.ts';
import { select } from './select.browser.ts';

/**
 * Top-k search by inner product over f32 rows, exact unless asked otherwise, held by the best backend that works:
 * WebAssembly or plain TypeScript.
 *
 * @example
 * ```ts
 * using index = await Index.create({ dimension: 64, data: itemVectors });
 * const { ids, scores } = await index.search(userVector, { k: 1000 });
 * ```
 */
export class Index extends IndexCore {
  /**
   * Loads a matrix: a copy of rows in memory, or a region of a file, which a browser does not have.
   * The rows must not change until this resolves.
   *
   * Cost: rows x dimension^2 multiplications where rows are quantised (a million of 128 components: about a second on two
   * threads, with 1.25 bytes per component and 5 per row beside them), else one pass; and the calibration if asked for.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_DETACHED_BUFFER,
   * ERR_SLUICE_NON_FINITE naming the row, ERR_SLUICE_OUT_OF_MEMORY, ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID,
   * ERR_SLUICE_BACKEND_UNAVAILABLE.
   */
  static async create(source: MatrixSource, options: IndexOptions = {}): Promise<Index> {
    return new Index(...(await Index.load(select, source, options))).prepare(options);
  }
}
