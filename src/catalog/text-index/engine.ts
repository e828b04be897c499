/** What must an engine of text search do? The port that the addon and minisearch serve. */

import type { QueryWord } from './query.ts';

/** Rows found, best first. */
export interface TextHits {
  /** Catalogue rows, distinct. */
  readonly rows: Uint32Array;
  /** Above 0, descending, ties by lower row. Comparable within one answer only. */
  readonly scores: Float32Array;
}

/** Which engine answers. */
export type TextEngineName = 'native' | 'minisearch';

/** What is searched, behind the checks of `TextIndex`. */
export interface TextEngine {
  readonly name: TextEngineName;
  /** The best `k` rows that hold a word, of those in `mask` (a bit per row) where given. */
  search(
    words: readonly QueryWord[],
    k: number,
    mask: Uint32Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<TextHits>;
  close(): void;
}
