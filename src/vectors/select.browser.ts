/** Which backends are there in a browser or at the edge? */

import { chooser, type Select } from './choose.ts';
import { browserHost } from './host.browser.ts';
import { referenceBackend } from './reference.ts';
import { wasmBackend } from './wasm.ts';

export const select: Select = /* @__PURE__ */ chooser(
  () => [wasmBackend(browserHost), referenceBackend(browserHost)],
  () => undefined,
);
