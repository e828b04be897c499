/** How long does it take to reserve money and to settle it? In memory, and from slices of a store on the disk. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sluice } from './library.mjs';

/** Calls of one run; the least of the runs counts, for nothing makes a loop faster than it is. */
const CALLS = 20_000;

/** Microseconds of a reservation with its settlement below three limits. @param {number} budgetMs */
export async function reservationTimes(budgetMs) {
  const { Budget, openLmdbStore } = await sluice();
  const limits = { user: 2 ** 50, tenant: 2 ** 50, day: 2 ** 50 };
  const request = { user: 7, tenant: 'a', limit: 2 ** 40 };
  const least = async (/** @type {Awaited<ReturnType<typeof Budget.open>>} */ budget) => {
    await budget.prepare(request);
    let best = Number.POSITIVE_INFINITY;
    const started = performance.now();
    while (performance.now() - started < budgetMs) {
      const start = performance.now();
      const money = budget.request(request);
      for (let i = 0; i < CALLS; i++) money.reserve(1000)?.settle(600);
      best = Math.min(best, ((performance.now() - start) * 1000) / CALLS);
    }
    await budget.close();
    return best;
  };
  const memoryUs = await least(await Budget.open(limits));
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const store = await openLmdbStore({ directory });
  try {
    return { memoryUs, leasedUs: await least(await Budget.open({ ...limits, store })) };
  } finally {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
