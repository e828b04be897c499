/** What does a thread do that helps to search? Runs there, of `new Worker`, in Node and in browsers, and nowhere else. */

import { runSync } from './steps.ts';
import { WasmCodes } from './wasm-codes.ts';
import { WasmExchange } from './wasm-exchange.ts';
import { instantiate, instantiateOver, type KernelModules } from './wasm-kernels.ts';
import { WasmRows } from './wasm-rows.ts';
import { WasmSelector } from './wasm-selector.ts';
import { type Readers, work } from './wasm-stage.ts';
import type { Thread } from './wasm-thread.ts';

/** What the thread is given when it starts. */
export interface WasmHelp {
  readonly modules: Required<KernelModules>;
  readonly thread: Thread;
  readonly dimension: number;
  readonly exchange: WebAssembly.Memory;
  readonly rows: WebAssembly.Memory;
  readonly planes?: { readonly memory: WebAssembly.Memory; readonly readerFrom: number };
}

/** Goes through stages for ever: it ends when it is terminated. */
async function help(
  { modules, thread, dimension, ...memories }: WasmHelp,
  ready: () => void,
): Promise<never> {
  const { rows, planes } = memories;
  const over = (memory: WebAssembly.Memory) => instantiateOver(memory, modules.shared);
  const readers: Readers = {
    rows: new WasmRows(await over(rows), dimension, thread),
    codes: planes && new WasmCodes(await over(planes.memory), dimension, planes.readerFrom, thread),
    selector: new WasmSelector(await instantiate(modules.own)),
  };
  const exchange = new WasmExchange(memories.exchange);
  ready();
  for (let turn = 0; ; ) {
    turn = exchange.wait(turn);
    if (!exchange.join(turn)) continue;
    const stage = exchange.stage();
    const best = runSync(work(readers, stage, () => exchange.claim()));
    exchange.leave(thread.number, stage.keep, best.keys());
  }
}

// Node's threads have a port where those of browsers hear messages themselves.
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort;
if (port) port.once('message', (given: WasmHelp) => void help(given, () => port.postMessage('ready')));
else {
  const hear = ({ data }: MessageEvent<WasmHelp>) => void help(data, () => postMessage('ready'));
  addEventListener('message', hear, { once: true });
}
