/**
 * Spends from a budget until it is killed, and prints each amount once it is spent.
 * node spend.mjs DIRECTORY LIMIT AMOUNT
 */
import { writeSync } from 'node:fs';
import { Budget, openLmdbStore } from '../../../../dist/js/index.js';

const [directory, limit, amount] = process.argv.slice(2).map((text, i) => (i === 0 ? text : Number(text)));
const store = await openLmdbStore({ directory });
const budget = await Budget.open({ day: limit, store, now: () => Date.UTC(2026, 5, 1, 12) });
for (;;) {
  await budget.prepare({ limit: amount });
  const reservation = budget.request({ limit: amount }).reserve(amount);
  if (reservation) {
    reservation.settle();
    writeSync(1, `${amount}\n`);
  } else await new Promise((resolve) => setTimeout(resolve, 5));
}
