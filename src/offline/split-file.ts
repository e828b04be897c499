/** Which users does a published split test, and with what? A CSV of `fold,userId,movieId,part` as a split. */

import { SluiceError } from '../errors.ts';
import { readCsv } from './csv.ts';
import { type Dataset, positives, where } from './dataset.ts';
import { withDuckDb } from './duckdb.ts';
import { RejectCollector } from './rejects.ts';
import { type Case, type Split, strongGeneralisationOf } from './splits.ts';

/**
 * Reads a strong-generalisation split of a data set; a fold trains on the positives of the other folds' users.
 *
 * @param options.from least value of a positive interaction. @default 4
 * @throws ERR_SLUICE_DATA_NOT_FOUND, and ERR_SLUICE_DATA_INVALID naming the first refused line: a user or item unknown
 * to the data set, a part other than fold-in and held-out, a user in two folds, a repeated pair. A split with holes would change the
 * figures, so that nothing is left out silently.
 */
export async function readSplitFile(path: string, dataset: Dataset, { from = 4 } = {}): Promise<Split> {
  const userOf = new Map(dataset.userKeys.map((key, user) => [key, user]));
  const foldOf = new Map<number, number>();
  const parts = new Map<number, { foldIn: number[]; heldOut: number[] }>();
  const pairs = new Set<number>();
  const rejects = new RejectCollector();
  await withDuckDb((db) =>
    readCsv(db, {
      path,
      columns: { fold: 'DOUBLE', userId: 'VARCHAR', movieId: 'VARCHAR', part: 'VARCHAR' },
      rejects,
      visit(chunk, reject) {
        const folds = chunk.getColumnValues(0) as (number | null)[];
        const [users, items, kinds] = [1, 2, 3].map((c) => chunk.getColumnValues(c) as (string | null)[]);
        for (let i = 0; i < folds.length; i++) {
          const fold = folds[i];
          const user = userOf.get(users[i] ?? '');
          const item = dataset.catalog.rowOf(items[i] ?? '');
          if (!Number.isInteger(fold)) reject(i, `expected a whole number for fold but received ${fold}`);
          else if (user === undefined) reject(i, `user ${users[i]} is not in the data set`);
          else if (item === undefined) reject(i, `item ${items[i]} is not in the data set`);
          else if (kinds[i] !== 'fold-in' && kinds[i] !== 'held-out') {
            reject(i, `expected fold-in or held-out for part but received ${kinds[i]}`);
          } else if ((foldOf.get(user) ?? fold) !== fold) {
            reject(i, `user ${users[i]} is in fold ${foldOf.get(user)} too`);
          } else if (pairs.size === pairs.add(user * dataset.catalog.size + item).size) {
            reject(i, `user ${users[i]} and item ${items[i]} stand on an earlier line too`);
          } else {
            foldOf.set(user, fold as number);
            const part = parts.get(user) ?? { foldIn: [], heldOut: [] };
            parts.set(user, part);
            part[kinds[i] === 'fold-in' ? 'foldIn' : 'heldOut'].push(item);
          }
        }
      },
    }),
  );
  const { count, details } = rejects.report();
  if (count > 0) {
    const [{ line, reason }] = details;
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a split of this data set in ${path} but received ${count} wrong lines, the first line ${line}: ${reason}`,
      { details: { path, count, rejects: details.slice(0, 10) } },
    );
  }
  const folds = new Set(foldOf.values());
  if (folds.size < 2) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected at least two folds in ${path} but received ${folds.size}`,
      { remedy: 'A fold trains on the users of the other folds: give users of at least two.' },
    );
  }
  const cases = new Map<number, Omit<Case, 'user'>>();
  for (const [user, { foldIn, heldOut }] of parts) {
    cases.set(user, { foldIn: Uint32Array.from(foldIn).sort(), heldOut: Uint32Array.from(heldOut).sort() });
  }
  const liked = positives(dataset.interactions, { from });
  return strongGeneralisationOf(
    where(liked, (e) => foldOf.has(liked.users[e])),
    foldOf,
    cases,
  );
}
