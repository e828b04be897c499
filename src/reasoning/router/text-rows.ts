/** How do many texts look as rows of a sparse matrix? Tf-idf of hashed n-grams, one part for each kind. */

import { BUCKETS, KINDS, nGrams } from './n-grams.ts';

/** The n-grams of many texts: row `i` has `columns[starts[i]]` up to `columns[starts[i + 1]]`, words before pairs. */
export interface TextCounts {
  readonly starts: Uint32Array;
  /** Columns below `KINDS x BUCKETS`, each once a row. */
  readonly columns: Uint16Array;
  /** How often the n-gram stands in the text. */
  readonly counts: Uint16Array;
}

/** Counts the n-grams of each text. Cost: one pass over the characters. */
export function countTexts(texts: readonly string[]): TextCounts {
  const seen = new Uint32Array(KINDS * BUCKETS);
  const starts = new Uint32Array(texts.length + 1);
  let columns = new Uint16Array(64 * texts.length + 64);
  let counts = new Uint16Array(columns.length);
  let size = 0;
  for (let row = 0; row < texts.length; row++) {
    const { words, pairs } = nGrams(texts[row]);
    if (size + words.length + pairs.length > columns.length) {
      const room = 2 * columns.length + words.length + pairs.length;
      columns = grown(columns, room);
      counts = grown(counts, room);
    }
    const first = size;
    const add = (column: number) => {
      const at = seen[column];
      // Places before this row's first are left from earlier rows.
      if (at > first && columns[at - 1] === column && at <= size) counts[at - 1]++;
      else {
        columns[size] = column;
        counts[size] = 1;
        seen[column] = ++size;
      }
    };
    for (const word of words) add(word);
    for (const pair of pairs) add(BUCKETS + pair);
    starts[row + 1] = size;
  }
  return { starts, columns: columns.slice(0, size), counts: counts.slice(0, size) };
}

function grown(array: Uint16Array, length: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(length);
  larger.set(array);
  return larger;
}

/** ln((1 + n) / (1 + texts that hold it)) of every column, over some of the rows. */
export function rarityOf({ starts, columns }: TextCounts, rows: Uint32Array): Float32Array {
  const holding = new Uint32Array(KINDS * BUCKETS);
  for (const row of rows) {
    for (let at = starts[row]; at < starts[row + 1]; at++) holding[columns[at]]++;
  }
  return Float32Array.from(holding, (held) => Math.log((1 + rows.length) / (1 + held)));
}

/** Count x rarity, each kind divided by the root of its sum of count x rarity^2: as a gain model computes it. */
export function textValues({ starts, columns, counts }: TextCounts, rarity: Float32Array): Float32Array {
  const values = new Float32Array(columns.length);
  for (let row = 0; row + 1 < starts.length; row++) {
    const squares = [0, 0];
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      const rare = rarity[columns[at]];
      squares[columns[at] < BUCKETS ? 0 : 1] += counts[at] * rare * rare;
    }
    const scales = squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0));
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      values[at] = counts[at] * rarity[columns[at]] * scales[columns[at] < BUCKETS ? 0 : 1];
    }
  }
  return values;
}
