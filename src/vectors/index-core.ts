/** What can one ask of an index of vectors, whichever backend holds it? */

import { SluiceError } from '../errors.ts';
import type {
  BackendName,
  IndexKind,
  MatrixSource,
  Resident,
  Section,
  Sections,
  TopK,
  TopKRequest,
} from './backend.ts';
import { Bitset } from './bitset.ts';
import { type CalibrateOptions, calibrate } from './calibrate.ts';
import { type Calibration, type CalibrationReport, candidatesFor } from './calibration.ts';
import type { BackendChoice, BackendReport, Select } from './choose.ts';
import { loadKind } from './kind.ts';
import {
  checkCalibration,
  checkFilter,
  checkK,
  checkKind,
  checkQuery,
  checkRecallTarget,
  checkRow,
  checkRows,
  checkSignal,
  checkSource,
} from './validate.ts';

/** How an index is made. */
export interface IndexOptions {
  /**
   * `auto`, or a backend by name, which then never falls back. `onnx` needs the package onnxruntime-node and computes on
   * the device in `SLUICE_ONNX_DEVICE` (`cpu`, `cuda`, `webgpu`); `tfjs` needs @tensorflow/tfjs and computes on its current
   * engine.
   * @default `SLUICE_BACKEND` of the environment, else `auto`
   */
  readonly backend?: BackendChoice;
  /**
   * `flat` scans the rows, exactly or by cheap estimates. `hnsw` also holds a graph over them (Malkov and Yashunin, IEEE
   * TPAMI 42, 2020; native backend only) through which searches with a `recallTarget` below 1 find a few rows without a
   * look at most: for k of about 10, rows near a row, and a million rows or more. Where the scan is faster than the
   * graph, as for k = 1000, or under a filter that leaves few rows, such searches scan, exactly.
   *
   * The graph takes some 260 bytes a row, and 0.2 to 0.4 ms of processor time a row to build, on all threads. They build
   * it in no fixed order, so that two graphs of the same rows may miss different ones. It is not saved: opening a file
   * builds it again. Appended rows are found at once, and join the graph in the background.
   * @default 'flat'
   */
  readonly kind?: IndexKind;
  /** Calibrates the index once it is loaded; see {@link IndexCore.calibrate}. @default not calibrated */
  readonly calibration?: CalibrateOptions;
}

/** What is asked of one search. */
export interface SearchSyncOptions {
  /** How many rows at most, from 1; fewer are returned where fewer qualify. */
  readonly k: number;
  /** The rows that may be returned; its size is the index's. Read before the call returns. @default all */
  readonly filter?: Bitset;
  /**
   * The share of the true answer that is to be found on average, in (0, 1]. Below 1 the search may miss rows, where
   * the backend gains by it, and needs a calibration; scores stay exact. Calibrations are measured without filters.
   * @default 1, exact
   */
  readonly recallTarget?: number;
}

/** What is asked of one asynchronous search. */
export interface SearchOptions extends SearchSyncOptions {
  /** Stops the search within one block of rows; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** What an index holds at one moment, to be read while searches and updates go on. @internal */
export interface IndexState {
  readonly dimension: number;
  readonly rows: number;
  /** All rows but those removed; undefined while none was. */
  readonly alive: Bitset | undefined;
  readonly calibration: Calibration | undefined;
  /** A copy of rows. @throws ERR_SLUICE_CLOSED */
  readonly read: (first: number, count: number) => Float32Array;
  /** What the backend adds. */
  readonly sections: readonly Section[];
}

/**
 * The part of an index that is the same in Node and in browsers; `Index.create` of either entry makes one.
 *
 * Every search is exact unless its `recallTarget` is below 1: its set, order and scores equal those of an f64 brute
 * force, rounded once to f32, on every backend bit for bit. An approximate search may miss rows; the scores of those it
 * returns are the same bits. Row numbers count from 0 in the order of loading and are never used again.
 */
export class IndexCore {
  readonly dimension: number;
  /** What stands beside the rows; see {@link IndexOptions.kind}. */
  readonly kind: IndexKind;
  readonly #report: BackendReport;
  #resident: Resident | undefined;
  #size: number;
  /** All rows but those removed; undefined while none was. */
  #alive: Bitset | undefined;
  #calibration: Calibration | undefined;

  /** @internal */
  protected constructor(
    resident: Resident,
    dimension: number,
    report: BackendReport,
    kind: IndexKind = 'flat',
  ) {
    this.dimension = dimension;
    this.#report = report;
    this.kind = kind;
    this.#resident = resident;
    this.#size = resident.rows;
  }

