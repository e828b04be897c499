/** How long does a search take? Warmed up, queries in turn, in rounds, as percentiles. */

/**
 * @typedef {object} Timing
 * @property {number} p50Ms
 * @property {number} p95Ms
 * @property {number} minMs
 */

/** The share `p` of sorted times, by the nearest rank. @param {number[]} sorted @param {number} p */
const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)];

/**
 * Times `search(i)` for every query, round after round: at least one round, three unless they take longer than
 * `budgetMs`, more while half of that is left. The answers are those of the first round.
 * @template Answer
 * @param {(i: number) => Answer | Promise<Answer>} search
 * @param {number} count of queries
 * @returns {Promise<Timing & { answers: Answer[] }>}
 */
export async function measure(search, count, budgetMs = 4000) {
  const times = [];
  const answers = [];
  for (let i = 0; i < Math.min(8, count); i++) await search(i);
  const started = performance.now();
  for (let round = 0; ; round++) {
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      const pending = search(i);
      const answer = pending instanceof Promise ? await pending : pending;
      times.push(performance.now() - start);
      if (round === 0) answers.push(answer);
    }
    const spent = performance.now() - started;
    if (spent > budgetMs || (round >= 2 && spent > budgetMs / 2) || round >= 100) break;
  }
  times.sort((a, b) => a - b);
  return { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), minMs: times[0], answers };
}

/**
 * The median and least time of one call, of at least three unless they take longer than `budgetMs`.
 * @param {() => unknown} call
 */
export async function measureCall(call, budgetMs = 3000) {
  const times = [];
  await call();
  for (let spent = 0; times.length < 3 || (spent < budgetMs && times.length < 50); ) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
    spent += times[times.length - 1];
    if (spent > 4 * budgetMs) break;
  }
  times.sort((a, b) => a - b);
  return { medianMs: quantile(times, 0.5), minMs: times[0] };
}
