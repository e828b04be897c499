/** Where is the public data? In SLUICE_DATA or beside the repository; tests that need it skip where it is absent. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

export const publicData =
  process.env['SLUICE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

const present = existsSync(publicData);

/** `describe` for tests on the public data. */
export function describeOnPublicData(name: string, body: () => void): void {
  describe.skipIf(!present)(
    present ? name : `${name} (skipped: set SLUICE_DATA to the public data sets)`,
    body,
  );
}
