/** How is text searched where no addon loads? By minisearch, in the JavaScript heap. */

import type { TextEngine, TextHits } from './engine.ts';
import type { TextField } from './fields.ts';
import type { QueryWord } from './query.ts';

/** Rows indexed before other work gets its turn. */
const CHUNK = 500;

/** What a word counts with two neighbours swapped: as much as minisearch gives to one typo in a short word. */
const SWAPPED = 0.36;

/**
 * An index of minisearch over the fields of rows 0 to `rows - 1`: BM25+ for each field, weighted and summed (Lv and Zhai
 * 2011). The package is loaded with the first one.
 */
export async function minisearchEngine(rows: number, fields: readonly TextField[]): Promise<TextEngine> {
  const { default: MiniSearch } = await import('minisearch');
  const names = fields.map((_, i) => `field${i}`);
  const index = new MiniSearch<{ row: number }>({
    idField: 'row',
    fields: names,
    extractField: ({ row }, name) =>
      name === 'row' ? (row as never) : fields[names.indexOf(name)].words(row),
    tokenize: (text) => text.split(' '),
    processTerm: (word) => word || null,
  });
  const every = Array.from({ length: rows }, (_, row) => ({ row }));
  await index.addAllAsync(every, { chunkSize: CHUNK });
  const boost = Object.fromEntries(names.map((name, i) => [name, fields[i].weight]));

  return {
    name: 'minisearch',
    async search(query: readonly QueryWord[], k, mask, signal): Promise<TextHits> {
      const words = [...query, ...query.flatMap(swapped)];
      const hits = index.search(words.map(({ text }) => text).join(' '), {
        boost,
        boostTerm: (_, i) => (i < query.length ? 1 : SWAPPED),
        combineWith: 'OR',
        prefix: (_, i) => words[i].prefix,
        fuzzy: (_, i) => words[i].typos,
        filter: mask && (({ id }) => ((mask[id >>> 5] >>> (id & 31)) & 1) === 1),
      });
      signal?.throwIfAborted();
      const scores = Float32Array.from(hits, ({ score }) => score);
      const best = Uint32Array.from(scores.keys())
        .sort((a, b) => scores[b] - scores[a] || hits[a].id - hits[b].id)
        .subarray(0, k);
      return {
        rows: Uint32Array.from(best, (at) => hits[at].id),
        scores: Float32Array.from(best, (at) => scores[at]),
      };
    },
    close() {
      index.removeAll();
    },
  };
}

/**
 * The words that a word with typos is with two neighbours swapped, which is one typo but two edits to minisearch. (A swap
 * beside another typo is beyond it, and within what the addon takes for two.)
 */
function swapped({ text, typos }: QueryWord): QueryWord[] {
  if (typos === 0) return [];
  const letters = [...text];
  return letters.slice(1).flatMap((letter, i) => {
    const before = letters[i];
    if (letter === before) return [];
    const other = [...letters.slice(0, i), letter, before, ...letters.slice(i + 2)].join('');
    return [{ text: other, typos: 0, prefix: false }];
  });
}
