/** What must the surroundings (Node or a browser) lend the backends? */

/** Where the wasm and reference backends get bytes from. */
export interface Host {
  /** The bytes of `prebuilt/kernels.wasm`. */
  kernels(): Promise<BufferSource>;
  /** Fills `target` from a file. @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID if it is too short. */
  read(path: string, byteOffset: number, target: Uint8Array): Promise<void>;
  /** Resolves in a later turn of the event loop, after timers and input had theirs. */
  yield(): Promise<void>;
}
