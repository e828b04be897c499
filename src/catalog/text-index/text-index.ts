/** Which items do words mean? The text of a catalogue, searched with weights, beginnings and typos. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import { checkFilter, checkK, checkSignal } from '../../vectors/validate.ts';
import type { Catalog } from '../catalog.ts';
import type { TextEngine, TextEngineName, TextHits } from './engine.ts';
import { textFields } from './fields.ts';
import { minisearchEngine } from './minisearch-engine.ts';
import { queryWords } from './query.ts';

/** How a text index is built. */
export interface TextIndexOptions {
  /**
   * Weights of the columns to search, text or categories, by name; above 0, at most 1000.
   *
   * @default title 8, people 4, tags 3, genres 2, description 1, those of them that the catalogue has
   */
  readonly fields?: Readonly<Record<string, number>>;
}

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
  #engine: TextEngine | null;

  private constructor(size: number, engine: TextEngine) {
    this.size = size;
    this.engine = engine.name;
    this.#engine = engine;
  }

  /**
   * Indexes the text of a catalogue; one without any has an index that finds nothing.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for columns that are absent or hold numbers, or weights out of range.
   */
  static async build(catalog: Catalog, options: TextIndexOptions = {}): Promise<TextIndex> {
    if (typeof options !== 'object' || options === null) throw unexpected('an object', 'options', options);
    const fields = textFields(catalog, options.fields);
    return new TextIndex(catalog.size, await minisearchEngine(catalog.size, fields));
  }

  /**
   * The best rows for a query, at most `k`, best first. A query without letters or digits finds none; of a long one the
   * first 32 distinct words in the first 4096 characters count.
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

  /** Frees the index; again does nothing. */
  close(): void {
    this.#engine?.close();
    this.#engine = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): TextEngine {
    if (this.#engine === null)
      throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open text index but it was closed');
    return this.#engine;
  }
}
