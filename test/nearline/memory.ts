/** How does a test hold events and decisions? On a store that can crash, under a clock that it sets. */

import { DecisionLog } from '../../src/log/decision-log.ts';
import type { Event } from '../../src/log/event.ts';
import { EventLog } from '../../src/log/event-log.ts';
import { KeyMap } from '../../src/log/key-map.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { event, NOON } from '../log/records.ts';

/** The logs over a store, as they are found after opening it. */
export function openLogs(store = new ForgetfulStore()) {
  const users = new KeyMap(store);
  const events = new EventLog(store, users, { clock: () => NOON + 86_400_000 });
  let sent = 0;
  return {
    store,
    users,
    events,
    decisions: new DecisionLog(store),
    /** Appends an event of ada's with an id of its own. */
    observe: (changes: Partial<Event> = {}) => events.append(event(`event ${sent++}`, changes)),
  };
}
