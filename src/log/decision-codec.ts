/** How does the log keep a decision? As a record of 2.4 KB with a pool of 256, .4 KB without, and the context. */

import { RecordReader, RecordWriter } from './codec.ts';
import type { DecisionRecord, PropensityState, WithheldItems } from './decision.ts';
import { readRouting, writeRouting } from './routing.ts';

/** Since version 2 with context and conditional propensities, since version 3 with withheld items, since version 4
 * with a reasoner's order and what a router decided. */
const VERSION = 4;
const STATES: readonly PropensityState[] = ['exact', 'estimated', 'pending'];

/** The bytes of a decision. @internal */
export function encodeDecision(record: DecisionRecord): Uint8Array {
  const { pool, shown, context, withheld } = record;
  const writer = new RecordWriter(VERSION)
    .text(record.decisionId)
    .number(record.time)
    .count(record.userNumber)
    .text(record.surface)
    .text(record.snapshot)
    .count(record.stateSequence)
    .text(record.policy)
    .number(record.seed)
    .uint32s(shown.rows)
    .float32s(shown.scores)
    .float64s(shown.propensities)
    .byte(STATES.indexOf(record.propensityState))
    .count(record.draws ?? 0)
    .optionalText(record.holdout)
    .text(record.route)
    .count(record.cost)
    .byte(record.degraded ? 1 : 0)
    .byte(pool === null ? 0 : 1);
  if (pool !== null) writer.uint32s(pool.rows).float32s(pool.scores);
  writer.byte(context === null ? 0 : 1);
  if (context !== null) writer.float32s(context);
  writer.byte(shown.conditional === undefined ? 0 : 1);
  if (shown.conditional !== undefined) writer.float64s(shown.conditional);
  writer.byte(withheld === undefined ? 0 : 1);
  if (withheld !== undefined) {
    const { share, rows, scores, places } = withheld;
    writer.number(share).uint32s(rows).float32s(scores).uint32s(places);
  }
  writer.byte(record.order === undefined ? 0 : 1);
  if (record.order !== undefined) writer.uint32s(record.order);
  const routings = record.routings ?? [];
  writer.count(routings.length);
  for (const routing of routings) writeRouting(writer, routing);
  return writer.finish();
}

/** The decision again. @throws ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW. @internal */
export function decodeDecision(bytes: Uint8Array): DecisionRecord {
  const reader = new RecordReader(bytes, 'decision record', VERSION);
  const decisionId = reader.text();
  const time = reader.number();
  const userNumber = reader.count();
  const surface = reader.text();
  const snapshot = reader.text();
  const stateSequence = reader.count();
  const policy = reader.text();
  const seed = reader.number();
  const shown = { rows: reader.uint32s(), scores: reader.float32s(), propensities: reader.float64s() };
  const propensityState = STATES[reader.byte()];
  const draws = reader.count();
  const holdout = reader.optionalText();
  const route = reader.text();
  const cost = reader.count();
  const degraded = reader.byte() === 1;
  const pool = reader.byte() === 0 ? null : { rows: reader.uint32s(), scores: reader.float32s() };
  const since2 = reader.version >= 2;
  const context = since2 && reader.byte() === 1 ? reader.float32s() : null;
  const conditional = since2 && reader.byte() === 1 ? reader.float64s() : undefined;
  const withheld = reader.version >= 3 && reader.byte() === 1 ? readWithheld(reader) : undefined;
  const since4 = reader.version >= 4;
  const order = since4 && reader.byte() === 1 ? reader.uint32s() : undefined;
  const routings = since4 ? Array.from({ length: reader.count() }, () => readRouting(reader)) : [];
  reader.finish();
  return {
    decisionId,
    time,
    userNumber,
    surface,
    snapshot,
    stateSequence,
    policy,
    seed,
    context,
    pool,
    shown: conditional ? { ...shown, conditional } : shown,
    propensityState,
    ...(draws > 0 && { draws }),
    holdout,
    ...(withheld && { withheld }),
    route,
    ...(order && { order }),
    ...(routings.length > 0 && { routings }),
    cost,
    degraded,
  };
}

function readWithheld(reader: RecordReader): WithheldItems {
  return {
    share: reader.number(),
    rows: reader.uint32s(),
    scores: reader.float32s(),
    places: reader.uint32s(),
  };
}
