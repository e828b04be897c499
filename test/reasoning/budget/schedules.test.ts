/** Does a budget hold under every random schedule? */

import { expect, test } from 'vitest';
import { ForgetfulStore } from '../../log/forgetful-store.ts';
import { runSchedule } from './schedule.ts';

const SCHEDULES = 1000;
const CALLS = 2000;

test(`over ${SCHEDULES} schedules of ${CALLS} concurrent calls no limit is passed and held returns to 0`, async () => {
  await runSchedules(SCHEDULES, CALLS, () => undefined);
}, 300_000);

test('the same holds of three processes that lease from one store', async () => {
  await runSchedules(20, 500, () => new ForgetfulStore({ flushes: 'held' }));
});

async function runSchedules(schedules: number, calls: number, store: () => ForgetfulStore | undefined) {
  const sums = { violations: 0, disagreements: 0, heldAtEnd: 0, granted: 0, refused: 0, jumps: 0 };
  for (let seed = 1; seed <= schedules; seed++) {
    const outcome = await runSchedule(seed, calls, store());
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
  }
  expect(sums).toMatchObject({ violations: 0, disagreements: 0, heldAtEnd: 0 });
  // The schedules would prove nothing if hardly any were refused, or granted.
  expect(sums.granted).toBeGreaterThan(schedules * calls * 0.2);
  expect(sums.refused).toBeGreaterThan(schedules * calls * 0.2);
  expect(sums.jumps).toBeGreaterThan(schedules);
}
