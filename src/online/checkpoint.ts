/** How does what a policy learned outlive the process? As one record of the store. */

import type { PolicyState } from '../funnel/policy.ts';
import { RecordReader, RecordWriter } from '../log/codec.ts';

const VERSION = 1;

/** What is saved: the state, and the last settlement in it. */
export interface Checkpoint {
  readonly stateSequence: number;
  readonly state: PolicyState;
}

/** The checkpoint as bytes. */
export function encodeCheckpoint({ stateSequence, state }: Checkpoint): Uint8Array {
  const writer = new RecordWriter(VERSION).count(stateSequence);
  writer.text(JSON.stringify(Object.keys(state)));
  for (const column of Object.values(state)) writer.float64s(column);
  return writer.finish();
}

/** The checkpoint again. @throws ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const reader = new RecordReader(bytes, 'policy checkpoint', VERSION);
  const stateSequence = reader.count();
  const names: string[] = JSON.parse(reader.text());
  const state = Object.fromEntries(names.map((name) => [name, reader.float64s()]));
  reader.finish();
  return { stateSequence, state };
}
