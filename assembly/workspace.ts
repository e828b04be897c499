// Where do the kernels put what they forget with the end of a call? Where the caller says: several instances, each of a
// thread of its own, may share one memory, and what the compiler places is in the same place for all of them.

let at: usize = 0;

/** Bytes that the kernels take from there on. */
export function workspaceBytes(): usize {
  return 128 + 2048 + 64 * SUMMED;
}

/** Must be called before any other kernel, with an address that is a multiple of 16. */
export function useWorkspace(address: usize): void {
  at = address;
}

/** Sixteen lanes of 32 bits, to be read one by one. */
// @ts-ignore: decorator
@inline
export function lanes(): usize {
  return at;
}

/** Where a sum of no use goes, which keeps the loads that make it. */
// @ts-ignore: decorator
@inline
export function touched(): usize {
  return at + 64;
}

/** The codes of one row; at most 2048 components and the padding behind them. */
// @ts-ignore: decorator
@inline
export function rowCodes(): usize {
  return at + 128;
}

/** Blocks of 32 rows that are summed before their estimates are looked at. */
export const SUMMED: u32 = 16;

/** The sums of those blocks, 16 bits each. */
// @ts-ignore: decorator
@inline
export function sums(): usize {
  return at + 128 + 2048;
}
