/** Does a policy that asks who it is for get what it needs, in the choice, in the feedback and in the replay? */

import { describe, expect, test, vi } from 'vitest';
import {
  BetaThompson,
  DecisionLog,
  Engine,
  type Feedback,
  type ItemVectors,
  type MakePolicy,
  type Policy,
  type Pool,
} from '../../src/index.ts';
import { engineFor, snapshotIn } from './trained.ts';

/**
 * Shows the items of largest <vector, context + what was learned>, plus noise from the stream; learns the vectors of
 * what succeeded. Depends on arms, vectors, context and feedback, so that nothing of them can be amiss unnoticed.
 */
class ContextPolicy implements Policy {
  readonly name = 'context@1';
  readonly explores = true;
  readonly contextual = true;
  readonly seen: { readonly pools: Pool[]; readonly feedback: Feedback[] } = { pools: [], feedback: [] };
  readonly #vectors: ItemVectors;
  readonly #learned: Float64Array;

  constructor(arms: number, vectors: ItemVectors) {
    expect(vectors.factors).toHaveLength(arms * vectors.dimension);
    this.#vectors = vectors;
    this.#learned = new Float64Array(vectors.dimension);
  }

  score({ rows, context }: Pool): Float64Array {
    expect(context).toHaveLength(this.#vectors.dimension);
    return Float64Array.from(rows, (row) =>
      this.#vector(row).reduce((sum, value, j) => sum + value * (context![j] + this.#learned[j]), 0),
    );
  }

  choose(pool: Pool, size: number, random: { uniform(): number }) {
    this.seen.pools.push(pool);
    const scores = this.score(pool).map((score) => score + 0.1 * random.uniform());
    const picks = Uint32Array.from(scores.keys())
      .sort((a, b) => scores[b] - scores[a])
      .slice(0, size);
    const propensities = new Float64Array(picks.length).fill(0.5);
    return { picks, propensities, conditional: propensities.map((p) => p / 2), estimate: () => propensities };
  }

  propensity(_: Pool, picks: Uint32Array): Float64Array {
    return new Float64Array(picks.length).fill(0.5);
  }

  update(feedback: Feedback): void {
    this.seen.feedback.push(feedback);
    feedback.rows.forEach((row, i) => {
      this.#vector(row).forEach((value, j) => {
        this.#learned[j] += feedback.rewards[i] * value * feedback.context![j];
      });
    });
  }

  snapshot() {
    return { learned: this.#learned.slice() };
  }

  restore({ learned }: { learned?: Float64Array }): void {
    this.#learned.set(learned!);
  }

  #vector(row: number): Float32Array {
    const { factors, dimension } = this.#vectors;
    return factors.subarray(row * dimension, (row + 1) * dimension);
  }
}

async function contextualEngine() {
  const made: ContextPolicy[] = [];
  const policy = (arms: number, vectors: ItemVectors) => {
    made.push(new ContextPolicy(arms, vectors));
    return made.at(-1)!;
  };
  return { made, ...(await engineFor({ policy, attributionWindowMs: 1000 })) };
}

type Fixture = Awaited<ReturnType<typeof contextualEngine>>;

/** Shows a slate whose first item is played, and closes its window. */
async function showAndPlay({ engine, clock }: Fixture, user: string) {
  const slate = await engine.recommend({ user });
  await engine.flush();
  const { decisionId } = slate;
  const item = slate.items[0].id;
  await engine.observe({ id: `e ${decisionId}`, user, item, type: 'play', time: clock.now, decisionId });
  clock.now += 5000;
  await engine.observe({ id: `s ${decisionId}`, user: 'nobody', item, type: 'impression', time: clock.now });
  await engine.flush();
  return slate;
}

