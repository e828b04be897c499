/** How is an index made in Node? */

import type { MatrixSource } from './backend.ts';
import { IndexCore, type IndexOptions } from './index-core.ts';
import { select } from './select.ts';
import { checkPath, checkSignal } from './validate.ts';

/**
 * Top-k search by inner product over f32 rows, exact unless asked otherwise, held by the best backend that works:
 * native, WebAssembly, or plain TypeScript.
 *
 * @example
 * ```ts
 * using index = await Index.create({ dimension: 64, data: itemVectors });
 * const { ids, scores } = await index.search(userVector, { k: 1000 });
 * ```
 */
export class Index extends IndexCore {
  /**
   * Loads a matrix: a copy of rows in memory, or a region of a file, which native maps and others read. The rows
   * must not change until this resolves, nor a file while the index is open.
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

  /**
   * Opens a file that {@link save} wrote, whichever backend saved it: rows, removed rows, and the calibration where the
   * same backend serves. The native backend maps the rows, others read them.
   *
   * Every byte is read once and checked before anything is served. The file must not change while the index is open;
   * replacing it by another `save` is fine, but truncating it while the native backend has it mapped ends the process
   * (SIGBUS).
   *
   * Cost: some 2 GB/s from the page cache, then as {@link create}.
   *
   * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID for another kind of file, ERR_SLUICE_INDEX_DAMAGED for
   * one that is cut off or altered, ERR_SLUICE_INDEX_TOO_NEW; else as {@link create}.
   * @example
   * ```ts
   * await index.save('items.sluice');
   * using opened = await Index.open('items.sluice');
   * opened.size === index.size; // true
   * ```
   */
  static async open(path: string, options: IndexOptions = {}): Promise<Index> {
    checkPath(path);
    const { openIndexFile } = await import('./open-index.ts');
    const { source, sections, ...state } = await openIndexFile(path);
    return new Index(...(await Index.load(select, source, options, sections)))
      .restore(state)
      .prepare(options);
  }

  /**
   * Writes the index as it is now to one file, off the calling thread but for a millisecond now and then. Rows that are
   * appended or removed meanwhile are not seen.
   *
   * The file is written beside, flushed and renamed: at `path` stands what was there before or the whole index, also
   * after a crash or on a full disk. Directories above it are made.
   *
   * Cost: one pass over the rows, at the speed of the disk.
   *
   * @throws ERR_SLUICE_CLOSED, also when the index is closed meanwhile, ERR_SLUICE_INVALID_ARGUMENT,
   * ERR_SLUICE_STORE_FAILED when the file system refuses; rejects with `signal.reason` when aborted.
   */
  async save(path: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { state } = this;
    checkPath(path);
    checkSignal(signal);
    signal?.throwIfAborted();
    const { saveIndex } = await import('./save-index.ts');
    await saveIndex(path, state, signal);
  }
}
