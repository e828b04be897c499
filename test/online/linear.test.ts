/** Do linear bandits learn in the engine, over the vectors of the snapshot and of the people who ask? */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { simulatedInput } from '../../src/cli/demo/simulated-input.ts';
import {
  DecisionLog,
  decisionKernels,
  Engine,
  EpsilonGreedy,
  KeyMap,
  LinTs,
  LinUcb,
  type MakePolicy,
  type ModelOptions,
  RandomStream,
  SharedModel,
  trainSnapshot,
} from '../../src/index.ts';
import { hourOf } from '../../src/simulation/rhythm.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';

const SEED = 3;
const VISITS = 120;
const FACTORS = 16;

const modelOf = (vectors: Parameters<MakePolicy>[1]): SharedModel => {
  const { dimension, factors } = vectors;
  const options: ModelOptions = {
    kernels: decisionKernels(),
    dimension,
    vectors: factors,
    context: true,
    lambda: 10,
    prior: new Float64Array(dimension).fill(0.2),
  };
  return new SharedModel(options);
};

const uniform: MakePolicy = (arms) => new EpsilonGreedy({ arms, epsilon: 1 });
const linTs: MakePolicy = (_, vectors) => new LinTs({ model: modelOf(vectors) });
const linUcb: MakePolicy = (_, vectors) => new LinUcb({ model: modelOf(vectors) });

const input = simulatedInput({ titles: 400, members: 150, requests: VISITS, seed: SEED });
const { world, dataset } = input;

/** A store that knows the people of the world, each time by the same numbers. */
async function storeOfPeople() {
  const store = new ForgetfulStore();
  let drawn = 0;
  const people = new KeyMap(store, { draw: () => drawn++ });
  return { store, userNumbers: await people.assignAll(dataset.userKeys) };
}

const directory = mkdtempSync(join(tmpdir(), 'sluice-linear-'));
afterAll(() => rmSync(directory, { recursive: true }));
let snapshot: string;
beforeAll(async () => {
  const { userNumbers } = await storeOfPeople();
  const { path } = await trainSnapshot({
    ...input.model,
    factors: FACTORS,
    dataset,
    positives: input.history,
    userNumbers,
    directory: join(directory, 'snapshot'),
  });
  snapshot = path;
});

/** Serves the visits of the world to a policy; what its slates are worth by the truth, and what is left behind. */
async function serve(policy: MakePolicy) {
  const { store } = await storeOfPeople();
  let now = world.now;
  let decisions = 0;
  const engine = await Engine.open({
    snapshot,
    state: store,
    policy,
    clock: () => now,
    decisionId: () => `decision-${decisions++}`,
    settleEveryMs: 2 ** 31 - 1,
  });
  onTestFinished(() => engine.close().catch(() => {}));
  let expectedPlays = 0;
  for (const { member, time } of world.requests(VISITS, SEED)) {
    now = Math.max(now, time);
    const user = dataset.userKeys[member];
    const { items, decisionId } = await engine.recommend({ user, deadlineMs: 60_000 });
    const titles = Uint32Array.from(items, ({ id }) => engine.catalog.rowOf(id)!);
    for (const title of titles) expectedPlays += world.playProbability(member, title, hourOf(time));
    const played = world.react(member, titles, time, new RandomStream(SEED, decisionId));
    for (const { id: item } of items.filter((_, i) => played[i] === 1)) {
      await engine.observe({ id: `${decisionId} ${item}`, user, item, type: 'play', time: now, decisionId });
    }
  }
  now += 3_600_000;
  const last = { user: 'nobody', item: dataset.catalog.idOf(0), type: 'impression', time: now };
  await engine.observe({ ...last, id: 'last' });
  await engine.flush();
  return { engine, store, expectedPlays };
}

test.each([
  ['lin-ts', 'estimated', linTs],
  ['lin-ucb', 'exact', linUcb],
] as const)(
  '%s beats chance, learns every slate, and replays bit for bit',
  async (_, propensityState, policy) => {
    const chance = await serve(uniform);
    const { engine, store, expectedPlays } = await serve(policy);
    expect(expectedPlays).toBeGreaterThan(1.5 * chance.expectedPlays);
    const { policy: counts, propensities } = engine.counters;
    expect(counts).toEqual({ learned: VISITS, missing: 0, refused: 0, otherAxes: 0, unknownArms: 0 });
    expect(propensities).toMatchObject({
      completed: propensityState === 'exact' ? 0 : VISITS,
      onMainThread: 0,
    });
    const records = [...new DecisionLog(store).range()];
    expect(records).toHaveLength(VISITS);
    for (const record of records) {
      expect(record.propensityState).toBe(propensityState);
      expect(record.context).toHaveLength(FACTORS);
      expect(record.shown.propensities.every((p) => p > 0 && p <= 1)).toBe(true);
    }
    for (const visit of [0, VISITS / 2, VISITS - 1]) {
      expect(await engine.explain(`decision-${visit}`)).toMatchObject({ replayed: true });
    }
  },
);
