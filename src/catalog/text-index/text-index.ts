/** Which items do words mean? The text of a catalogue, searched with weights, beginnings and typos. */

import { SluiceError, unexpected } from '../../errors.ts';
import { probeAddon } from '../../vectors/addon.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import { checkFilter, checkK, checkPath, checkSignal } from '../../vectors/validate.ts';
import type { Catalog } from '../catalog.ts';
import type { TextEngine, TextEngineName, TextHits } from './engine.ts';
import { textFields } from './fields.ts';
import { minisearchEngine } from './minisearch-engine.ts';
import { buildNativeEngine, type NativeTextEngine, openNativeEngine } from './native-engine.ts';
import { queryWords } from './query.ts';

/** How a text index is built. */
export interface TextIndexOptions {
  /**
   * Weights of the columns to search, text or categories, by name; above 0, at most 1000.
   *
   * @default {@link DEFAULT_FIELDS}: title 8, people by their roles 4, tags 3, genres 2, description 1, those of them that
   * the catalogue has
   */
  readonly fields?: Readonly<Record<string, number>>;
  /**
   * The engine: the addon's, or minisearch, which is slower, holds more memory and cannot be saved.
   *
   * @default the addon's; where none loads minisearch, for catalogues of up to 20,000 items
   */
  readonly engine?: TextEngineName;
}

/** Catalogues of more items are not given to minisearch unless it is named: searches would take over 50 ms. */
export const MINISEARCH_ROWS = 20_000;

/** What is wanted of {@link TextIndex.search}. */
export interface TextSearchOptions {
  /** At most so many rows. */
  readonly k: number;
  /** Only these rows. */
  readonly filter?: Bitset;
  readonly signal?: AbortSignal;
}

/**
 * An immutable text index over the rows of a catalogue.
 *
 * Words of items and queries are folded alike (case, accents, apostrophes, abbreviations, hyphens). A row is found that
 * holds one of the query's words: as it is, with one typo from four characters on and two from eight on (none in words
 * with a digit), or, for the last word while it is being typed, as a beginning. Rows rank by BM25 over weighted fields
 * (Robertson and Zaragoza 2009): rare words count more than common ones, so that there is no list of stop words and a
 * query of nothing else finds what holds them.
 *
 * @example
 * ```ts
 * const index = await TextIndex.build(catalog);
 * const { rows, scores } = await index.search('amelie', { k: 10 });
 * index.close();
 * ```
 */
export class TextIndex {
  /** The number of rows of the catalogue. */
  readonly size: number;
  readonly engine: TextEngineName;
  #engine: TextEngine | NativeTextEngine | null;

  private constructor(size: number, engine: TextEngine | NativeTextEngine) {
    this.size = size;
    this.engine = engine.name;
    this.#engine = engine;
  }

  /**
   * Indexes the text of a catalogue; one without any has an index that finds nothing.
   *
   * Cost by the addon: some 20 microseconds of one core an item with people, tags and a description, in steps of 20 ms
   * between which the event loop turns, and at the end on a thread of the addon; 200 bytes an item held, 700 meanwhile.
   * By minisearch: 100 microseconds, and 6 KB an item in the JavaScript heap.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for columns that are absent or hold numbers, weights out of range, or an unknown
   * engine; ERR_SLUICE_NATIVE_REQUIRED where no addon loads and it was named or the catalogue is large.
   */
  static async build(catalog: Catalog, options: TextIndexOptions = {}): Promise<TextIndex> {
    if (typeof options !== 'object' || options === null) throw unexpected('an object', 'options', options);
    const { engine } = options;
    if (engine !== undefined && engine !== 'native' && engine !== 'minisearch')
      throw unexpected("'native' or 'minisearch'", 'engine', engine);
    const { size } = catalog;
    const fields = textFields(catalog, options.fields);
    const small = engine === undefined && size <= MINISEARCH_ROWS && !probeAddon().ok;
    const build = small || engine === 'minisearch' ? minisearchEngine : buildNativeEngine;
    return new TextIndex(size, await build(size, fields));
  }

  /**
   * Opens what {@link TextIndex.toBytes} gave, from a file, which is mapped into memory and must not change meanwhile.
   * Cost: one pass over the file, which checks it.
   *
   * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID for what never was a text index, ERR_SLUICE_INDEX_DAMAGED,
   * ERR_SLUICE_INDEX_TOO_NEW; ERR_SLUICE_NATIVE_REQUIRED where no addon loads.
   */
  static async open(path: string): Promise<TextIndex> {
    checkPath(path);
    const engine = await openNativeEngine(path);
    return new TextIndex(engine.rows, engine);
  }

  /**
   * The best rows for a query, at most `k`, best first. Cost by the addon: for a million items some 3 ms on one of its
   * threads, up to 30 for a beginning of two letters; by minisearch for 10,000 items 5 to 30 ms, on the calling thread.
   *
   * A query without letters or digits finds none; of a long one the first 32 distinct words in the first 4096 characters
   * count.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a query that is no text, a k below 1 or a filter of another size;
   * ERR_SLUICE_CLOSED; signal.reason once the signal fires.
   */
  async search(query: string, options: TextSearchOptions): Promise<TextHits> {
    if (typeof query !== 'string') throw unexpected('a text', 'query', query);
    if (typeof options !== 'object' || options === null) throw unexpected('an object', 'options', options);
    const { k, filter, signal } = options;
    checkK(k);
    if (filter !== undefined) checkFilter(filter, this.size);
    checkSignal(signal);
    signal?.throwIfAborted();
    const engine = this.#open();
    const words = queryWords(query);
    if (words.length === 0) return { rows: new Uint32Array(0), scores: new Float32Array(0) };
    return engine.search(words, Math.min(k, this.size), filter?.words, signal);
  }

  /**
   * A copy of the index, to be written to a file.
   *
   * @throws ERR_SLUICE_NATIVE_REQUIRED for an index of minisearch, which is built anew from the catalogue; ERR_SLUICE_CLOSED.
   */
  toBytes(): Uint8Array {
    const engine = this.#open();
    if (!('toBytes' in engine)) {
      const message = 'Expected a text index of the native addon to save but received one of minisearch';
      throw new SluiceError('ERR_SLUICE_NATIVE_REQUIRED', message);
    }
    return engine.toBytes();
  }

  /** Frees the index; again does nothing. */
  close(): void {
    this.#engine?.close();
    this.#engine = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): TextEngine | NativeTextEngine {
    if (this.#engine === null)
      throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open text index but it was closed');
    return this.#engine;
  }
}
