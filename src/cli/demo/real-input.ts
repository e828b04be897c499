/** The demo on real history: people come when they last liked something, and held-out positives are played back. */

import {
  type Dataset,
  globalTimeSplit,
  loadMovieLens,
  perUserLastSplit,
  positives,
  type Split,
  strongGeneralisationSplit,
} from '../../index.ts';
import { createWorld } from '../../simulation/world.ts';
import type { DemoInput, Visit } from './input.ts';

/** Ratings of this value and above are positives, as in the literature on these data. */
const POSITIVE_FROM = 4;

/** Reads a directory in MovieLens layout. */
export async function realInput(directory: string, seed: number): Promise<DemoInput> {
  const dataset = await loadMovieLens(directory);
  const liked = positives(dataset.interactions, { from: POSITIVE_FROM });
  const lastSplit = perUserLastSplit(liked);
  const visits = visitsOf(dataset, lastSplit);
  return {
    dataset,
    history: lastSplit.folds[0].train,
    splits: [strongGeneralisationSplit(liked, { seed }), lastSplit, globalTimeSplit(liked)],
    model: { factors: 128, iterations: 16, regularization: 0.003, unobservedWeight: 1, seed },
    visits,
    visitCount: visits.length,
    world: createWorld({ titles: 2000, members: 1000, seed, launches: 40 }),
    simulated: false,
  };
}

/** One visit per test user, at the time of the held-out positive, in the order of time. */
function visitsOf({ interactions, userKeys, catalog }: Dataset, { folds }: Split): Visit[] {
  const { users, items, times } = interactions;
  const timeOf = new Map<number, number>();
  for (let e = 0; e < users.length; e++) timeOf.set(users[e] * catalog.size + items[e], times[e]);
  const visits = folds[0].cases.map(({ user, heldOut }): Visit => {
    const held = Array.from(heldOut, (row) => catalog.idOf(row));
    return {
      user: userKeys[user],
      time: timeOf.get(user * catalog.size + heldOut[0]) as number,
      plays: (shown) => shown.filter((id) => held.includes(id)),
      finds: held,
    };
  });
  return visits.sort((a, b) => a.time - b.time);
}
