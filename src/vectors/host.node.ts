/** How does Node lend bytes and turns of its event loop? */

import { readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { SluiceError } from '../errors.ts';
import type { Host } from './host.ts';

/** The bytes of `prebuilt/decisions.wasm`. */
export function decisionBytes(): BufferSource {
  return readFileSync(new URL('../../prebuilt/decisions.wasm', import.meta.url));
}

export const nodeHost: Host = {
  kernels() {
    return readFile(new URL('../../prebuilt/kernels.wasm', import.meta.url));
  },

  async read(path, byteOffset, target) {
    const file = await open(path).catch((cause) => {
      throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a readable file at ${path}`, { cause });
    });
    try {
      let done = 0;
      while (done < target.byteLength) {
        const { bytesRead } = await file.read(target, done, target.byteLength - done, byteOffset + done);
        if (bytesRead === 0) {
          throw new SluiceError(
            'ERR_SLUICE_DATA_INVALID',
            `Expected ${target.byteLength} bytes from byte ${byteOffset} of ${path} but received ${done}`,
          );
        }
        done += bytesRead;
      }
    } finally {
      await file.close();
    }
  },

  yield() {
    return setImmediate();
  },
};
