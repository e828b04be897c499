/** Do slates and safety work within an engine? Their records, propensities and replays. */

import { describe, expect, test } from 'vitest';
import {
  BetaThompson,
  BlockedArms,
  ClickCorrected,
  DecisionLog,
  DiverseSlates,
  decisionKernels,
  ExplorationBudget,
  type MakePolicy,
  MinimumTraffic,
  PinnedArms,
  PlackettLuce,
  PositionBasedModel,
} from '../../src/index.ts';
import { engineFor } from './trained.ts';

const kernels = decisionKernels('reference');
const thompson = (arms: number) => new BetaThompson({ arms });
const cases: [string, MakePolicy][] = [
  [
    'Plackett-Luce slates',
    (arms) => new PlackettLuce({ kernels, policy: thompson(arms), temperature: 0.05 }),
  ],
  [
    'diverse slates',
    (arms, { factors, dimension }) =>
      new DiverseSlates({ policy: thompson(arms), vectors: factors, dimension, shortlist: 20 }),
  ],
  [
    'pinned and blocked arms, minimum traffic and click correction',
    (arms) =>
      new BlockedArms({
        rows: [2, 5],
        policy: new PinnedArms({
          pins: [{ row: 7, place: 1 }],
          policy: new MinimumTraffic({
            shares: new Map([[9, 0.1]]),
            policy: new ClickCorrected({
              policy: thompson(arms),
              model: new PositionBasedModel(Array.from({ length: 12 }, (_, place) => 1 / (1 + place))),
              by: 'discounted',
            }),
          }),
        }),
      }),
  ],
];

describe('an engine', () => {
  test.each(cases)('logs %s with their propensities, learns, and replays them', async (name, policy) => {
    const { engine, store, clock } = await engineFor({ policy, attributionWindowMs: 1000 });
    let last = '';
    for (let i = 0; i < 6; i++) {
      const slate = await engine.recommend({ user: `user-${i}`, count: 5 });
      const [{ id: item }] = slate.items;
      const at = { time: clock.now, user: `user-${i}`, decisionId: slate.decisionId };
      await engine.observe({ id: `e${i}`, item, type: 'click', ...at });
      await engine.flush();
      clock.now += 5000;
      last = slate.decisionId;
    }
    await engine.flush();
    const record = new DecisionLog(store).get(last);
    expect(record?.propensityState).toBe('estimated');
    expect(record?.shown.propensities.every((p) => p > 0 && p <= 1)).toBe(true);
    expect(record?.shown.conditional?.length).toBe(name.startsWith('Plackett') ? 5 : undefined);
    expect(await engine.explain(last)).toMatchObject({ replayed: true });
    expect(engine.counters.policy.refused).toBe(0);
    expect(engine.counters.policy.learned).toBeGreaterThan(3);
  });

  test('keeps the account of each surface, and does not claim to replay what was spent from it', async () => {
    let budget: ExplorationBudget | undefined;
    const { engine } = await engineFor({
      policy: (arms) => {
        budget = new ExplorationBudget({ policy: thompson(arms), share: 0.5, of: 'decisions' });
        return budget;
      },
    });
    const slates = [];
    for (const surface of ['home', 'home', 'detail']) {
      slates.push(await engine.recommend({ user: 'user-1', surface }));
    }
    await engine.flush();
    expect(budget?.account('home').decisions).toBe(2);
    expect(budget?.account('detail').decisions).toBe(1);
    // The first of a surface has saved nothing to explore with.
    const [first] = (await engine.explain(slates[0].decisionId)).items;
    expect(first).toMatchObject({ propensity: 1, greedyPosition: 0 });
    expect((await engine.explain(slates[1].decisionId)).replayed).toBeNull();
  });
});
