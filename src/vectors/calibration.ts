/** How many candidates must an approximate search take for the recall that is asked of it? */

import type { Interval } from '../numerics/bootstrap.ts';
import type { BackendName, IndexKind } from './backend.ts';

/** What one pair of k and recall target was found to need. */
export interface CalibratedSetting {
  readonly k: number;
  readonly recallTarget: number;
  /** Absent where the target is not reached by fewer than about a quarter of the rows: such searches run exactly. */
  readonly candidates?: number;
  /** The mean recall of the held-out queries with these candidates, in [0, 1], counted by score. */
  readonly recall: number;
  /** The same with its 95 % bootstrap interval over the held-out queries. */
  readonly interval: Interval;
}

/** What was measured of an index, on the backend that served then. JSON-able. */
export interface Calibration {
  readonly backend: BackendName;
  /** The kind of the index: candidates of a graph are not those of a scan. */
  readonly kind: IndexKind;
  /** Row numbers in use when it was measured. */
  readonly calibratedRows: number;
  /** Queries that chose the candidates. */
  readonly fittedQueries: number;
  /** Other queries, on which the recall of each choice was measured. */
  readonly heldOutQueries: number;
  /** One for each k and target, both ascending. */
  readonly settings: readonly CalibratedSetting[];
}

/** A calibration beside the index as it is now. JSON-able. */
export interface CalibrationReport extends Calibration {
  /** Row numbers in use now. */
  readonly rows: number;
  /** The index has grown by more than half since; the settings still serve, with a recall that nobody measured. */
  readonly stale: boolean;
}

/** The share of the rows from which on candidates are no gain over an exact search. */
const WORTHWHILE = 1 / 4;

/** A power may come out a little higher. */
const ROUNDING = 1e-6;

/** The most candidates that are still worth taking of so many rows. */
export function mostCandidates(rows: number): number {
  return Math.floor(rows * WORTHWHILE);
}

/**
 * The candidates for a search; undefined where it should run exactly.
 *
 * A target between two of the table takes the higher; above the highest the search is exact. Between two k the larger
 * serves of the straight line through their candidates and the one through the logarithms. Above the largest k the ratio
 * of candidates to k grows on as it did between the last two, or stays. Below the smallest k its candidates serve: the
 * fewer rows are wanted, the less likely is one of them missed.
 */
export function candidatesFor(
  settings: readonly CalibratedSetting[],
  k: number,
  recallTarget: number,
  rows: number,
): number | undefined {
  let target = Number.POSITIVE_INFINITY;
  for (const setting of settings) {
    if (setting.recallTarget >= recallTarget) target = Math.min(target, setting.recallTarget);
  }
  // The two k on either side of this one, else the two nearest.
  let below: CalibratedSetting | undefined;
  let above: CalibratedSetting | undefined;
  for (const setting of settings) {
    if (setting.recallTarget !== target) continue;
    if (above === undefined || above.k < k) {
      below = above;
      above = setting;
    }
  }
  const candidates = above === undefined ? Number.POSITIVE_INFINITY : onLine(below, above, k);
  return candidates <= mostCandidates(rows) ? Math.max(k, Math.ceil(candidates - ROUNDING)) : undefined;
}

/** The candidates for k by those of two others, `below` the smaller; infinity where `above` is exact. */
function onLine(below: CalibratedSetting | undefined, above: CalibratedSetting, k: number): number {
  const { candidates: upper = Number.POSITIVE_INFINITY } = above;
  const lower = below?.candidates;
  if (k === above.k || (k < above.k && below === undefined)) return upper;
  if (below === undefined || lower === undefined) {
    return k < above.k ? Number.POSITIVE_INFINITY : (k * upper) / above.k;
  }
  const power = Math.log(upper / lower) / Math.log(above.k / below.k);
  if (k > above.k) return upper * (k / above.k) ** Math.max(1, power);
  const straight = lower + ((upper - lower) * (k - below.k)) / (above.k - below.k);
  return Math.max(straight, lower * (k / below.k) ** power);
}

/** True for what `calibrate` could have measured, also after JSON. */
export function isCalibration(value: unknown): value is Calibration {
  if (typeof value !== 'object' || value === null) return false;
  const { backend, kind, calibratedRows, fittedQueries, heldOutQueries, settings } =
    value as Partial<Calibration>;
  if (typeof backend !== 'string' || (kind !== 'flat' && kind !== 'hnsw') || !Array.isArray(settings))
    return false;
  if (![calibratedRows, fittedQueries, heldOutQueries].every(isCount) || !settings.every(isSetting))
    return false;
  return settings.every((setting, i) => i === 0 || isBefore(settings[i - 1], setting));
}

function isSetting(value: unknown): value is CalibratedSetting {
  if (typeof value !== 'object' || value === null) return false;
  const { k, recallTarget, candidates, recall, interval } = value as Partial<CalibratedSetting>;
  if (!isCount(k) || k < 1 || typeof interval !== 'object' || interval === null) return false;
  if (candidates !== undefined && (!isCount(candidates) || candidates < k)) return false;
  const { mean, low, high } = interval;
  return [recallTarget, recall, mean, low, high].every(isShare);
}

function isBefore(a: CalibratedSetting, b: CalibratedSetting): boolean {
  return a.k < b.k || (a.k === b.k && a.recallTarget < b.recallTarget);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1 + 1e-9;
}
