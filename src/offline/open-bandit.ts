/** What did a bandit choose, with which probability, and was it clicked? A log in the layout of the Open Bandit Dataset. */

import type { BanditLog } from '../log/bandit-log.ts';
import { readCsv } from './csv.ts';
import { withDuckDb } from './duckdb.ts';
import { RejectCollector } from './rejects.ts';
import { csvHeader, refuseHoles, requireColumns } from './whole-csv.ts';

const REQUIRED = ['item_id', 'position', 'click', 'propensity_score'] as const;
const AFFINITY = /^user-item_affinity_(\d+)$/;

/**
 * Reads a bandit log as the Open Bandit Dataset writes it (Saito, Aihara, Matsutani, Narita 2021), plain or `.csv.gz`.
 *
 * The columns item_id, position, click and propensity_score must be there, in any order; user-item_affinity_0, _1, ...
 * are read where they are, and count the items; else the largest item_id does. Other columns are passed over.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND; ERR_SLUICE_DATA_INVALID naming the first wrong line, since a log with holes would
 * change every estimate: a propensity outside (0, 1], a click other than 0 and 1, an item or position that is no whole
 * number; for missing columns, an empty log or a damaged file; ERR_SLUICE_MODULE_REQUIRED without @duckdb/node-api.
 * @example
 * ```ts
 * const log = await loadOpenBandit('bandit-log.csv');
 * log.itemCount; // 2
 * ```
 */
export async function loadOpenBandit(path: string): Promise<BanditLog> {
  const header = await csvHeader(path);
  requireColumns(path, header, REQUIRED);
  const affinityColumns = header.filter((name) => AFFINITY.test(name)).sort((a, b) => itemOf(a) - itemOf(b));
  const gap = affinityColumns.findIndex((name, item) => itemOf(name) !== item);
  if (gap >= 0) requireColumns(path, header, [`user-item_affinity_${gap}`]);
  const isRead = (name: string): boolean =>
    AFFINITY.test(name) || (REQUIRED as readonly string[]).includes(name);
  const columns = Object.fromEntries(
    header.map((name) => [name, isRead(name) ? ('DOUBLE' as const) : ('VARCHAR' as const)]),
  );
  const rejects = new RejectCollector();
  const items: number[] = [];
  const positions: number[] = [];
  const clicks: number[] = [];
  const propensities: number[] = [];
  const affinities: Float32Array[] = [];
  await withDuckDb((db) =>
    readCsv(db, {
      path,
      columns,
      rejects,
      visit(chunk, reject) {
        const values = (name: string) => chunk.getColumnValues(header.indexOf(name)) as (number | null)[];
        const [item, position, click, propensity] = REQUIRED.map(values);
        const fits = new Float32Array(item.length * affinityColumns.length);
        affinityColumns.forEach((name, column) => {
          values(name).forEach((fit, i) => {
            fits[i * affinityColumns.length + column] = fit ?? 0;
          });
        });
        affinities.push(fits);
        for (let i = 0; i < item.length; i++) {
          const count = affinityColumns.length;
          const wrong =
            problemOf(item[i], position[i], click[i], propensity[i], count) ??
            (fits.subarray(i * count, (i + 1) * count).every(Number.isFinite)
              ? undefined
              : 'expected finite affinities');
          if (wrong !== undefined) {
            reject(i, wrong);
            continue;
          }
          items.push(item[i] as number);
          positions.push(position[i] as number);
          clicks.push(click[i] as number);
          propensities.push(propensity[i] as number);
        }
      },
    }),
  );
  refuseHoles('logged choices', path, rejects, items.length);
  return {
    items: Uint32Array.from(items),
    positions: Uint32Array.from(positions),
    clicks: Float64Array.from(clicks),
    propensities: Float64Array.from(propensities),
    itemCount: affinityColumns.length || items.reduce((most, item) => Math.max(most, item), 0) + 1,
    affinities: affinityColumns.length === 0 ? null : joined(affinities),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

function itemOf(column: string): number {
  return Number(AFFINITY.exec(column)?.[1]);
}

type Cell = number | null;

function problemOf(
  item: Cell,
  position: Cell,
  click: Cell,
  propensity: Cell,
  count: number,
): string | undefined {
  const isWhole = (value: Cell): boolean => Number.isInteger(value) && (value as number) >= 0;
  if (!isWhole(item) || (count > 0 && (item as number) >= count))
    return `expected an item number${count > 0 ? ` below ${count}` : ''} for item_id but received ${item}`;
  if (!isWhole(position)) return `expected a whole number for position but received ${position}`;
  if (click !== 0 && click !== 1) return `expected 0 or 1 for click but received ${click}`;
  if (propensity === null || !(propensity > 0 && propensity <= 1))
    return `expected a probability above 0 for propensity_score but received ${propensity}`;
  return undefined;
}
