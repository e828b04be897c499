/** How long does the router take for a request, its features included? Calls from JavaScript, one after another. */

import { FastRandom } from '../data/random.mjs';
import { sluice } from './library.mjs';

const WORDS =
  `slow film about somebody who leaves home and finds quiet comedy drama noir from the early nineties
  something like heat but funnier without horror set in winter with an old detective that feels warm`.split(
    /\s+/,
  );

/** Results of each search, and requests that are gone through. */
const [RESULTS, REQUESTS] = [100, 1000];

/** Outcomes that the gain model has learned from. */
const TAUGHT = 1500;

/** Microseconds of features and decision: percentiles over single calls. @param {number} budgetMs */
export async function decisionTimes(budgetMs) {
  const { EMPTY_PLAN, fitGain, Router, routeFeatures } = await sluice();
  const random = new FastRandom(11, 1);
  const pick = (/** @type {number} */ n) => Math.floor(random.uniform() * n);
  const leg = () => {
    const rows = Uint32Array.from({ length: RESULTS }, () => pick(100_000));
    const scores = Float32Array.from(rows, () => random.uniform())
      .sort()
      .reverse();
    return { rows, scores };
  };
  const inputs = Array.from({ length: REQUESTS }, () => {
    const words = Array.from({ length: 4 + pick(20) }, () => WORDS[pick(WORDS.length)]);
    const plan = { ...EMPTY_PLAN, residual: words.slice(0, pick(words.length)), complex: true };
    return {
      ...{ text: words.join(' '), plan, anchorsNamed: pick(2), contradiction: false },
      ...{ textLeg: leg(), vectorLeg: leg(), candidates: 1000, satisfying: pick(1000) },
      ...{ userEvents: pick(50), reformulations: pick(3) },
    };
  });
  const taught = Array.from({ length: TAUGHT }, (_, i) => {
    const input = inputs[i % REQUESTS];
    const gain = (input.text.includes('funnier') ? 0.5 : 0) + 0.2 * random.normal();
    return { features: routeFeatures(input), text: input.text, gain: Math.max(-1, Math.min(1, gain)) };
  });
  const router = new Router({ rerank: fitGain(taught) });
  const request = {
    ...{ purpose: /** @type {const} */ ('rerank'), seed: 1, value: 1e6, expectedCost: 150_000, lambda: 1 },
    ...{ latencyMs: 900, timeLeftMs: 2000, breakerOpen: false, affordable: true, simple: false },
  };
  let bought = 0;
  const decide = (/** @type {number} */ i) => {
    const input = inputs[i % REQUESTS];
    const decision = router.decide(
      { ...request, decisionId: `decision-${i}`, text: input.text },
      routeFeatures(input),
    );
    if (decision.buy) bought++;
  };
  for (let i = 0; i < 5000; i++) decide(i);
  const times = [];
  const started = performance.now();
  for (let i = 0; times.length < 2000 || performance.now() - started < budgetMs; i++) {
    const start = performance.now();
    decide(i);
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => times[Math.floor(share * times.length)];
  return { calls: times.length, bought, p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) };
}
