/** Which bytes of a memory that threads share are one thread's own? */

import type { Kernels } from './wasm-kernels.ts';

/** One of the threads that use a memory; 0 is the one that owns what is in it. */
export interface Thread {
  readonly number: number;
  readonly count: number;
}

/** The one thread of a memory that is not shared. */
export const ALONE: Thread = { number: 0, count: 1 };

/**
 * Gives each thread, from address `from` on, the workspace of its kernels and `bytes` of scratch: where this one's
 * scratch begins, and where all of them end. Scratch is used within one call. The owner makes the memory reach to there.
 */
export function places(
  kernels: Kernels,
  from: number,
  bytes: number,
  { number, count }: Thread,
): { scratch: number; end: number } {
  const workspace = kernels.workspaceBytes();
  const start = Math.ceil(from / 64) * 64;
  const each = Math.ceil((workspace + bytes) / 64) * 64;
  kernels.useWorkspace(start + number * each);
  return { scratch: start + number * each + workspace, end: start + count * each };
}
