/** Which number of candidates reaches which recall? Measured by searching, whatever backend answers. */

import { bootstrap } from '../numerics/bootstrap.ts';
import type { TopK, TopKRequest } from './backend.ts';
import { type CalibratedSetting, type Calibration, mostCandidates } from './calibration.ts';
import { recallByScore } from './recall.ts';

/** What a calibration is measured with. */
export interface CalibrateOptions {
  /** At least 16, row-major, drawn as those to come will be: a calibration holds for queries like these. */
  readonly queries: Float32Array;
  /** The k to measure; those above the number of rows are left out. @default [10, 100, 1000] */
  readonly k?: readonly number[];
  /** Stops within one block of rows; the promise then rejects with `signal.reason` and nothing has changed. */
  readonly signal?: AbortSignal;
}

/** Searches the index as it is at the moment; exactly where no candidates are named. */
export type CalibrationSearch = (request: TopKRequest) => Promise<TopK[]>;

/** The targets that are measured. */
const LADDER = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

const DEFAULT_K: readonly number[] = [10, 100, 1000];

/** Candidates double in so many steps: at most 9 % more are taken than needed. */
const STEPS_PER_OCTAVE = 8;

/** An estimate that needs more candidates than so many times k, or times the floor for small k, is given up. */
const MOST_PER_ROW = 64;
const LEAST_K = 256;

/** The mean of recalls of 0.8 may come out a little lower. */
const ROUNDING = 1e-9;

/** Queries of one search, so that it holds neither the memory of all answers nor a thread for long. */
const BATCH = 32;

const EXACT = { recall: 1, interval: { mean: 1, low: 1, high: 1 } };

/** What is calibrated. */
export interface Calibrated {
  readonly rows: number;
  readonly dimension: number;
  /** False where every search is exact: nothing is searched then. */
  readonly approximate: boolean;
}

/** What `calibrate` found, but for where. */
export type Measured = Pick<Calibration, 'fittedQueries' | 'heldOutQueries' | 'settings'>;

/**
 * Chooses, for each k and target, the fewest candidates whose mean recall on every second query reaches the target, and
 * measures the recall of the choice on the other queries.
 *
 * The recall is taken to grow with the candidates: they are doubled until a target is reached and then bisected. Cost:
 * one exact search of each query, and about ten approximate ones for each k.
 */
export async function calibrate(
  search: CalibrationSearch,
  { rows, dimension, approximate }: Calibrated,
  { queries, k = DEFAULT_K }: CalibrateOptions,
): Promise<Measured> {
  const wanted = [...new Set(k)].filter((k) => k <= rows).sort((a, b) => a - b);
  const fitted = everySecond(queries, dimension, 0);
  const heldOut = everySecond(queries, dimension, 1);
  const settings: CalibratedSetting[] = [];
  if (!approximate) {
    for (const k of wanted) settings.push(...LADDER.map((recallTarget) => ({ k, recallTarget, ...EXACT })));
  } else if (wanted.length > 0) {
    const largest = wanted[wanted.length - 1];
    const fitting = await Sample.of(search, fitted, dimension, largest);
    const measuring = await Sample.of(search, heldOut, dimension, largest);
    for (const k of wanted) settings.push(...(await settingsOf(k, rows, fitting, measuring)));
  }
  return {
    fittedQueries: fitted.length / dimension,
    heldOutQueries: heldOut.length / dimension,
    settings,
  };
}

