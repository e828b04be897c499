/** Which facts of an item bear on a request? Those that the plan asks for, and those that it shares with an anchor. */

import type { Catalog } from '../../catalog/catalog.ts';
import { categoriesAt } from '../../catalog/column.ts';
import type { QueryPlan } from '../plan.ts';
import { type PlanColumns, planColumns } from '../planner/plan-columns.ts';
import { alikeColumns } from './alike-columns.ts';
import { plainText } from './clean-text.ts';

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
  readonly #columns: PlanColumns;
  readonly #alike: readonly string[];

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a column that the catalogue lacks or that is of another kind. */
  constructor(catalog: Catalog, columns?: Partial<PlanColumns>) {
    this.#catalog = catalog;
    this.#columns = planColumns(catalog, columns);
    this.#alike = alikeColumns(catalog, this.#columns);
  }

  of(row: number): ItemFacts {
    const { title, year, minutes } = this.#columns;
    return {
      title: title === undefined ? '' : plainText(this.#catalog.column(title, 'text').at(row), NAME_BYTES),
      year: this.#number(year, row),
      minutes: this.#number(minutes, row),
      categories: this.#alike.flatMap((name) =>
        categoriesAt(this.#catalog.column(name, 'categories'), row).map((category) =>
          plainText(category, NAME_BYTES),
        ),
      ),
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

  #number(name: string | undefined, row: number): number | undefined {
    const value = name === undefined ? Number.NaN : this.#catalog.column(name, 'number').values[row];
    return Number.isFinite(value) ? value : undefined;
  }
}

/** The first year of the decade, 1990 for 1995. */
export function decadeOf(year: number | undefined): number | undefined {
  return year === undefined ? undefined : Math.floor(year / 10) * 10;
}
