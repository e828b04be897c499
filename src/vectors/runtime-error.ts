/** What is said of a failure inside ONNX Runtime or TensorFlow.js? */

import { SluiceError } from '../errors.ts';

/** ERR_SLUICE_OUT_OF_MEMORY where the runtime speaks of that, else ERR_SLUICE_RUNTIME_FAILED, with its words. */
export function runtimeError(runtime: string, cause: unknown): SluiceError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim();
  const code = /alloc|out of memory/i.test(reason) ? 'ERR_SLUICE_OUT_OF_MEMORY' : 'ERR_SLUICE_RUNTIME_FAILED';
  return new SluiceError(code, `Expected ${runtime} to work but it failed: ${reason}`, { cause });
}