async function settingsOf(
  k: number,
  rows: number,
  fitting: Sample,
  measuring: Sample,
): Promise<CalibratedSetting[]> {
  const levels = levelsOf(k, Math.min(mostCandidates(rows), MOST_PER_ROW * Math.max(k, LEAST_K)));
  const means = new Map<number, number>();
  const recallAt = async (level: number): Promise<number> => {
    const known = means.get(level);
    if (known !== undefined) return known;
    const recalls = await fitting.recalls(k, levels[level]);
    const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
    means.set(level, mean);
    return mean;
  };
  const settings: CalibratedSetting[] = [];
  let level = 0;
  let measured: Pick<CalibratedSetting, 'candidates' | 'recall' | 'interval'> = EXACT;
  for (const recallTarget of LADDER) {
    const reaches = async (level: number) => (await recallAt(level)) >= recallTarget - ROUNDING;
    level = await lowestLevel(level, levels.length, reaches);
    const candidates = levels[level];
    if (candidates === undefined) measured = EXACT;
    else if (candidates !== measured.candidates) {
      const interval = bootstrap(await measuring.recalls(k, candidates));
      measured = { candidates, recall: interval.mean, interval };
    }
    settings.push({ k, recallTarget, ...measured });
  }
  return settings;
}

/** The lowest level from `from` on that reaches, `levels` if none does; one that reaches is followed by such only. */
async function lowestLevel(
  from: number,
  levels: number,
  reaches: (level: number) => Promise<boolean>,
): Promise<number> {
  let below = from - 1;
  let level = from;
  // Whole octaves first, the same ones for every target, so that each is measured once.
  while (level < levels && !(await reaches(level))) {
    below = level;
    const octave = (Math.floor(level / STEPS_PER_OCTAVE) + 1) * STEPS_PER_OCTAVE;
    level = level === levels - 1 ? levels : Math.min(octave, levels - 1);
  }
  while (level - below > 1) {
    const middle = (below + level) >>> 1;
    if (await reaches(middle)) level = middle;
    else below = middle;
  }
  return level;
}

/** Numbers of candidates from k to `most`, in equal ratios but for rounding; none where k is above `most`. */
function levelsOf(k: number, most: number): number[] {
  const levels: number[] = [];
  let candidates = k;
  for (let step = 0; candidates < most; step++) {
    levels.push(candidates);
    candidates = Math.max(candidates + 1, Math.round(k * 2 ** ((step + 1) / STEPS_PER_OCTAVE)));
  }
  if (k <= most) levels.push(most);
  return levels;
}

/** Queries with the scores of their exact answers. */
class Sample {
  readonly #search: CalibrationSearch;
  readonly #queries: Float32Array;
  readonly #dimension: number;
  readonly #truth: Float32Array[] = [];

  private constructor(search: CalibrationSearch, queries: Float32Array, dimension: number) {
    this.#search = search;
    this.#queries = queries;
    this.#dimension = dimension;
  }

  /** Answers the queries exactly, for every k up to `k`. */
  static async of(
    search: CalibrationSearch,
    queries: Float32Array,
    dimension: number,
    k: number,
  ): Promise<Sample> {
    const sample = new Sample(search, queries, dimension);
    for await (const { scores } of sample.#answers({ k })) sample.#truth.push(scores);
    return sample;
  }

  /** The recall of each query with so many candidates. */
  async recalls(k: number, candidates: number): Promise<number[]> {
    const recalls: number[] = [];
    for await (const found of this.#answers({ k, candidates })) {
      recalls.push(recallByScore(found, this.#truth[recalls.length], k));
    }
    return recalls;
  }

  async *#answers(request: Omit<TopKRequest, 'queries'>): AsyncGenerator<TopK> {
    const step = BATCH * this.#dimension;
    for (let at = 0; at < this.#queries.length; at += step) {
      yield* await this.#search({ ...request, queries: this.#queries.subarray(at, at + step) });
    }
  }
}

/** A copy of the queries whose number is `first`, `first + 2`, ... */
function everySecond(queries: Float32Array, dimension: number, first: number): Float32Array {
  const count = Math.floor((queries.length / dimension - first + 1) / 2);
  const chosen = new Float32Array(count * dimension);
  for (let i = 0; i < count; i++) {
    const at = (first + 2 * i) * dimension;
    chosen.set(queries.subarray(at, at + dimension), i * dimension);
  }
  return chosen;
}
