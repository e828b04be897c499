/** What had a child acknowledged when it was killed? */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

/**
 * Runs a script that prints a line for each event once it is acknowledged, and kills it with SIGKILL some milliseconds
 * after the first; the lines that it had printed whole.
 */
export async function linesUntilKilled(
  script: string,
  args: readonly string[],
  delayMs: number,
): Promise<string[]> {
  const child = spawn(process.execPath, [script, ...args]);
  let printed = '';
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), delayMs));
  const [, signal] = await once(child, 'close');
  expect(complaints).toBe('');
  expect(signal).toBe('SIGKILL');
  // A line that was cut by the kill was acknowledged all the same, but its id is not known whole.
  return printed.split('\n').slice(0, -1);
}
