/** What happens when people come? A slate is served, their reaction observed, and the engine learns from it. */

import type { Engine } from '../../index.ts';
import type { DemoInput } from './input.ts';
import { Latencies } from './latency.ts';

/** A clock that the demo sets: its visits happen when the history says, not now. */
export class DemoClock {
  now = 0;
}

/** Requests that warm the code up and are not measured. */
const WARM_UP = 50;

/** Serves all visits, one after the other. */
export async function playback(
  engine: Engine,
  { visits, visitCount }: Pick<DemoInput, 'visits' | 'visitCount'>,
  clock: DemoClock,
  onProgress: (share: number) => void,
) {
  const latencies = new Latencies();
  let requests = 0;
  let shown = 0;
  let played = 0;
  let events = 0;
  for (const { user, time, plays, finds } of visits) {
    clock.now = Math.max(clock.now, time);
    const slate = await engine.recommend({ user });
    if (requests >= Math.min(WARM_UP, visitCount / 10)) latencies.add(slate);
    const liked = plays(slate.items.map(({ id }) => id));
    const observed = [
      ...liked.map((item) => ({ item, decisionId: slate.decisionId })),
      ...finds.filter((item) => !liked.includes(item)).map((item) => ({ item })),
    ];
    for (const event of observed) {
      clock.now += 1000;
      await engine.observe({
        id: `visit-${requests}-${event.item}`,
        user,
        type: 'play',
        time: clock.now,
        ...event,
      });
    }
    requests++;
    shown += slate.items.length;
    played += liked.length;
    events += observed.length;
    onProgress(requests / visitCount);
  }
  return { requests, shown, played, events, latencyMs: latencies.report() };
}
