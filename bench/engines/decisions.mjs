/** What does each decision take? One set of kernels, in a process of its own: calls from JavaScript, one after another. */

import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FastRandom } from '../data/random.mjs';
import { sluice } from './library.mjs';
import { inverseGap, PlainModel, plackettLuce } from './plain-decisions.mjs';

/** Candidates of a decision, and places of a slate. */
const [CANDIDATES, PLACES] = [1000, 10];

/** Rows of the large matrix, and as many as are written together. */
const [MANY, WRITTEN] = [1_000_000, 10_000];

/** Outcomes that a posterior has learned from before it is asked. */
const LEARNED = 5000;

/** Calls between two looks at the clock. */
const TOGETHER = 8;

/** Microseconds a call: the median and the least of means of eight. @param {(i: number) => unknown} call @param {number} budgetMs */
function time(call, budgetMs) {
  for (let i = 0; i < 200; i++) call(i);
  const times = [];
  const started = performance.now();
  for (let i = 0; times.length < 10 || performance.now() - started < budgetMs; ) {
    const start = performance.now();
    for (let j = 0; j < TOGETHER; j++) call(i++);
    times.push(((performance.now() - start) * 1000) / TOGETHER);
  }
  times.sort((a, b) => a - b);
  return { p50Us: times[times.length >> 1], minUs: times[0] };
}

/** Rows of N(0, I / d). @param {FastRandom} random @param {number} count @param {number} d */
const rowsOf = (random, count, d) =>
  Float32Array.from({ length: count * d }, () => random.normal() / Math.sqrt(d));

/** What a posterior is taught: rows, and their products with a hidden unit vector, with noise. */
function* lessons(/** @type {number} */ d) {
  const random = new FastRandom(5, d);
  const theta = Float64Array.from({ length: d }, () => random.normal() / Math.sqrt(d));
  for (let i = 0; i < LEARNED; i++) {
    const x = rowsOf(random, 1, d);
    yield { x, reward: x.reduce((sum, value, j) => sum + value * theta[j], 0) + 0.25 * random.normal() };
  }
}

/** @param {'native' | 'wasm' | 'reference'} name */
async function* operations(name) {
  const { decisionKernels } = await sluice();
  const kernels = decisionKernels(name);
  const random = new FastRandom(7, 1);
  const rows = Uint32Array.from({ length: CANDIDATES }, (_, i) => i);
  const [context, offsets, scores] = [null, null, null];
  const picks = new Uint32Array(1);
  for (const d of [64, 128]) {
    const actions = kernels.actions(d);
    actions.write(0, rowsOf(random, CANDIDATES, d));
    const ranking = { actions, rows, context, offsets, picks, scores };
    const posterior = kernels.posterior(d, 1);
    for (const { x, reward } of lessons(d)) posterior.learn(x, 1, reward);
    yield [`lin-ts ${d}`, (i) => posterior.sample(ranking, 1, 1, i)];
    if (d === 128) continue;
    yield ['lin-ucb 64', () => posterior.upperBound(ranking, 1)];
    // All means are zero and all norms nearly the same: no bound rules anything out.
    const blank = kernels.posterior(d, 1);
    const even = kernels.actions(d);
    even.write(
      0,
      Float32Array.from({ length: CANDIDATES * d }, () => (random.uniform() < 0.5 ? -1 : 1)),
    );
    yield ['lin-ucb 64 worst', () => blank.upperBound({ ...ranking, actions: even }, 1)];
    const [x] = [rowsOf(random, 1, d)];
    yield ['learn 64', (i) => posterior.learn(x, 1, i & 1)];
    yield ['forget 64', () => posterior.forget(0.9999)];
    yield [
      'learn and lin-ts 64',
      (i) => {
        posterior.learn(x, 1, i & 1);
        posterior.sample(ranking, 1, 1, i);
      },
    ];
    const many = kernels.actions(d);
    const some = rowsOf(random, WRITTEN, d);
    for (let row = 0; row < MANY; row += WRITTEN) many.write(row, some);
    const gathered = Array.from({ length: 64 }, () =>
      Uint32Array.from({ length: CANDIDATES }, () => random.uniform() * MANY),
    );
    yield [
      'lin-ts 64 of a million',
      (i) => posterior.sample({ ...ranking, actions: many, rows: gathered[i % 64] }, 1, 1, i),
    ];
    many.close();
  }
  const given = Float32Array.from({ length: CANDIDATES }, () => random.normal());
  yield ['inverse-gap', (i) => kernels.inverseGap(given, 100, (i % 97) / 97, null)];
  const [slate, propensities] = [new Uint32Array(PLACES), new Float64Array(PLACES)];
  yield ['plackett-luce 10', (i) => kernels.plackettLuce(given, 1, 1, i, slate, propensities)];
}

/** The same in plain JavaScript. */
function* plainOperations() {
  const random = new FastRandom(7, 1);
  const rows = Uint32Array.from({ length: CANDIDATES }, (_, i) => i);
  for (const d of [64, 128]) {
    const model = new PlainModel(rowsOf(random, CANDIDATES, d), d);
    for (const { x, reward } of lessons(d)) model.learn(x, reward);
    yield [`lin-ts ${d}`, () => model.sample(rows)];
    if (d === 128) continue;
    yield ['lin-ucb 64', () => model.best(rows, model.mean(), 1)];
    const x = rowsOf(random, 1, d);
    yield ['learn 64', (/** @type {number} */ i) => model.learn(x, i & 1)];
  }
  const given = Float32Array.from({ length: CANDIDATES }, () => random.normal());
  yield ['inverse-gap', () => inverseGap(given, 100)];
  yield ['plackett-luce 10', () => plackettLuce(given, PLACES)];
}

export const self = fileURLToPath(import.meta.url);

if (process.argv[1] === self) {
  const { kernels, budgetMs } = JSON.parse(process.argv[2]);
  const all = kernels === 'plain' ? plainOperations() : operations(kernels);
  for await (const [operation, call] of /** @type {AsyncIterable<[string, (i: number) => unknown]>} */ (
    all
  )) {
    writeSync(3, `${JSON.stringify({ operation, ...time(call, budgetMs) })}\n`);
  }
  process.exit(0);
}
