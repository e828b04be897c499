/** How many events a second? Many callers observe at once, each acknowledged after the flush. */

import type { Engine } from '../../index.ts';

const EVENTS = 4000;
const CALLERS = 128;

/** Observes events of many people and items and counts the acknowledged ones per second. */
export async function throughput(engine: Engine, users: readonly string[], time: number) {
  const { catalog } = engine;
  const started = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < EVENTS) {
      const event = next++;
      await engine.observe({
        id: `throughput-${event}`,
        user: users[event % users.length],
        item: catalog.idOf((event * 7919) % catalog.size),
        type: 'play',
        time,
      });
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return { eventsPerSecond: (EVENTS / (performance.now() - started)) * 1000, callers: CALLERS };
}
