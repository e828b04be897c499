/** Which backends are there in Node? `SLUICE_BACKEND` names one for all that name none. */

import { type Candidate, chooser, type Select } from './choose.ts';

const candidates: readonly Candidate[] = [
  {
    name: 'native',
    async open() {
      const { nativeBackend } = await import('./native.ts');
      return nativeBackend();
    },
  },
  {
    name: 'wasm',
    async open() {
      const { wasmBackend } = await import('./wasm.ts');
      const { nodeHost } = await import('./host.node.ts');
      return wasmBackend(nodeHost);
    },
  },
  {
    name: 'reference',
    async open() {
      const { referenceBackend } = await import('./reference.ts');
      const { nodeHost } = await import('./host.node.ts');
      return referenceBackend(nodeHost);
    },
  },
];

export const select: Select = /* @__PURE__ */ chooser(candidates, () => process.env['SLUICE_BACKEND']);
