/** Which columns of a catalogue are searched as text, and how much does each count? */

import { unexpected } from '../../errors.ts';
import type { Catalog } from '../catalog.ts';
import type { CategoryColumn } from '../column.ts';
import type { TextColumn } from '../text-column.ts';
import { wordsOf } from './words.ts';

/** The columns searched unless others are named, those of them that the catalogue has: a hit in a title counts most. */
export const DEFAULT_FIELDS: Readonly<Record<string, number>> = Object.freeze({
  ...{ title: 8, name: 8 },
  ...{ people: 4, artist: 4, artists: 4, author: 4, authors: 4 },
  ...{ director: 4, directors: 4, cast: 4, actors: 4 },
  ...{ tags: 3, keywords: 3 },
  ...{ genre: 2, genres: 2 },
  ...{ description: 1, overview: 1 },
});

/** A column that is searched. */
export interface TextField {
  readonly name: string;
  readonly weight: number;
  /** The words of a row, joined by blanks; see {@link wordsOf}. */
  words(row: number): string;
}

/**
 * The fields of a catalogue by the weights of columns.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for named columns that are absent or hold numbers, or weights not above 0.
 */
export function textFields(catalog: Catalog, weights?: Readonly<Record<string, number>>): TextField[] {
  if (weights !== undefined && (typeof weights !== 'object' || weights === null || Array.isArray(weights)))
    throw unexpected('weights by column name', 'fields', weights);
  const fields: TextField[] = [];
  for (const [name, weight] of Object.entries(weights ?? DEFAULT_FIELDS)) {
    if (typeof weight !== 'number' || !(weight > 0 && weight <= 1000))
      throw unexpected('a weight above 0 and at most 1000', `fields.${name}`, weight);
    // A catalogue need not have the usual columns, and may hold numbers under their names; those named it must.
    const usual = catalog.columns.get(name);
    if (weights === undefined && (usual === undefined || usual.kind === 'number')) continue;
    const column = catalog.column(name);
    if (column.kind === 'number')
      throw unexpected('a text or categories column', `fields.${name}`, 'a number column');
    fields.push({ name, weight, words: column.kind === 'text' ? textWords(column) : categoryWords(column) });
  }
  return fields;
}

function textWords(column: TextColumn): (row: number) => string {
  return (row) => wordsOf(column.at(row));
}

function categoryWords({ dictionary, offsets, codes }: CategoryColumn): (row: number) => string {
  const words = dictionary.map(wordsOf);
  return (row) => {
    let text = '';
    for (let e = offsets[row]; e < offsets[row + 1]; e++)
      text += text === '' ? words[codes[e]] : ` ${words[codes[e]]}`;
    return text;
  };
}
