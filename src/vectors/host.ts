/** What must the surroundings (Node or a browser) lend the backends? */

/** Where the wasm and reference backends get bytes, turns of the event loop, and threads from. */
export interface Host {
  /** The bytes of `prebuilt/kernels.wasm`, or of `prebuilt/kernels-shared.wasm`. */
  kernels(shared?: boolean): Promise<BufferSource>;
  /** Fills `target` from a file. @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID if it is too short. */
  read(path: string, byteOffset: number, target: Uint8Array): Promise<void>;
  /** Resolves in a later turn of the event loop, after timers and input had theirs. */
  yield(): Promise<void>;
  /** The threads to search with, this one among them, as set or as the machine has. */
  threads(): number;
  /** Why memory cannot be shared with threads here; undefined where it can. */
  refusesThreads(): string | undefined;
  /**
   * Starts a thread that runs `wasm-worker.ts` and is sent `message`; the thread, once it is ready, keeps no process
   * alive. Returns what ends it. May throw.
   */
  startThread(message: unknown, listener: ThreadListener): () => void;
}

/** What a thread is heard to do. */
export interface ThreadListener {
  ready(): void;
  /** It failed, or ended, for this reason; also when it was made to end. */
  lost(reason: string): void;
}
