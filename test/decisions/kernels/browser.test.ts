import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { decisionKernels, loadDecisionKernels } from '../../../src/decisions/kernels/select.browser.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a browser computes in TypeScript until WebAssembly is loaded, and says so where it is asked for', async () => {
  expect(decisionKernels().name).toBe('reference');
  expect(() => decisionKernels('wasm')).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_BACKEND_UNAVAILABLE' }),
  );
  expect(() => decisionKernels('native' as never)).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
  );
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  await expect(loadDecisionKernels()).rejects.toMatchObject({ code: 'ERR_SLUICE_BACKEND_UNAVAILABLE' });
  vi.stubGlobal('fetch', async (url: URL) => new Response(readFileSync(url)));
  expect((await loadDecisionKernels()).name).toBe('wasm');
  expect(decisionKernels().name).toBe('wasm');
  expect(decisionKernels('reference').name).toBe('reference');
});
