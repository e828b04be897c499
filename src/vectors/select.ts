/** Which backends are there in Node? `SLUICE_BACKEND` names one for all that name none. */

import type { BackendName } from './backend.ts';
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
  {
    name: 'onnx',
    onlyNamed: true,
    async open() {
      const { onnxBackend } = await import('./onnx.ts');
      const { nodeHost } = await import('./host.node.ts');
      return onnxBackend(nodeHost);
    },
  },
  {
    name: 'tfjs',
    onlyNamed: true,
    async open() {
      const { tfjsBackend } = await import('./tfjs.ts');
      const { nodeHost } = await import('./host.node.ts');
      return tfjsBackend(nodeHost);
    },
  },
];

/** Every backend that Node can have: first those that `auto` tries, in that order, then those that must be named. */
export const backendNames: readonly BackendName[] = /* @__PURE__ */ candidates.map(({ name }) => name);

export const select: Select = /* @__PURE__ */ chooser(candidates, () => process.env['SLUICE_BACKEND']);