  /** @internal */
  protected static async load(
    select: Select,
    source: MatrixSource,
    options: IndexOptions,
    sections?: Sections,
  ): Promise<[Resident, number, BackendReport, IndexKind]> {
    checkSource(source);
    if (options.calibration !== undefined) checkCalibration(options.calibration, source.dimension);
    const { kind = 'flat' } = options;
    checkKind(kind);
    const choice = await select(options.backend);
    const resident = await loadKind(choice, kind, source, sections);
    return [resident, source.dimension, choice.report, kind];
  }

  /** Does what the options ask for once the rows are loaded; closes the index if that fails. @internal */
  protected async prepare({ calibration }: IndexOptions): Promise<this> {
    try {
      if (calibration !== undefined) await this.calibrate(calibration);
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** @internal */
  protected get state(): IndexState {
    const resident = this.#open();
    return {
      dimension: this.dimension,
      rows: this.#size,
      alive: this.#alive?.clone(),
      calibration: this.#calibration,
      read: (first, count) => this.#open().read(first, count),
      sections: [...(resident.sections?.() ?? [])],
    };
  }

  /** Takes over what a state held beside its rows; a calibration of another search says nothing here. @internal */
  protected restore({ alive, calibration }: Pick<IndexState, 'alive' | 'calibration'>): this {
    this.#alive = alive;
    if (calibration?.backend === this.backend && calibration.kind === this.kind) {
      this.#calibration = calibration;
    }
    return this;
  }

  /** What serves now, with how many threads, and why each backend before it does not; JSON-able. */
  get report(): BackendReport {
    return { ...this.#report, ...this.#resident?.threads };
  }

  /** The number of row numbers in use, those of removed rows among them. */
  get size(): number {
    return this.#size;
  }

  /** The name of the backend that serves. */
  get backend(): BackendName {
    return this.#report.backend;
  }

  /** Bytes held beside the f32 rows to make searches cheaper. @throws ERR_SLUICE_CLOSED */
  get indexBytes(): number {
    return this.#open().indexBytes;
  }

  /** What {@link calibrate} measured last; undefined before. */
  get calibration(): CalibrationReport | undefined {
    if (this.#calibration === undefined) return undefined;
    const { calibratedRows } = this.#calibration;
    return { ...this.#calibration, rows: this.#size, stale: this.#size > 1.5 * calibratedRows };
  }

  /**
   * The rows of largest inner product with `query`, off the calling thread where the backend can.
   *
   * Cost: one pass over the matrix at about the speed of memory, whatever k: half a byte per component where the
   * backend has quantised the rows, a quarter for an approximate search, else four.
   *
   * @throws ERR_SLUICE_CLOSED, ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE,
   * ERR_SLUICE_DETACHED_BUFFER, ERR_SLUICE_NOT_CALIBRATED; rejects with `signal.reason` when aborted.
   * @example
   * ```ts
   * const { ids, scores } = await index.search(user, { k: 1000, signal: AbortSignal.timeout(20) });
   * ```
   */
  async search(query: Float32Array, options: SearchOptions): Promise<TopK> {
    const [result] = await this.#topK(query, 'query', options);
    return result;
  }

  /** One result for each of several queries, row-major; they share the passes over memory. */
  async searchBatch(queries: Float32Array, options: SearchOptions): Promise<TopK[]> {
    return this.#topK(queries, 'queries', options);
  }

  /**
   * The same as `search`, blocking the calling thread; about a microsecond of overhead on a small index. Threads that help
   * to search do so here too: the calling one works with them, and at the end waits for some 30 us in a loop.
   */
  searchSync(query: Float32Array, options: SearchSyncOptions): TopK {
    const resident = this.#check(query, 'query', options);
    if (this.#size === 0) return empty();
    return resident.topKSync(this.#request(query, options))[0];
  }

  /**
   * Finds out by searching how many candidates reach which recall, so that searches may name a `recallTarget`.
   *
   * Half of the queries choose the candidates, the other half measure the recall that is reported. The calibration
   * holds for unfiltered queries drawn as these were. Searches go on meanwhile; rows appended or removed meanwhile blur
   * what is measured. A backend whose searches are all exact measures nothing and reaches every target.
   *
   * Cost: some 30 searches of each query, off the calling thread where the backend can: 128 queries of a million rows
   * take a few seconds.
   *
   * @throws ERR_SLUICE_CLOSED, ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE,
   * ERR_SLUICE_DETACHED_BUFFER; rejects with `signal.reason` when aborted.
   * @example
   * ```ts
   * const { settings } = await index.calibrate({ queries: pastUsers, k: [100] });
   * const { ids } = await index.search(user, { k: 100, recallTarget: 0.95 });
   * ```
   */
  async calibrate(options: CalibrateOptions): Promise<CalibrationReport> {
    const { capabilities } = this.#open();
    checkCalibration(options, this.dimension);
    const { signal } = options;
    signal?.throwIfAborted();
    const calibratedRows = this.#size;
    const measured = await calibrate(
      // Asked anew for each search: the index may have changed, or be closed, since the last.
      (request) => this.#open().topK({ ...request, mask: this.#mask(undefined) }, signal),
      { rows: calibratedRows, dimension: this.dimension, approximate: capabilities.approximate },
      options,
    );
    this.#calibration = { backend: this.backend, kind: this.kind, calibratedRows, ...measured };
    return this.calibration as CalibrationReport;
  }

  /** Exact scores of the given rows, removed ones too, in the order given. Cost: rows x dimension. */
  score(query: Float32Array, rows: Uint32Array | readonly number[]): Float32Array {
    const resident = this.#open();
    checkQuery(query, this.dimension, 'query');
    for (let i = 0; i < rows.length; i++) checkRow(rows[i], this.#size, `rows[${i}]`);
    return resident.score(query, Uint32Array.from(rows));
  }

  /**
   * Appends row-major rows and returns the number of the first. Searches that run do not see them.
   *
   * @throws ERR_SLUICE_NON_FINITE naming the row, ERR_SLUICE_OUT_OF_MEMORY; nothing was appended then.
   */
  append(data: Float32Array): number {
    const resident = this.#open();
    checkRows(data, this.dimension, this.#size);
    const first = this.#size;
    if (data.length === 0) return first;
    resident.append(data);
    this.#size = resident.rows;
    if (this.#alive !== undefined) {
      const grown = Bitset.full(this.#size);
      grown.words.set(this.#alive.words);
      for (let row = first; row < this.#size && row % 32 !== 0; row++) grown.add(row);
      this.#alive = grown;
    }
    return first;
  }

  /** Takes rows out of all later searches; removing one twice is no error. Their memory is kept. */
  remove(rows: Iterable<number>): void {
    this.#open();
    const removed = [...rows];
    removed.forEach((row, i) => {
      checkRow(row, this.#size, `rows[${i}]`);
    });
    this.#alive ??= Bitset.full(this.#size);
    for (const row of removed) this.#alive.delete(row);
  }

  /** Frees the memory once running searches have ended; idempotent. */
  close(): void {
    this.#resident?.close();
    this.#resident = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #topK(queries: Float32Array, name: 'query' | 'queries', options: SearchOptions): Promise<TopK[]> {
    const resident = this.#check(queries, name, options);
    const { signal } = options;
    checkSignal(signal);
    signal?.throwIfAborted();
    const count = queries.length / this.dimension;
    if (this.#size === 0 || count === 0) return Array.from({ length: count }, empty);
    return resident.topK(this.#request(queries, options), signal);
  }

  #check(queries: Float32Array, name: 'query' | 'queries', options: SearchSyncOptions): Resident {
    const resident = this.#open();
    checkQuery(queries, this.dimension, name);
    checkK(options?.k);
    if (options.recallTarget !== undefined) checkRecallTarget(options.recallTarget);
    if (options.filter !== undefined) checkFilter(options.filter, this.#size);
    return resident;
  }

  /** For an index that is open and not empty. */
  #request(queries: Float32Array, { k, filter, recallTarget = 1 }: SearchSyncOptions): TopKRequest {
    const least = Math.min(k, this.#size);
    return { queries, k: least, mask: this.#mask(filter), candidates: this.#candidates(least, recallTarget) };
  }

  #candidates(k: number, recallTarget: number): number | undefined {
    if (recallTarget === 1 || !this.#open().capabilities.approximate) return undefined;
    if (this.#calibration === undefined) {
      const message = `Expected a calibrated index for recallTarget ${recallTarget} but it was not calibrated`;
      throw new SluiceError('ERR_SLUICE_NOT_CALIBRATED', message);
    }
    return candidatesFor(this.#calibration.settings, k, recallTarget, this.#size);
  }

  #open(): Resident {
    if (this.#resident === undefined) {
      throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open index but it was closed');
    }
    return this.#resident;
  }

  #mask(filter: Bitset | undefined): Uint32Array | undefined {
    if (this.#alive === undefined) return filter?.words;
    return (filter === undefined ? this.#alive : filter.clone().and(this.#alive)).words;
  }
}

function empty(): TopK {
  return { ids: new Uint32Array(0), scores: new Float32Array(0) };
}
