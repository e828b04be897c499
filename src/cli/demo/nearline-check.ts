/** Does a click change the next slate? The same person is served before and after one event, without exploration. */

import { type Engine, type Slate, SluiceError } from '../../index.ts';

const ids = ({ items }: Slate): string[] => items.map(({ id }) => id);

/**
 * Asks for somebody, lets them play the last item of the slate, and asks again.
 *
 * The engine must not explore, so that nothing but the event can have changed the slate; the item itself is left out
 * of the comparison, since what was seen is filtered in any case.
 */
export async function nearlineCheck(engine: Engine, user: string, time: number) {
  const before = ids(await engine.recommend({ user, time }));
  const item = before.at(-1);
  if (item === undefined) throw new SluiceError('ERR_SLUICE_INTERNAL', 'Expected a slate but it is empty');
  const started = performance.now();
  await engine.observe({ id: 'nearline-check', user, item, type: 'play', time });
  const observedMs = performance.now() - started;
  const after = ids(await engine.recommend({ user, time }));
  const others = before.filter((id) => id !== item);
  const changed = others.some((id, place) => after[place] !== id);
  return { changed, event: item, before, after, observeMs: observedMs };
}
