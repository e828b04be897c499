/** What may a model name in a plan? The categories and languages of the catalogue, the most frequent first. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { CategoryColumn } from '../../../catalog/column.ts';
import type { PlanColumns } from '../plan-columns.ts';

/** The closed lists of a catalogue. */
export interface PlanVocabulary {
  readonly genres: readonly string[];
  readonly languages: readonly string[];
  readonly hasYears: boolean;
  readonly hasMinutes: boolean;
}

/** Names beyond these are not told: a prompt is paid by its length. */
const MOST_GENRES = 100;
const MOST_LANGUAGES = 40;

/** Reads the lists once for each catalogue. Cost: one pass over the category columns. */
export function planVocabulary(catalog: Catalog, columns: PlanColumns): PlanVocabulary {
  const counts = new Map<string, number>();
  for (const name of columns.genres) count(catalog.column(name, 'categories'), counts);
  const languages = new Map<string, number>();
  const column = columns.language === undefined ? undefined : catalog.column(columns.language);
  if (column?.kind === 'categories') count(column, languages);
  else if (column?.kind === 'text')
    for (const language of column) languages.set(language, (languages.get(language) ?? 0) + 1);
  languages.delete('');
  return {
    genres: mostFrequent(counts, MOST_GENRES),
    languages: mostFrequent(languages, MOST_LANGUAGES),
    hasYears: columns.year !== undefined,
    hasMinutes: columns.minutes !== undefined,
  };
}

function count({ dictionary, codes }: CategoryColumn, counts: Map<string, number>): void {
  const items = new Uint32Array(dictionary.length);
  for (const code of codes) items[code]++;
  for (const [code, name] of dictionary.entries()) counts.set(name, (counts.get(name) ?? 0) + items[code]);
}

function mostFrequent(counts: ReadonlyMap<string, number>, most: number): string[] {
  const byCount = ([a, some]: [string, number], [b, others]: [string, number]): number =>
    others - some || (a < b ? -1 : 1);
  return [...counts]
    .sort(byCount)
    .slice(0, most)
    .map(([name]) => name);
}
