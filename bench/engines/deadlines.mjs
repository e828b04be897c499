/** How far beyond its deadline does a question run, where the provider never answers and ignores every signal? */

import { sluice } from './library.mjs';

/** Questions under way at a time, in rounds; a question every millisecond. */
const [CONCURRENT, ROUNDS] = [20, 100];

/** Milliseconds that a question may take. */
const TIME_MS = 40;

/** Percentiles of milliseconds, ascending. @param {number[]} over */
function percentiles(over) {
  over.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => over[Math.floor(share * over.length)];
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: over[over.length - 1] };
}

/**
 * Milliseconds beyond the deadline, over single questions; beside them bare timers of the same length, each set with a
 * question: what is late there is the machine's doing.
 */
export async function deadlineOvershoot() {
  const { ModelClient, RequestBudget } = await sluice();
  const model = { name: 'silent', complete: () => new Promise(() => {}) };
  const prices = { id: 'fixed', price: () => 1000, bound: () => 1000 };
  // Answers that nobody waits for any more must not take the places of others.
  const client = new ModelClient({
    ...{ model, prices, concurrency: CONCURRENT * 4, lateMs: 1 },
    breaker: { window: 10_000, minimum: 10_000 },
  });
  /** @type {number[]} */
  const over = [];
  /** @type {number[]} */
  const timers = [];
  const ask = async (/** @type {number} */ delayMs) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const reservation = new RequestBudget(1000).reserve(1000);
    if (!reservation) throw new Error('a budget of its own refused');
    const deadline = performance.now() + TIME_MS;
    const bare = new Promise((resolve) => setTimeout(() => resolve(performance.now() - deadline), TIME_MS));
    const { refused } = await client.ask({
      ...{ purpose: 'rerank', prompt: { system: '', user: 'Which?' }, schema: {}, maxOutputTokens: 10 },
      ...{ read: String, deadline, reservation },
    });
    over.push(performance.now() - deadline);
    if (refused !== 'deadline') throw new Error(`expected the deadline but received ${refused}`);
    timers.push(await bare);
  };
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(Array.from({ length: CONCURRENT }, (_, i) => ask(i)));
  return {
    questions: over.length,
    concurrent: CONCURRENT,
    ...percentiles(over),
    timers: percentiles(timers),
  };
}
