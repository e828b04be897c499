/** How does the log keep an event? As a record of some 100 bytes; its sequence is the key. */

import { RecordReader, RecordWriter } from './codec.ts';
import type { LoggedEvent } from './event.ts';

const VERSION = 1;

/** The bytes of an event, without its sequence. @internal */
export function encodeEvent(event: Omit<LoggedEvent, 'sequence'>): Uint8Array {
  return new RecordWriter(VERSION)
    .text(event.id)
    .count(event.userNumber)
    .text(event.item)
    .text(event.type)
    .number(event.time)
    .number(event.value)
    .optionalText(event.decisionId)
    .number(event.receivedAt)
    .finish();
}

/** The event again. @throws ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW. @internal */
export function decodeEvent(sequence: number, bytes: Uint8Array): LoggedEvent {
  const reader = new RecordReader(bytes, `event ${sequence}`, VERSION);
  const id = reader.text();
  const userNumber = reader.count();
  const item = reader.text();
  const type = reader.text();
  const time = reader.number();
  const value = reader.number();
  const decisionId = reader.optionalText();
  const receivedAt = reader.number();
  reader.finish();
  const event = { sequence, id, userNumber, item, type, time, value, receivedAt };
  return decisionId === null ? event : { ...event, decisionId };
}
