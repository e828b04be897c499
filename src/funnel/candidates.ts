/** What flows through the funnel? Candidates in columns: row numbers, source marks, named numbers. */

import { SluiceError, unexpected } from '../errors.ts';
import type { Bitset } from '../vectors/bitset.ts';

/** What a source returns: distinct rows, best first, with its own score for each. */
export interface Retrieved {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * The candidates of one request, one entry per item, in columns.
 *
 * Stages read columns by name and write the ones that they declared; only filters shorten the batch.
 */
export class Candidates {
  readonly rows: Uint32Array;
  /** Bit s is set when source number s returned the item. */
  readonly sources: Uint32Array;
  readonly #columns = new Map<string, Float32Array>();

  constructor(rows: Uint32Array, sources: Uint32Array) {
    if (rows.length !== sources.length) throw unexpected(`${rows.length} marks`, 'sources', sources);
    this.rows = rows;
    this.sources = sources;
  }

  /** The number of candidates. */
  get size(): number {
    return this.rows.length;
  }

  /** The names of the columns written so far. */
  get columns(): IterableIterator<string> {
    return this.#columns.keys();
  }

  /** A column by name; NaN where nothing was written. @throws ERR_SLUICE_FUNNEL_INVALID for an unknown one. */
  column(name: string): Float32Array {
    const column = this.#columns.get(name);
    if (!column) {
      throw new SluiceError(
        'ERR_SLUICE_FUNNEL_INVALID',
        `Expected column "${name}" but no stage has written it`,
      );
    }
    return column;
  }

  /** Adds a column. @internal */
  write(name: string, values: Float32Array): void {
    if (values.length !== this.size) {
      throw new SluiceError(
        'ERR_SLUICE_FUNNEL_INVALID',
        `Expected ${this.size} values for column "${name}" but received ${values.length}`,
        { remedy: 'A hydrator or scorer returns one value per candidate, in their order.' },
      );
    }
    this.#columns.set(name, values);
  }

  /** The candidates whose entry (not row) is in `kept`, in the same order. */
  keep(kept: Bitset): Candidates {
    const entries = Uint32Array.from(kept);
    return this.pick(entries);
  }

  /** The candidates at the given entries, in the order given. */
  pick(entries: Uint32Array): Candidates {
    const batch = new Candidates(gather(this.rows, entries), gather(this.sources, entries));
    for (const [name, values] of this.#columns) batch.#columns.set(name, gather(values, entries));
    return batch;
  }

  /**
   * The union of what the sources returned. An item takes the place of its first appearance, going through the
   * sources in order; source `s` writes its scores to the column named after it, NaN for items of other sources.
   *
   * @throws ERR_SLUICE_FUNNEL_INVALID for a source that returns columns of different lengths or repeats a row.
   */
  static merge(retrieved: readonly { readonly name: string; readonly items: Retrieved }[]): Candidates {
    const entryOf = new Map<number, number>();
    for (const { name, items } of retrieved) {
      if (items.rows.length !== items.scores.length) {
        throw new SluiceError(
          'ERR_SLUICE_FUNNEL_INVALID',
          `Expected ${items.rows.length} scores of source "${name}" but received ${items.scores.length}`,
        );
      }
      for (const row of items.rows) if (!entryOf.has(row)) entryOf.set(row, entryOf.size);
    }
    const rows = Uint32Array.from(entryOf.keys());
    const marks = new Uint32Array(rows.length);
    const batch = new Candidates(rows, marks);
    retrieved.forEach(({ name, items }, s) => {
      const column = new Float32Array(rows.length).fill(Number.NaN);
      const mark = 1 << s;
      items.rows.forEach((row, i) => {
        const entry = entryOf.get(row) as number;
        if (marks[entry] & mark) {
          throw new SluiceError('ERR_SLUICE_FUNNEL_INVALID', `Source "${name}" returned row ${row} twice`);
        }
        marks[entry] |= mark;
        column[entry] = items.scores[i];
      });
      batch.write(name, column);
    });
    return batch;
  }
}

function gather<T extends Uint32Array | Float32Array>(values: T, entries: Uint32Array): T {
  const picked = new (values.constructor as new (n: number) => T)(entries.length);
  for (let i = 0; i < entries.length; i++) picked[i] = values[entries[i]];
  return picked;
}
