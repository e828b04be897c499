/** How does Node lend bytes and turns of its event loop? */

import { readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { SluiceError } from '../errors.ts';
import type { Host, ThreadListener } from './host.ts';

/** The bytes of `prebuilt/decisions.wasm`. */
export function decisionBytes(): BufferSource {
  return readFileSync(new URL('../../prebuilt/decisions.wasm', import.meta.url));
}

export const nodeHost: Host = {
  kernels(shared = false) {
    const name = shared ? 'kernels-shared' : 'kernels';
    return readFile(new URL(`../../prebuilt/${name}.wasm`, import.meta.url));
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

  threads() {
    const wanted = Number(process.env['SLUICE_THREADS']);
    return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism();
  },

  refusesThreads() {
    return undefined;
  },

  startThread,
};

/** The same file from here and from dist/js. */
const WORKER = new URL('../../dist/js/wasm-worker.js', import.meta.url);

function startThread(message: unknown, { ready, lost }: ThreadListener): () => void {
  // Loaded with the first thread: it takes milliseconds of the time that importing Sluice may take.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(WORKER, { execArgv: [], name: 'sluice-search' });
  worker.once('message', () => {
    worker.unref();
    ready();
  });
  worker.on('error', (error: Error) => lost(error.message));
  worker.on('exit', (status) => lost(`it ended with status ${status}`));
  worker.postMessage(message);
  return () => void worker.terminate();
}
