/**
 * Appends events over a store until it is killed or has appended enough, and prints each id once it is acknowledged.
 * node append.mjs DIRECTORY PREFIX COUNT CONCURRENCY
 */
import { writeSync } from 'node:fs';
import { EventLog, KeyMap, openLmdbStore } from '../../../dist/js/index.js';

const [directory, prefix, count, concurrency] = process.argv.slice(2);
const store = await openLmdbStore({ directory });
const log = new EventLog(store, new KeyMap(store));
let next = 0;

async function work() {
  while (next < Number(count)) {
    const i = next++;
    const id = `${prefix}-${i}`;
    await log.append({
      id,
      user: `user ${i % 17}`,
      item: `item ${i}`,
      type: 'click',
      time: Date.now(),
      decisionId: 'd',
    });
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));
await store.close();
