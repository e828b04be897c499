/** How do browsers and edge runtimes lend bytes and turns of their event loop? */

import { SluiceError } from '../errors.ts';
import type { Host } from './host.ts';

/** The bytes of `prebuilt/decisions.wasm`. @throws ERR_SLUICE_BACKEND_UNAVAILABLE */
export function decisionBytes(): Promise<BufferSource> {
  return fetched(new URL('../../prebuilt/decisions.wasm', import.meta.url));
}

async function fetched(url: URL): Promise<BufferSource> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new SluiceError(
      'ERR_SLUICE_BACKEND_UNAVAILABLE',
      `Expected ${url} but received ${response.status}`,
    );
  }
  return response.arrayBuffer();
}

export const browserHost: Host = {
  kernels() {
    return fetched(new URL('../../prebuilt/kernels.wasm', import.meta.url));
  },

  async read(path) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected rows in memory but received the file ${path}: a browser has no files`,
      { remedy: 'Fetch the rows and pass them as `data`.' },
    );
  },

  // Not a timer: browsers round those up to 4 ms once they are nested.
  yield() {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        resolve();
      };
      channel.port2.postMessage(null);
    });
  },
};
