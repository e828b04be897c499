/** With which probability does a target policy show each item? A CSV of probabilities, by position or for all. */

import { SluiceError } from '../errors.ts';
import { readCsv } from './csv.ts';
import { withDuckDb } from './duckdb.ts';
import { RejectCollector } from './rejects.ts';
import { csvHeader, refuseHoles, requireColumns } from './whole-csv.ts';

/** Sums of probabilities may be off by this much, as written with six decimals. */
const SLACK = 1e-4;

/**
 * Reads the columns item_id and probability, and position where the probabilities differ by it. Items that are not
 * named have probability 0.
 *
 * @returns P(item at position); 0 at positions that the file does not name.
 * @throws ERR_SLUICE_DATA_NOT_FOUND; ERR_SLUICE_DATA_INVALID naming the first line that is no probability or repeats an
 * item, or a position whose probabilities do not sum to 1; ERR_SLUICE_MODULE_REQUIRED.
 * @example
 * ```ts
 * const target = await loadTargetProbabilities('target.csv');
 * target(1, 1); // 0.75
 * ```
 */
export async function loadTargetProbabilities(
  path: string,
): Promise<(item: number, position: number) => number> {
  const header = await csvHeader(path);
  requireColumns(path, header, ['item_id', 'probability']);
  const byPosition = header.includes('position');
  const columns = Object.fromEntries(header.map((name) => [name, 'DOUBLE' as const]));
  const rejects = new RejectCollector();
  const found = new Map<string, number>();
  const sums = new Map<number, number>();
  await withDuckDb((db) =>
    readCsv(db, {
      path,
      columns,
      rejects,
      visit(chunk, reject) {
        const values = (name: string) => chunk.getColumnValues(header.indexOf(name)) as (number | null)[];
        const items = values('item_id');
        const positions = byPosition ? values('position') : [];
        const probabilities = values('probability');
        for (let i = 0; i < items.length; i++) {
          const position = byPosition ? positions[i] : 0;
          const probability = probabilities[i];
          const key = `${items[i]} ${position}`;
          if (!Number.isInteger(items[i]) || !Number.isInteger(position))
            reject(i, `expected whole numbers but received item ${items[i]}, position ${position}`);
          else if (probability === null || !(probability >= 0 && probability <= 1))
            reject(i, `expected a probability but received ${probability}`);
          else if (found.has(key)) reject(i, `item ${items[i]} stands on an earlier line too`);
          else {
            found.set(key, probability);
            sums.set(position as number, (sums.get(position as number) ?? 0) + probability);
          }
        }
      },
    }),
  );
  refuseHoles('probabilities', path, rejects, found.size);
  for (const [position, sum] of sums) {
    if (Math.abs(sum - 1) <= SLACK) continue;
    const where = byPosition ? ` at position ${position}` : '';
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected probabilities that sum to 1${where} in ${path} but received a sum of ${sum}`,
      { details: { path, position, sum } },
    );
  }
  return (item, position) => found.get(`${item} ${byPosition ? position : 0}`) ?? 0;
}
