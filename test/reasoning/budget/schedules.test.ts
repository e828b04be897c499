/** Does a budget hold under every random schedule? */

import { expect, test } from 'vitest';
import { runSchedule } from './schedule.ts';

const SCHEDULES = 1000;
const CALLS = 2000;

test(`over ${SCHEDULES} schedules of ${CALLS} concurrent calls no limit is passed and held returns to 0`, async () => {
  const sums = { violations: 0, disagreements: 0, heldAtEnd: 0, granted: 0, refused: 0, jumps: 0 };
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const outcome = await runSchedule(seed, CALLS);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
  }
  expect(sums).toMatchObject({ violations: 0, disagreements: 0, heldAtEnd: 0 });
  // The schedules would prove nothing if hardly any were refused, or granted.
  expect(sums.granted).toBeGreaterThan(SCHEDULES * CALLS * 0.2);
  expect(sums.refused).toBeGreaterThan(SCHEDULES * CALLS * 0.2);
  expect(sums.jumps).toBeGreaterThan(SCHEDULES);
});
