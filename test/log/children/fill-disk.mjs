/**
 * Appends events until the disk is full, then tries again, and prints what became of it as one JSON object.
 * node fill-disk.mjs DIRECTORY
 */
import { EventLog, KeyMap, openLmdbStore } from '../../../dist/js/index.js';

const store = await openLmdbStore({ directory: process.argv[2] });
const log = new EventLog(store, new KeyMap(store));
const acknowledged = [];
const refused = [];

for (let i = 0; refused.length < 30; i += 10) {
  const ids = Array.from({ length: 10 }, (_, k) => `e${i + k}`);
  const attempts = await Promise.allSettled(
    ids.map((id) => log.append({ id, user: 'ada', item: 'x'.repeat(256), type: 'click', time: Date.now() })),
  );
  attempts.forEach(({ status, reason }, k) => {
    if (status === 'fulfilled') acknowledged.push(ids[k]);
    else refused.push({ id: ids[k], code: reason.code, remedy: reason.remedy });
  });
}

// Turns of the event loop in which a promise that nobody caught would end the process.
await new Promise((resolve) => setTimeout(resolve, 50));
const readable = [...log.read()].length;
await store.close();
process.stdout.write(JSON.stringify({ acknowledged, refused, readable }));
