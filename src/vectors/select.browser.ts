/** Which backends are there in a browser or at the edge? */

import { type Candidate, chooser, type Select } from './choose.ts';
import { browserHost } from './host.browser.ts';

const candidates: readonly Candidate[] = [
  {
    name: 'wasm',
    async open() {
      const { wasmBackend } = await import('./wasm.ts');
      return wasmBackend(browserHost);
    },
  },
  {
    name: 'reference',
    async open() {
      const { referenceBackend } = await import('./reference.ts');
      return referenceBackend(browserHost);
    },
  },
];

export const select: Select = /* @__PURE__ */ chooser(candidates, () => undefined);
