// Recommends and observes without end; prints the id of each event once it was acknowledged.
import { writeSync } from 'node:fs';
import { Engine } from '../../../dist/js/index.js';

const [, , snapshot, state, round] = process.argv;
const engine = await Engine.open({ snapshot, state });
const caller = async (who) => {
  for (let i = 0; ; i++) {
    const id = `${round}-${who}-${i}`;
    const user = `user-${(who * 7 + i) % 40}`;
    const { items, decisionId } = await engine.recommend({ user, count: 3 });
    await engine.observe({
      id,
      user,
      item: items[0]?.id ?? 'even-0',
      type: 'play',
      time: Date.now(),
      decisionId,
    });
    writeSync(1, `${id}\n`);
  }
};
await Promise.all([0, 1, 2, 3].map(caller));
