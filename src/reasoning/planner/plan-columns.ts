/** Which columns of a catalogue does a plan speak of? Told by name, or else found by the names that catalogues use. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { ColumnKind } from '../../catalog/column.ts';
import { unexpected } from '../../errors.ts';

/** The columns by what they hold; absent where the catalogue has none. */
export interface PlanColumns {
  readonly title?: string;
  readonly year?: string;
  /** A number column of minutes. */
  readonly minutes?: string;
  /** Category columns of genres, styles and the like. */
  readonly genres: readonly string[];
  /** A category or text column. */
  readonly language?: string;
  /** A number column, above 0 where the item can be had. */
  readonly available?: string;
}

/** Names of columns in small letters alone, those that say it most plainly first. */
const NAMES = {
  title: [
    /^title$/,
    /^name$/,
    /^(?:primary|original|full|main|display)title$/,
    /^(?:movie|film|book|track|song|album|item|product|game|show|work)(?:title|name)$/,
    /^(?:movie|film|book|track|song|album|game|show)$/,
  ],
  year: [
    /^year$/,
    /^releaseyear$/,
    /^(?!.*(?:birth|born|death|died|active|member)).*year/,
    /^(?:first|date)?(?:released|published|issued|recorded)(?:in|on)?$/,
  ],
  minutes: [
    /^minutes$/,
    /^(?:runtime|running|length|duration|play|playing)?(?:time)?(?:in)?(?:min|mins|minutes)$/,
    /^(?:runtime|length|duration|runningtime|playtime|playingtime)$/,
  ],
  language: [/^languages?$/, /^(?:original|spoken|primary|main|audio)?lang(?:uages?)?(?:code)?$/],
  available: [/^(?:is)?(?:available|instock|streamable|availability)(?:now)?$/],
} as const;

/** Category columns that hold no genres. */
const OTHER =
  /^(tags?|keywords?|people|persons?|cast|actors?|actress(es)?|directors?|writers?|authors?|artists?|bands?|creators?|producers?|composers?|performers?|crew|studios?|labels?|publishers?|platforms?|countr(y|ies)|regions?|cit(y|ies)|origins?|languages?|lang|spokenlanguages|originallanguages?|subtitles?|ratings?|certificates?|ids?|urls?|awards?|formats?|channels?|networks?|providers?)(names?|list)?$/;

/** The kinds of column that may stand in a role. */
const KINDS = {
  title: ['text'],
  year: ['number'],
  minutes: ['number'],
  language: ['categories', 'text'],
  available: ['number'],
} as const satisfies Record<keyof typeof NAMES, readonly ColumnKind[]>;
const ROLES = Object.keys(KINDS) as (keyof typeof NAMES)[];

/** Every request asks for them, and a catalogue never changes. */
const found = new WeakMap<Catalog, PlanColumns>();

/** Finds the columns; those given by name are taken as they are. @throws ERR_SLUICE_INVALID_ARGUMENT for one that the catalogue lacks or that is of another kind. */
export function planColumns(catalog: Catalog, given: Partial<PlanColumns> = {}): PlanColumns {
  if (typeof given !== 'object' || given === null) throw unexpected('an object', 'columns', given);
  const columns = found.get(catalog) ?? columnsByName(catalog);
  found.set(catalog, columns);
  for (const name of given.genres ?? []) catalog.column(name, 'categories');
  const named: { -readonly [role in keyof PlanColumns]?: PlanColumns[role] } = {};
  if (given.genres !== undefined) named.genres = given.genres;
  for (const role of ROLES) {
    const name = given[role];
    if (name === undefined) continue;
    const kinds: readonly ColumnKind[] = KINDS[role];
    if (!kinds.includes(catalog.column(name).kind))
      throw unexpected(`a ${kinds.join(' or ')} column`, `columns.${role}`, name);
    named[role] = name;
  }
  return { ...columns, ...named };
}

function columnsByName(catalog: Catalog): PlanColumns {
  const pick = (role: keyof typeof NAMES): string | undefined => {
    const kinds: readonly ColumnKind[] = KINDS[role];
    for (const name of NAMES[role]) {
      for (const [column, { kind }] of catalog.columns) {
        if (name.test(plain(column)) && kinds.includes(kind)) return column;
      }
    }
    return undefined;
  };
  const genres = [...catalog.columns].flatMap(([name, { kind }]) =>
    kind === 'categories' && !OTHER.test(plain(name)) ? [name] : [],
  );
  return { ...Object.fromEntries(ROLES.map((role) => [role, pick(role)])), genres };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
