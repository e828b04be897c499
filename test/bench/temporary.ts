/** Where do tests of the bench keep their files? In a folder that goes with the test file. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
