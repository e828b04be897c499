/** The demo on a simulated world: its history, and members who play what they like of what they are shown. */

import { Catalog, categories, globalTimeSplit, numbers, RandomStream, TextColumn } from '../../index.ts';
import { createWorld, type World } from '../../simulation/world.ts';
import type { DemoInput, Visit } from './input.ts';

interface Options {
  readonly titles: number;
  readonly members: number;
  readonly requests: number;
  readonly seed: number;
}

/** Builds the world and its history; every figure from it is simulated. */
export function simulatedInput({ titles, members, requests, seed }: Options): DemoInput {
  const world = createWorld({ titles, members, seed, launches: Math.min(40, Math.floor(titles / 2)) });
  const history = world.history();
  const dataset = {
    catalog: catalogOf(world),
    userKeys: world.members.keys,
    interactions: history,
    rejects: { count: 0, details: [] },
  };
  return {
    dataset,
    history,
    splits: [globalTimeSplit(history)],
    model: { factors: 64, iterations: 8, regularization: 0.003, unobservedWeight: 0.1, seed },
    visits: visitsOf(world, dataset.catalog, requests, seed),
    visitCount: requests,
    world,
    simulated: true,
  };
}

function catalogOf({ titles }: World): Catalog {
  return new Catalog(titles.ids, {
    title: TextColumn.of(titles.names),
    genres: categories(titles.genres),
    year: numbers(Float64Array.from(titles.years)),
    availableFrom: numbers(titles.availableFrom),
    availableTo: numbers(titles.availableTo),
  });
}

function* visitsOf(world: World, catalog: Catalog, requests: number, seed: number): Generator<Visit> {
  let visit = 0;
  for (const { member, time } of world.requests(requests, seed)) {
    const random = new RandomStream(seed, `reaction ${visit++}`);
    yield {
      user: world.members.keys[member],
      time,
      plays(shown) {
        const rows = Uint32Array.from(shown, (id) => catalog.rowOf(id) as number);
        const played = world.react(member, rows, time, random);
        return shown.filter((_, i) => played[i] === 1);
      },
      finds: [],
    };
  }
}
