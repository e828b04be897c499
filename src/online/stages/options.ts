/** Are the options of a JSON stage right? Unknown names and wrong values are refused, defaults filled in. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { Column } from '../../catalog/column.ts';
import { SluiceError } from '../../errors.ts';

/** Options as they stand in the JSON of a funnel. */
export type StageOptions = Readonly<Record<string, unknown>>;

function fail(message: string): never {
  throw new SluiceError('ERR_SLUICE_FUNNEL_INVALID', message);
}

/** @throws ERR_SLUICE_FUNNEL_INVALID for an option that the stage does not know. */
export function onlyOptions(stage: string, options: StageOptions, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      fail(
        `Expected options ${known.join(', ') || '(none)'} of stage "${stage}" but received ${JSON.stringify(name)}`,
      );
    }
  }
}

/** A whole number from 1, or the fallback. @throws ERR_SLUICE_FUNNEL_INVALID otherwise. */
export function wholeOption(stage: string, options: StageOptions, name: string, fallback: number): number {
  const value = options[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  return fail(
    `Expected a whole number from 1 for option "${name}" of stage "${stage}" but received ${String(value)}`,
  );
}

/** A yes or no, or the fallback. @throws ERR_SLUICE_FUNNEL_INVALID otherwise. */
export function flagOption(stage: string, options: StageOptions, name: string, fallback: boolean): boolean {
  const value = options[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  return fail(
    `Expected true or false for option "${name}" of stage "${stage}" but received ${String(value)}`,
  );
}

/** A non-empty text, or the fallback. @throws ERR_SLUICE_FUNNEL_INVALID otherwise. */
export function textOption(stage: string, options: StageOptions, name: string, fallback: string): string {
  const value = options[name] ?? fallback;
  if (typeof value === 'string' && value !== '') return value;
  return fail(`Expected text for option "${name}" of stage "${stage}" but received ${String(value)}`);
}

/** The values of a number column, or null where the catalogue has no such column. */
export function numberColumn(catalog: Catalog, name: string): Float64Array | null {
  const column: Column | undefined = catalog.columns.get(name);
  if (!column) return null;
  return column.kind === 'number'
    ? column.values
    : fail(`Expected a number column "${name}" but it holds ${column.kind}`);
}
