/** What does Ctrl-C leave behind? Nothing: temporary directories go with the process, and training stops unfinished. */

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit status of a command that a signal ended, as shells give it: 130 for SIGINT. */
const statusOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Calls `listener` on the first signal that asks this process to end, until the returned function is called. */
function onSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  const forget = () => {
    for (const signal of SIGNALS) process.off(signal, first);
  };
  const first = (signal: NodeJS.Signals) => {
    // The second one is not caught, and ends whatever does not end by itself.
    forget();
    listener(signal);
  };
  for (const signal of SIGNALS) process.on(signal, first);
  return forget;
}

/** Runs work in a temporary directory, which is removed however the work or the process ends, a kill -9 excepted. */
export async function withTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-'));
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.on('exit', remove);
  const forget = onSignal((signal) => process.exit(statusOf(signal)));
  try {
    return await work(directory);
  } finally {
    forget();
    process.off('exit', remove);
    remove();
  }
}

/** Runs work that stops when its signal aborts; Ctrl-C then sets the exit status and is no failure to report. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  const forget = onSignal((signal) => {
    process.exitCode = statusOf(signal);
    interrupted.abort();
  });
  try {
    await work(interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted || error !== interrupted.signal.reason) throw error;
  } finally {
    forget();
  }
}
