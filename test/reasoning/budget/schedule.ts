/** Does a budget hold under one random schedule of concurrent calls? Delays, aborts, throws, retries, clock jumps. */

import { RandomStream } from '../../../src/numerics/random.ts';
import { Budget } from '../../../src/reasoning/budget/budget.ts';
import type { ForgetfulStore } from '../../log/forgetful-store.ts';
import { OracleBooks } from './oracle-books.ts';
import { VirtualTime } from './virtual-time.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 1, 15);

/** What a schedule came to. */
export interface ScheduleOutcome {
  /** Limits passed, and money that appeared from nowhere, by the oracle's books. */
  readonly violations: number;
  /** Answers of `reserve` that the oracle would have given otherwise, either way. */
  readonly disagreements: number;
  readonly heldAtEnd: number;
  readonly granted: number;
  readonly refused: number;
  readonly jumps: number;
}

/**
 * Runs `calls` concurrent calls within some two days. With a store three processes spend from it, which is flushed at
 * random; what they refuse then depends on their leases, and no disagreements are counted.
 */
export async function runSchedule(
  seed: number,
  calls: number,
  store?: ForgetfulStore,
): Promise<ScheduleOutcome> {
  const random = new RandomStream(seed, 'schedule');
  const one = (values: readonly number[]) => values[random.below(values.length)];
  const maybe = <T>(value: T) => (random.uniform() < 0.75 ? value : undefined);
  const limits = {
    day: maybe(calls * one([50, 500, 2000])),
    tenant: maybe(calls * one([20, 100, 500])),
    user: maybe(one([3000, 20_000, 100_000])),
  };
  const utcOffsetMinutes = one([0, -300, 330, 720]);
  const time = new VirtualTime();
  let clock = START;
  const now = () => clock + time.now;
  const opening = store && setInterval(() => store.flush(), 0);
  const processes = await Promise.all(
    Array.from({ length: store ? 3 : 1 }, () => Budget.open({ ...limits, utcOffsetMinutes, now, store })),
  );
  clearInterval(opening);
  const books = new OracleBooks(limits, utcOffsetMinutes);
  books.visit(now());
  const outcome = { disagreements: 0, granted: 0, refused: 0, jumps: 0 };

  function* call(): Generator<number> {
    const keys = { user: random.below(40), tenant: `t${random.below(5)}`, day: '' };
    const limit = one([500, 2000, 10_000]);
    const request = processes[random.below(processes.length)].request({
      user: keys.user,
      tenant: keys.tenant,
      limit,
    });
    // Reading the clock opens a day, in the budget as in the books.
    books.visit(now());
    for (let attempt = 0; attempt < 3; attempt++) {
      yield random.below(2000);
      const amount = random.below(3000);
      const fits = amount <= request.available;
      const day = store ? books.dayOf(now()) : fits ? books.visit(now()) : null;
      const allowed = fits && day !== null && books.allows(day, keys, amount);
      const reservation = request.reserve(amount);
      if (store ? reservation && !allowed : allowed !== (reservation !== null)) outcome.disagreements++;
      if (!reservation || day === null) {
        outcome.refused++;
        continue;
      }
      outcome.granted++;
      books.take(day, keys, amount);
      const settle = (spent?: number) => {
        reservation.settle(spent);
        books.take(day, keys, (spent ?? amount) - amount);
      };
      yield random.below(50);
      const fate = random.uniform();
      // Aborted or broken before anything was sent; the second tries again.
      if (fate < 0.1) return settle(0);
      if (fate < 0.2) {
        settle(0);
        continue;
      }
      yield random.below(random.uniform() < 0.05 ? 12 * HOUR : 3000);
      // Aborted, late or broken afterwards: nobody knows what was spent.
      if (fate < 0.35) return settle();
      if (fate < 0.5) {
        settle();
        continue;
      }
      return settle(random.below(amount + 1));
    }
  }
  function* jump(): Generator<number> {
    yield random.below(8 * HOUR);
    outcome.jumps++;
    clock += one([-48, -25, -24, -1, -0.01, 0.01, 1, 9, 24, 72, 24 * 400]) * HOUR;
  }
  for (let i = 0; i < calls; i++) time.start(random.below(40 * HOUR), call());
  for (let i = random.below(12); i > 0; i--) time.start(random.below(40 * HOUR), jump());
  if (store) await time.runAsync(() => random.uniform() < 0.3 && store.flush());
  else time.run();
  const heldAtEnd = processes.reduce((sum, budget) => sum + budget.report().held, 0);
  return { ...outcome, violations: books.violations, heldAtEnd };
}
