/** How is the suite run over the addon, with one instruction set? Each test file is a process of its own. */

import { describe, expect, test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import { backendContract } from './backends.ts';

/** `isa` as in `SLUICE_ISA`; undefined for the best of this machine. */
export function nativeContract(isa?: 'avx2' | 'scalar'): void {
  if (isa !== undefined) process.env['SLUICE_ISA'] = isa;
  const probe = probeAddon();
  if (!probe.ok) {
    test.skip(`native: no addon here (${probe.reason})`, () => {});
    return;
  }
  const lowest = process.arch === 'x64' ? 'sse2' : 'scalar';
  if (isa === 'avx2' && probe.info.isa !== 'avx2') {
    test.skip(`native: this machine has no AVX2, the kernels are ${probe.info.isa}`, () => {});
    return;
  }
  describe(`kernels: ${probe.info.isa}`, () => {
    if (isa === 'scalar') test('are the lowest ones', () => expect(probe.info.isa).toBe(lowest));
    backendContract('native');
  });
}
