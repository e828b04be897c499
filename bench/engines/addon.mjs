/** Which addon is measured where the library would choose for itself? The built one in prebuilt, unwrapped. */

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** @returns {any} throws where there is none */
export function loadAddon() {
  const folder = fileURLToPath(new URL('../../prebuilt/', import.meta.url));
  const name = readdirSync(folder).find((name) => name.endsWith('.node'));
  return createRequire(import.meta.url)(`${folder}${name}`);
}
