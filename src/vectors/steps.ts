/** How is a search in steps driven? At once, or giving way and looking at the signal in between. */

/** A search that stops between blocks of rows. */
export type Steps<T> = Generator<unknown, T, void>;

/** Runs a search to its end. */
export function runSync<T>(search: Steps<T>): T {
  let step = search.next();
  while (!step.done) step = search.next();
  return step.value;
}

/** Runs a search to its end with a pause after each step. Rejects with `signal.reason` within one step. */
export async function runInSteps<T>(
  search: Steps<T>,
  pause: () => Promise<void> | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    let step = search.next();
    while (!step.done) {
      await pause();
      signal?.throwIfAborted();
      step = search.next();
    }
    return step.value;
  } finally {
    // One that was stopped gives back what it holds.
    search.return(undefined as T);
  }
}
