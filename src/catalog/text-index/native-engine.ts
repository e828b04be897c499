/** How is text searched by the native addon? Words go there folded, in chunks; searches run on its threads. */

import { type Addon, type AddonTextIndex, requireAddon } from '../../vectors/addon.ts';
import { abortable, native, nativeSync } from '../../vectors/native-calls.ts';
import { TextColumn } from '../text-column.ts';
import type { TextEngine } from './engine.ts';
import type { TextField } from './fields.ts';

/** Rows handed over before other work gets its turn: some 20 ms. */
const CHUNK = 5000;

/** An engine whose index is bytes outside the JavaScript heap, as a file holds them. */
export interface NativeTextEngine extends TextEngine {
  readonly rows: number;
  /** A copy of the index. */
  toBytes(): Uint8Array;
}

/** Indexes the fields of rows 0 to `rows - 1`. @throws ERR_SLUICE_NATIVE_REQUIRED, ERR_SLUICE_OUT_OF_MEMORY */
export async function buildNativeEngine(
  rows: number,
  fields: readonly TextField[],
): Promise<NativeTextEngine> {
  const addon = requireAddon('the native text index');
  const builder = new addon.TextIndexBuilder(Float64Array.from(fields, ({ weight }) => weight));
  for (const [field, { words }] of fields.entries()) {
    for (let first = 0; first < rows; first += CHUNK) {
      const count = Math.min(CHUNK, rows - first);
      const { bytes, offsets } = TextColumn.of(Array.from({ length: count }, (_, i) => words(first + i)));
      nativeSync(() => builder.add(field, bytes, offsets));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return engineOf(addon, await native(() => builder.finish(rows)));
}

/** Maps the file of an index. @throws as `TextIndex.open`. */
export async function openNativeEngine(path: string): Promise<NativeTextEngine> {
  const addon = requireAddon('the native text index');
  return engineOf(addon, await native(() => addon.openTextIndex(path)));
}

function engineOf(addon: Addon, index: AddonTextIndex): NativeTextEngine {
  return {
    name: 'native',
    rows: index.rows,
    async search(words, k, mask, signal) {
      const answer = await abortable(addon, signal, (flag) => index.search(words, k, mask, flag));
      // Null only where the signal fired, and then `abortable` throws.
      return { rows: answer!.ids, scores: answer!.scores };
    },
    toBytes: () => nativeSync(() => index.bytes()),
    close: () => index.close(),
  };
}
