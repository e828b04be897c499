/** What of a model's answer can be used? Each field by itself, against the catalogue; the rest becomes free text. */

import { unexpected } from '../../../errors.ts';
import { readJsonObject } from '../../client/json-answer.ts';
import { folded, normalised } from '../words.ts';
import { MOST_NAMED } from './plan-prompt.ts';
import type { PlanVocabulary } from './plan-vocabulary.ts';

/** What a model added to a plan; texts are clean and short, names are the catalogue's. */
export interface PlanAnswer {
  readonly year: readonly [number | null, number | null] | null;
  readonly minutes: readonly [number | null, number | null] | null;
  readonly genreAny: readonly string[];
  readonly genreNot: readonly string[];
  readonly language: readonly string[];
  /** Titles as text. */
  readonly like: readonly string[];
  readonly unwanted: readonly string[];
  readonly sort: 'new' | 'popular' | null;
  readonly moods: readonly string[];
  /** Free text: keywords, and names that the catalogue does not know. */
  readonly free: readonly string[];
}

const YEARS = [1000, 2999] as const;
const MINUTES = [0, 6000] as const;
const LONGEST_WORD = 48;
const LONGEST_TITLE = 120;
const FIELDS = 'year minutes genreAny genreNot language like unwanted sort moods keywords';

/**
 * Reads an answer. A field that is absent, of another kind or out of range says nothing; a name that the catalogue does
 * not know is a word to search for.
 *
 * @throws ERR_SLUICE_MODEL_FAILED where there is no JSON object with any of the fields.
 */
export function readPlanAnswer(text: string, vocabulary: PlanVocabulary): PlanAnswer {
  const answer = readJsonObject(text);
  if (!FIELDS.split(' ').some((field) => Object.hasOwn(answer, field)))
    throw unexpected('a plan', 'the answer of the model', answer, 'ERR_SLUICE_MODEL_FAILED');
  const wanted = known(answer['genreAny'], vocabulary.genres);
  const banned = known(answer['genreNot'], vocabulary.genres);
  const language = known(answer['language'], vocabulary.languages);
  const { sort } = answer;
  return {
    year: vocabulary.hasYears ? range(answer['year'], YEARS) : null,
    minutes: vocabulary.hasMinutes ? range(answer['minutes'], MINUTES) : null,
    genreAny: wanted.names.filter((name) => !banned.names.includes(name)),
    genreNot: banned.names,
    language: language.names,
    like: texts(answer['like'], LONGEST_TITLE),
    unwanted: texts(answer['unwanted'], LONGEST_TITLE),
    sort: sort === 'new' || sort === 'popular' ? sort : null,
    moods: texts(answer['moods'], LONGEST_WORD),
    // A name that is unwanted and unknown must not be searched for.
    free: distinct([...texts(answer['keywords'], LONGEST_WORD), ...wanted.unknown]),
  };
}

function whole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Two ends in order and within bounds, one of them at least closed. */
function range(value: unknown, [least, most]: readonly [number, number]): PlanAnswer['year'] {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [from, to] = value;
  for (const end of value) if (end !== null && !(whole(end) && end >= least && end <= most)) return null;
  if ((from === null && to === null) || (from !== null && to !== null && from > to)) return null;
  return [from, to];
}

/** Clean texts of at most so many characters, without repeats. */
function texts(value: unknown, longest: number): string[] {
  if (!Array.isArray(value)) return [];
  const clean = value
    .filter((entry) => typeof entry === 'string')
    .map((entry) => normalised(entry.slice(0, 4 * longest)))
    .filter((entry) => entry !== '' && entry.length <= longest);
  return distinct(clean).slice(0, MOST_NAMED);
}

function distinct(all: readonly string[]): string[] {
  const seen = new Set<string>();
  return all.filter((entry) => !seen.has(folded(entry)) && seen.add(folded(entry)));
}

/** Which entries the list holds, in its spelling, and which it does not. */
function known(value: unknown, names: readonly string[]): { names: string[]; unknown: string[] } {
  const byFolded = new Map(names.map((name) => [folded(name), name]));
  const found: string[] = [];
  const unknown: string[] = [];
  for (const entry of texts(value, LONGEST_WORD)) {
    const name = byFolded.get(folded(entry));
    if (name === undefined) unknown.push(entry);
    else if (!found.includes(name)) found.push(name);
  }
  return { names: found, unknown };
}