describe('a contextual policy', () => {
  test('is given the vector of the person, which the record keeps with the conditional propensities', async () => {
    const { engine, store, made } = await contextualEngine();
    const one = await engine.recommend({ user: 'user-1' });
    await engine.recommend({ user: 'user-2' });
    await engine.flush();
    const [first, second] = made[0].seen.pools.map(({ context }) => context);
    expect(first).not.toEqual(second);
    const record = new DecisionLog(store).get(one.decisionId);
    expect(made[0].seen.pools[0].surface).toBe('home');
    expect(record?.context).toEqual(Float32Array.from(first!));
    expect(record?.shown.conditional).toEqual(new Float64Array(12).fill(0.25));
  });

  test('learns with the vector as it was when the slate was shown', async () => {
    const fixture = await contextualEngine();
    await showAndPlay(fixture, 'user-1');
    const [{ pools, feedback }] = fixture.made.map(({ seen }) => seen);
    expect(feedback).toHaveLength(1);
    expect(feedback[0].context).toEqual(Float32Array.from(pools[0].context!));
    // The play has moved the person since.
    await fixture.engine.recommend({ user: 'user-1' });
    expect(pools[1].context).not.toEqual(pools[0].context);
  });

  test('replays from its records, before and after a swap and a restart', async () => {
    const fixture = await contextualEngine();
    const { engine, store, directory, settings } = fixture;
    for (let i = 0; i < 5; i++) await showAndPlay(fixture, `user-${i}`);
    const slate = await engine.recommend({ user: 'user-9' });
    const replayed = { stateSequence: 5, replayed: true };
    expect(await engine.explain(slate.decisionId)).toMatchObject(replayed);
    const other = await snapshotIn(directory, 'second', store, { seed: 2 });
    await engine.swap(other);
    expect(await engine.explain(slate.decisionId)).toMatchObject(replayed);
    await engine.close();
    const again = await Engine.open({ ...settings, snapshot: other, state: store.crash() });
    expect(await again.explain(slate.decisionId)).toMatchObject(replayed);
    await again.close();
  });

  test('is taught nothing by the slates of another snapshot, whose vectors have other axes', async () => {
    const fixture = await contextualEngine();
    const { engine, store, directory, made } = fixture;
    await showAndPlay(fixture, 'user-1');
    await engine.swap(await snapshotIn(directory, 'second', store, { seed: 2 }));
    expect(made.at(-1)?.seen.feedback).toEqual([]);
    expect(engine.counters.policy).toMatchObject({ learned: 0, otherAxes: 1 });
    await showAndPlay(fixture, 'user-1');
    expect(engine.counters.policy).toMatchObject({ learned: 1, otherAxes: 1 });
    const { decisionId } = await engine.recommend({ user: 'user-3' });
    expect(await engine.explain(decisionId)).toMatchObject({ stateSequence: 2, replayed: true });
  });
});

test('a person whose vector is not finite fails the request instead of poisoning the log', async () => {
  const { engine } = await engineFor({
    stages: () => ({
      queryHydrators: {
        user: () => ({
          name: 'user',
          onFailure: 'closed',
          provides: ['vector', 'seen'],
          hydrateQuery: ({ query }) => {
            query.set('vector', new Float32Array(8).fill(Number.NaN));
            query.set('seen', new Uint32Array(0));
          },
          toJSON: () => ({ use: 'user' }),
        }),
      },
      scorers: {
        constant: () => ({
          name: 'constant',
          onFailure: 'closed',
          reads: [],
          writes: 'probability',
          score: (_, { size }) => new Float32Array(size).fill(0.5),
          toJSON: () => ({ use: 'constant' }),
        }),
      },
    }),
    funnel: {
      queryHydrators: [{ use: 'user' }],
      sources: [{ use: 'popular' }],
      scorers: [{ use: 'constant' }],
      selector: { use: 'policy' },
    },
  });
  await expect(engine.recommend({ user: 'a' })).rejects.toMatchObject({
    code: 'ERR_SLUICE_STAGE_FAILED',
    details: { stage: 'policy' },
    cause: { code: 'ERR_SLUICE_NON_FINITE' },
  });
});

test('every policy that the engine makes is closed once, when nothing asks its choices any more', async () => {
  const made: { closed: number; asked: number }[] = [];
  const policy: MakePolicy = (arms) => {
    const inner = new BetaThompson({ arms });
    const counts = { closed: 0, asked: 0 };
    made.push(counts);
    return Object.assign(Object.create(inner), {
      name: inner.name,
      explores: true,
      choose(...given: Parameters<Policy['choose']>) {
        const choice = inner.choose(...given);
        const estimate: typeof choice.estimate = (...stream) => {
          if (counts.closed > 0) counts.asked++;
          return choice.estimate(...stream);
        };
        return { ...choice, deferred: undefined, estimate };
      },
      score: (...given: Parameters<Policy['score']>) => inner.score(...given),
      update: (...given: Parameters<Policy['update']>) => inner.update(...given),
      snapshot: () => inner.snapshot(),
      restore: (...given: Parameters<Policy['restore']>) => inner.restore(...given),
      close: () => {
        counts.closed++;
      },
    });
  };
  const { engine, store, directory } = await engineFor({ policy });
  const slates = await Promise.all(
    Array.from({ length: 20 }, (_, i) => engine.recommend({ user: `user-${i}` })),
  );
  await engine.swap(await snapshotIn(directory, 'second', store, { seed: 2 }));
  await engine.flush();
  await engine.explain(slates[0].decisionId);
  await vi.waitFor(() => expect(made.map(({ closed }) => closed)).toEqual([1, 0, 1]));
  await engine.close();
  expect(made.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  expect(made.every(({ asked }) => asked === 0)).toBe(true);
});
