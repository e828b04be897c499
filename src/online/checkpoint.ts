/** How does what a policy learned outlive the process? As bytes: a JSON line of names and lengths, then the numbers. */

import { SluiceError } from '../errors.ts';
import type { PolicyState } from '../funnel/policy.ts';

/** What is saved: the state, and the last settlement in it. */
export interface Checkpoint {
  readonly stateSequence: number;
  readonly state: PolicyState;
}

/** The checkpoint as bytes. */
export function encodeCheckpoint({ stateSequence, state }: Checkpoint): Uint8Array {
  const columns = Object.entries(state);
  const head = { version: 1, stateSequence, columns: columns.map(([name, { length }]) => [name, length]) };
  const header = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(
    4 + header.length + columns.reduce((sum, [, { byteLength }]) => sum + byteLength, 0),
  );
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = 4 + header.length;
  for (const [, { buffer, byteOffset, byteLength }] of columns) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** The checkpoint again. @throws ERR_SLUICE_STORE_FAILED for bytes that are none, or of a later version. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 4 + view.getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
    if (head.version !== 1) throw new RangeError(`version ${head.version}`);
    const state: Record<string, Float64Array> = {};
    for (const [name, length] of head.columns as [string, number][]) {
      state[name] = new Float64Array(bytes.slice(at, at + 8 * length).buffer);
      if (state[name].length !== length) throw new RangeError(`column ${name} is cut short`);
      at += 8 * length;
    }
    return { stateSequence: head.stateSequence, state };
  } catch (cause) {
    throw new SluiceError('ERR_SLUICE_STORE_FAILED', 'Expected a policy checkpoint but the bytes are none', {
      cause,
      remedy:
        'Delete the state directory of this engine only if its log may be lost; or use the version that wrote it.',
    });
  }
}
