/** Where may a test write? In directories that are gone after it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory, removed when the running test has finished. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
