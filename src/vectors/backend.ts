/** What must a backend do? Make a matrix resident and answer top-k and scores on it. */

import type { SluiceError } from '../errors.ts';

/**
 * The backends by name, in the order in which `auto` tries them. `onnx` (ONNX Runtime) and `tfjs` (TensorFlow.js) are
 * optional packages, which serve only when they are named.
 */
export type BackendName = 'native' | 'wasm' | 'reference' | 'onnx' | 'tfjs';

/** What stands beside the rows: nothing that `capabilities` does not tell, or a graph. */
export type IndexKind = 'flat' | 'hnsw';

/**
 * The k rows of largest inner product with one query.
 *
 * Scores descend; ties stand by lower row number; rows whose score is not finite are never returned. A score is the
 * f64 inner product, summed in the fixed order of {@link file://./exact-score.ts}, rounded once to f32: every exact
 * backend returns the same bits.
 */
export interface TopK {
  readonly ids: Uint32Array;
  readonly scores: Float32Array;
}

/** Row-major f32 rows, `rows x dimension`; or the same as a region of a file, little-endian. */
export type MatrixSource =
  | { readonly dimension: number; readonly data: Float32Array }
  | { readonly dimension: number; readonly path: string; readonly byteOffset: number; readonly rows: number };

/** One call of `topK`: one or more queries, row-major, under one mask. Arguments were validated by `Index`. */
export interface TopKRequest {
  /** `count x dimension`, finite. */
  readonly queries: Float32Array;
  readonly k: number;
  /** One bit per row as in `Bitset.words`, 1 = eligible; absent means all. */
  readonly mask?: Uint32Array;
  /**
   * Makes the search approximate: about so many candidates, at least k, are taken from a cheap estimate and scored
   * exactly; more cost more and lose less. Absent means exact. Ignored where `capabilities.approximate` is false.
   */
  readonly candidates?: number;
}

/** What a backend can do beyond the least; `Index` works around what it cannot. */
export interface Capabilities {
  /** `candidates` makes searches cheaper; their scores stay exact, only rows may be missed. */
  readonly approximate: boolean;
  /** Running work stops within one block of rows when its signal fires. */
  readonly abort: boolean;
  /** Rows can be appended without loading the matrix again. */
  readonly append: boolean;
  /** A file is mapped, not read. */
  readonly memoryMap: boolean;
  /** Async searches run off the caller's thread. */
  readonly offThread: boolean;
}

/** How many threads search, the calling one among them where it does. */
export interface Threads {
  readonly threads: number;
  /** Why they are fewer than were wanted; absent where they are not. */
  readonly fewerThreads?: string;
}

/** A matrix held by a backend. Reads may overlap; after `close` no method is called. */
export interface Resident extends Disposable {
  readonly rows: number;
  /** Where that can change in the life of a matrix; else it is as the probe of the backend told. */
  readonly threads?: Threads;
  readonly capabilities: Capabilities;
  /** Bytes held beside the f32 rows to make searches cheaper. */
  readonly indexBytes: number;
  /** One result per query. Rejects with `signal.reason` when aborted. */
  topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]>;
  /** The same on the calling thread. */
  topKSync(request: TopKRequest): TopK[];
  /** Exact scores of the given rows with one query, in the order given; cost rows x dimension. */
  score(query: Float32Array, rows: Uint32Array): Float32Array;
  /** A copy of `count` rows from `first` on, row-major; `first + count` is at most `rows`. */
  read(first: number, count: number): Float32Array;
  /** Appends row-major rows; searches already running do not see them. */
  append(data: Float32Array): void;
  /**
   * What was computed from the rows there are now and is dear to compute again, to be saved beside them. The pieces are
   * taken later, when rows may have been appended.
   */
  sections?(): Iterable<Section>;
  /** Frees the memory once running searches have ended; idempotent. */
  close(): void;
}

/** Bytes of a backend under a name that says of which backend, and of which layout, they are. */
export interface Section {
  readonly name: string;
  /** A few MiB each, so that taking one does not hold the event loop for long. */
  readonly pieces: Iterable<Uint8Array>;
}

/** A section in a file. Its checksum was verified. */
export interface SectionRegion {
  readonly path: string;
  /** A multiple of 64. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** The sections of a file that are not of every backend, by name. */
export type Sections = ReadonlyMap<string, SectionRegion>;

/** Whether a backend works here; never thrown, always told. */
export type Probe =
  | (Threads & {
      readonly ok: true;
      readonly backend: BackendName;
      /**
       * Instruction set in use: `avx512`, `avx2`, `sse2`, `neon`, `simd128`, `scalar`; of `onnx` the device (`cpu`,
       * `cuda`, `webgpu`), of `tfjs` the engine (`cpu`, `wasm`, `tensorflow`, ...).
       */
      readonly isa: string;
    })
  | {
      readonly ok: false;
      readonly backend: BackendName;
      readonly reason: string;
      /** The command or step that would make it work. */
      readonly remedy: string;
      readonly cause?: SluiceError;
    };

/** A way to compute top-k; see ARCHITECTURE.md for how to add one. */
export interface Backend {
  readonly name: BackendName;
  /** Says whether it works here. Never throws; loads what it needs, once. */
  probe(): Promise<Probe>;
  /**
   * Makes a matrix resident. `sections` are those saved with just these rows, by this backend or another.
   *
   * @throws ERR_SLUICE_NON_FINITE naming the row, ERR_SLUICE_OUT_OF_MEMORY.
   */
  load(matrix: MatrixSource, sections?: Sections): Promise<Resident>;
  /** The same with a graph over the rows, which answers where `candidates` are named. Absent where there is none. */
  loadGraph?(matrix: MatrixSource, sections?: Sections): Promise<Resident>;
}
