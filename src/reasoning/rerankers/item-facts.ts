/** Which facts of an item bear on a request? Those that the plan asks for, and those that it shares with an anchor. */

import type { Catalog } from '../../catalog/catalog.ts';
import { type Column, categoriesAt } from '../../catalog/column.ts';
import type { QueryPlan } from '../plan.ts';
import { plainText } from './clean-text.ts';

/** Which columns hold what; a column that the catalogue lacks states nothing. */
export interface FactColumns {
  /** Text. @default 'title' */
  readonly title?: string;
  /** Number. @default 'year' */
  readonly year?: string;
  /** Number. @default 'minutes' */
  readonly minutes?: string;
  /** Categories, in the order in which they are told. @default ['genres', 'tags'] */
  readonly categories?: readonly string[];
}

/** What can be said of an item, in plain text. */
export interface ItemFacts {
  readonly title: string;
  readonly year: number | undefined;
  readonly minutes: number | undefined;
  readonly categories: readonly string[];
}

/** What an item has in common with an anchor. */
export interface Likeness {
  readonly title: string;
  readonly categories: readonly string[];
  /** First year of the decade of both, if it is one. */
  readonly decade: number | undefined;
}

const NAME_BYTES = 80;

/** Reads facts out of a catalogue. */
export class FactReader {
  readonly #catalog: Catalog;
  readonly #columns: Required<FactColumns>;

  constructor(
    catalog: Catalog,
    {
      title = 'title',
      year = 'year',
      minutes = 'minutes',
      categories = ['genres', 'tags'],
    }: FactColumns = {},
  ) {
    this.#catalog = catalog;
    this.#columns = { title, year, minutes, categories };
  }

  of(row: number): ItemFacts {
    const { title, year, minutes, categories } = this.#columns;
    const named = this.#of(title, 'text');
    return {
      title: named ? plainText(named.at(row), NAME_BYTES) : '',
      year: this.#number(year, row),
      minutes: this.#number(minutes, row),
      categories: categories.flatMap((name) => {
        const column = this.#of(name, 'categories');
        return column ? categoriesAt(column, row).map((category) => plainText(category, NAME_BYTES)) : [];
      }),
    };
  }

  /** What the item of `row` shares with each anchor of the plan that the catalogue knows. */
  likenesses(row: number, plan: QueryPlan): Likeness[] {
    const item = this.of(row);
    return plan.similarTo.flatMap((id) => {
      const at = this.#catalog.rowOf(id);
      if (at === undefined || at === row) return [];
      const anchor = this.of(at);
      return {
        title: anchor.title,
        categories: item.categories.filter((name) => anchor.categories.includes(name)),
        decade: decadeOf(item.year) === decadeOf(anchor.year) ? decadeOf(item.year) : undefined,
      };
    });
  }

  #number(name: string, row: number): number | undefined {
    const value = this.#of(name, 'number')?.values[row];
    return Number.isFinite(value) ? value : undefined;
  }

  #of<K extends Column['kind']>(name: string, kind: K) {
    const column = this.#catalog.columns.get(name);
    return column?.kind === kind ? (column as Extract<Column, { kind: K }>) : undefined;
  }
}

/** The first year of the decade, 1990 for 1995. */
export function decadeOf(year: number | undefined): number | undefined {
  return year === undefined ? undefined : Math.floor(year / 10) * 10;
}
