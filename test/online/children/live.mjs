// Lives through steps of a small world from one on; prints each once all of it is durable. Repeating a step changes
// nothing, so that another process can take over wherever this one is killed.
import { Engine, RandomStream } from '../../../dist/js/index.js';
import { policies } from './policies.mjs';

const START = Date.UTC(2026, 0, 1);
const STEP_MS = 20_000;

const [, , snapshot, state, policy, first, steps] = process.argv;
let step = Number(first);
const now = () => START + step * STEP_MS;
const engine = await Engine.open({
  snapshot,
  state,
  policy: policies[policy],
  clock: now,
  decisionId: () => `decision-${step}`,
  attributionWindowMs: 2.5 * STEP_MS,
  settleEveryMs: 2 ** 31 - 1,
});
for (; step < Number(steps); step++) {
  const user = step % 3 === 0 ? `guest-${step % 5}` : `user-${step % 7}`;
  const decisionId = `decision-${step}`;
  const { items } = await engine
    .explain(decisionId)
    .catch(() => engine.recommend({ user, count: 4, deadlineMs: 60_000 }));
  await engine.flush();
  const chance = new RandomStream(5, step);
  for (const { id } of items) {
    const type = chance.uniform() < (id.startsWith('even') ? 0.6 : 0.1) ? 'play' : 'impression';
    await engine.observe({ id: `${decisionId} ${id}`, user, item: id, type, time: now(), decisionId });
  }
  await engine.flush();
  process.stdout.write(`${step}\n`);
}
await engine.close();
