/** Why is this item in the answer? One line of catalogue facts; a model's words only where they are such facts. */

import type { Catalog } from '../../catalog/catalog.ts';
import { unexpected } from '../../errors.ts';
import type { QueryPlan } from '../plan.ts';
import type { PlanColumns } from '../planner/plan-columns.ts';
import { plainText } from './clean-text.ts';
import { isGrounded } from './grounded.ts';
import { decadeOf, FactReader } from './item-facts.ts';

const MOST_BYTES = 160;

/**
 * Explains items by what the catalogue says of them: which of its facts the plan asks for, and what it shares with the
 * items that the answer should resemble. Plain text of one line and at most 160 bytes, without markup or links.
 *
 * @example
 * ```ts
 * const films = new Catalog(['1', '2'], {
 *   title: TextColumn.of(['Blade Runner', 'Dark City']),
 *   year: numbers(Float64Array.of(1982, 1998)),
 *   genres: categories([['Sci-Fi', 'Thriller'], ['Sci-Fi', 'Thriller']]),
 * });
 * const plan = { ...EMPTY_PLAN, year: [1990, 1999], similarTo: ['1'] };
 * new Explainer(films).explain(1, plan); // 'From 1998. Like Blade Runner: Sci-Fi, Thriller.'
 * ```
 */
export class Explainer {
  readonly #facts: FactReader;

  /**
   * @param columns as the planner was given them; found by their names otherwise. Beside genres, what is named tags or
   * keywords tells what items share.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a column that the catalogue lacks or that is of another kind.
   */
  constructor(catalog: Catalog, columns?: Partial<PlanColumns>) {
    if (catalog?.columns === undefined) throw unexpected('a Catalog', 'catalog', catalog);
    this.#facts = new FactReader(catalog, columns);
  }

  /**
   * The explanation of the item of a row; empty where no fact bears on the plan. Cost: microseconds.
   *
   * @param said what a model said of the item: taken if it says nothing but facts of the item, else left aside.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a row beyond the catalogue.
   */
  explain(row: number, plan: QueryPlan, said?: string): string {
    const words = said === undefined ? '' : plainText(said, MOST_BYTES + 1);
    if (words !== '' && Buffer.byteLength(words) <= MOST_BYTES && this.#grounded(words, row, plan))
      return words;
    return this.#stated(row, plan);
  }

  #stated(row: number, plan: QueryPlan): string {
    const { year, minutes, categories } = this.#facts.of(row);
    const wanted = new Set(plan.genreAny.map((name) => plainText(name, MOST_BYTES)));
    const parts = [
      plan.year !== null && year !== undefined ? `From ${year}.` : '',
      plan.minutes !== null && minutes !== undefined ? `${minutes} minutes.` : '',
      sentence(categories.filter((name) => wanted.has(name))),
      ...this.#facts.likenesses(row, plan).map(({ title, categories: shared, decade }) => {
        const common = [...shared, ...(decade === undefined ? [] : [`${decade}s`])];
        return common.length > 0 ? `Like ${title}: ${sentence(common)}` : '';
      }),
    ];
    let text = '';
    for (const part of parts) {
      const longer = `${text} ${part}`.trim();
      if (Buffer.byteLength(longer) <= MOST_BYTES) text = longer;
    }
    return text;
  }

  #grounded(text: string, row: number, plan: QueryPlan): boolean {
    const { title, year, minutes, categories } = this.#facts.of(row);
    const anchors = this.#facts.likenesses(row, plan).map((likeness) => likeness.title);
    const decade = decadeOf(year);
    const years = decade === undefined ? [] : [`${year}`, `${decade}s`, `${decade % 100}s`];
    return isGrounded(text, [
      title,
      ...anchors,
      ...categories,
      ...years,
      ...(minutes === undefined ? [] : [`${minutes}`]),
    ]);
  }
}

function sentence(names: readonly string[]): string {
  return names.length > 0 ? `${names.join(', ')}.` : '';
}
