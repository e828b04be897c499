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
  kernels(shared = false) {
    return fetched(
      shared
        ? new URL('../../prebuilt/kernels-shared.wasm', import.meta.url)
        : new URL('../../prebuilt/kernels.wasm', import.meta.url),
    );
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

  threads() {
    return globalThis.navigator?.hardwareConcurrency ?? 1;
  },

  refusesThreads() {
    if (typeof Worker === 'undefined') return 'this runtime has no Web Workers';
    if (globalThis.crossOriginIsolated === true) return undefined;
    return 'the page is not cross-origin isolated (Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy)';
  },

  startThread(message, { ready, lost }) {
    // Bundlers look for just this expression.
    const worker = new Worker(new URL('../../dist/js/wasm-worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ready;
    worker.onerror = (event) => lost(event.message || 'its script cannot be loaded');
    worker.onmessageerror = () => lost('it cannot be sent a message');
    worker.postMessage(message);
    return () => worker.terminate();
  },
};
