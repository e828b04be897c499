/** Which backends are there in Node? `SLUICE_BACKEND` names one for all that name none. */

import { chooser, type Select } from './choose.ts';
import { nodeHost } from './host.node.ts';
import { nativeBackend } from './native.ts';
import { referenceBackend } from './reference.ts';
import { wasmBackend } from './wasm.ts';

export const select: Select = /* @__PURE__ */ chooser(
  () => [nativeBackend(), wasmBackend(nodeHost), referenceBackend(nodeHost)],
  () => process.env['SLUICE_BACKEND'],
);
