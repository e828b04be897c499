/** A small trained snapshot and an engine on it, for tests. Two tastes: odd people like odd items, even ones even. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  Catalog,
  Engine,
  type EngineOptions,
  type Interactions,
  KeyMap,
  numbers,
  RandomStream,
  type Store,
  TextColumn,
  trainSnapshot,
} from '../../src/index.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { directoryWith } from '../offline/temporary.ts';

export const ITEMS = 60;
export const PEOPLE = 40;
export const NOW = Date.UTC(2026, 0, 1);

/** Items 0 to 59 by default; the ids say which taste they belong to. */
export const idOf = (item: number): string => `${item % 2 === 0 ? 'even' : 'odd'}-${item}`;
export const isEven = (id: string): boolean => id.startsWith('even');

const interactions = (): Interactions => {
  const random = new RandomStream(1, 'history');
  const users: number[] = [];
  const items: number[] = [];
  for (let user = 0; user < PEOPLE; user++) {
    for (let item = user % 2; item < ITEMS; item += 2) {
      if (random.uniform() > 0.4) continue;
      users.push(user);
      items.push(item);
    }
  }
  return {
    users: Uint32Array.from(users),
    items: Uint32Array.from(items),
    values: new Float32Array(users.length).fill(1),
    times: new Float64Array(users.length).fill(NOW - 1e9),
  };
};

/** Trains a snapshot; `ids` and `availableTo` by item may differ from the default. */
export async function snapshotIn(
  directory: string,
  name: string,
  store: Store,
  {
    ids = Array.from({ length: ITEMS }, (_, item) => idOf(item)),
    availableTo = new Float64Array(ITEMS).fill(Number.NaN),
    seed = 1,
  } = {},
): Promise<string> {
  const userKeys = Array.from({ length: PEOPLE }, (_, user) => `user-${user}`);
  const { path } = await trainSnapshot({
    dataset: {
      userKeys,
      catalog: new Catalog(ids, { title: TextColumn.of(ids), availableTo: numbers(availableTo) }),
    },
    positives: interactions(),
    userNumbers: await new KeyMap(store).assignAll(userKeys),
    directory: join(directory, name),
    factors: 8,
    iterations: 5,
    backend: 'typescript',
    seed,
  });
  return path;
}

/** A store in memory, a snapshot on the disk, and an engine on both that closes with the test. */
export async function engineFor(options: Partial<EngineOptions> = {}) {
  const directory = directoryWith();
  const store = new ForgetfulStore();
  const snapshot = await snapshotIn(directory, 'first', store);
  const clock = { now: NOW };
  let decisions = 0;
  const settings: EngineOptions = {
    snapshot,
    state: store,
    clock: () => clock.now,
    decisionId: () => `decision-${decisions++}`,
    ...options,
  };
  const engine = await Engine.open(settings);
  onTestFinished(() => engine.close().catch(() => {}));
  return { engine, store, directory, snapshot, clock, settings };
}
