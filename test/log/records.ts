/** What does a usual event, and a usual decision, look like? */

import type { DecisionRecord } from '../../src/log/decision.ts';
import type { Event } from '../../src/log/event.ts';

/** Noon of 1 May 2026. */
export const NOON = Date.UTC(2026, 4, 1, 12);

/** An event at noon. */
export function event(id: string, changes: Partial<Event> = {}): Event {
  return { id, user: 'ada', item: 'alien', type: 'click', time: NOON, ...changes };
}

/** A pending decision at noon, of three items. */
export function decision(decisionId: string, changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    decisionId,
    time: NOON,
    userNumber: 7,
    surface: 'home',
    snapshot: 'a'.repeat(64),
    stateSequence: 3,
    policy: 'beta-thompson 1 {"floor":0.01}',
    seed: 42,
    context: Float32Array.of(0.25, -1.5),
    pool: { rows: Uint32Array.of(5, 6, 7, 8), scores: Float32Array.of(0.4, 0.3, 0.2, 0.1) },
    shown: {
      rows: Uint32Array.of(6, 5, 8),
      scores: Float32Array.of(0.3, 0.4, 0.1),
      propensities: Float64Array.of(Number.NaN, Number.NaN, Number.NaN),
    },
    propensityState: 'pending',
    holdout: null,
    route: 'fast',
    cost: 0,
    degraded: false,
    ...changes,
  };
}
