/** Does nothing lead from a person who was forgotten to what they did? */

import { expect, onTestFinished, test } from 'vitest';
import { Engine, EpsilonGreedy } from '../../src/index.ts';
import { engineFor, idOf, NOW } from './trained.ts';

const greedy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0 });
const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id);

test("a person who is forgotten is somebody new, also after a crash, and their decisions are nobody's", async () => {
  const { engine, store, settings } = await engineFor({ policy: greedy });
  const stranger = ids(await engine.recommend({ user: 'stranger' }));
  const before = await engine.recommend({ user: 'user-1' });
  for (const id of ids(before)) {
    await engine.observe({ id: `e ${id}`, user: 'user-1', item: id, type: 'play', time: NOW });
  }
  expect(ids(await engine.recommend({ user: 'user-1' }))).not.toEqual(stranger);
  expect(await engine.forget('user-1')).toBe(true);
  expect(ids(await engine.recommend({ user: 'user-1' }))).toEqual(stranger);
  expect(await engine.explain(before.decisionId)).toMatchObject({ user: null, replayed: true });
  await engine.flush();

  const again = await Engine.open({ ...settings, state: store.crash() });
  onTestFinished(() => again.close());
  expect(await again.explain(before.decisionId)).toMatchObject({ user: null });
  expect(ids(await again.recommend({ user: 'user-1' }))).toEqual(stranger);
});

test('forgetting nobody says so, and what is no key is refused', async () => {
  const { engine } = await engineFor();
  expect(await engine.forget('nobody')).toBe(false);
  await expect(engine.forget('')).rejects.toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  await engine.close();
  await expect(engine.forget('user-1')).rejects.toMatchObject({ code: 'ERR_SLUICE_CLOSED' });
});

test('a person may be forgotten while requests and events of theirs are under way', async () => {
  const { engine } = await engineFor();
  const event = { user: 'user-1', item: idOf(1), type: 'play', time: NOW };
  const [slate, acknowledgement, forgotten] = await Promise.all([
    engine.recommend({ user: 'user-1' }),
    engine.observe({ ...event, id: 'e' }),
    engine.forget('user-1'),
  ]);
  expect(forgotten).toBe(true);
  expect(acknowledgement).toMatchObject({ sequence: 1, duplicate: false });
  await engine.flush();
  expect(await engine.explain(slate.decisionId)).toMatchObject({ user: null, replayed: true });
});
