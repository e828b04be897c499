// `npm run -s regret-table`: regret of every policy on every problem, as the README quotes it; some ten minutes.
// kl-UCB++ knows its horizon and explores early, so that its curve within one run says nothing of its growth.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

await setup();
const main = fileURLToPath(new URL('../dist/js/main.js', import.meta.url));

const SEEDS = 400;
const HORIZON = 10_000;
const STATIONARY = ['easy9', 'mid9', 'hard9', 'two'];
const TEXTBOOK = [
  'thompson',
  'imed',
  'kl-ucb-plus-plus',
  'kl-ucb',
  'gaussian-thompson',
  'ucb1',
  'epsilon-greedy',
  'decaying-epsilon-greedy',
  'top-two',
  'random',
];
const CONTEXTUAL = ['lin-ucb', 'lin-ts', 'linear-greedy', 'square-cb'];
const CHANGING = ['glr-kl-ucb', 'sliding-window-ucb', 'discounted-thompson', 'imed', 'thompson', 'random'];

/** Runs `sluice simulate` in a process of its own. */
const simulate = (problem, policy, settings = {}) =>
  new Promise((resolve, reject) => {
    const options = Object.entries({ problem, policy, seeds: SEEDS, ...settings });
    const args = options.flatMap(([name, value]) => [`--${name}`, String(value)]);
    execFile(process.execPath, [main, 'simulate', ...args, '--json'], (error, stdout, stderr) => {
      process.stderr.write(stderr);
      error ? reject(error) : resolve(JSON.parse(stdout));
    });
  });

const waiting = [];
let free = availableParallelism();

/** The result of a simulation, once a processor is free. */
async function result(...simulation) {
  if (free === 0) await new Promise((resolve) => waiting.push(resolve));
  else free--;
  try {
    return await simulate(...simulation);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

const interval = ({ regret: { mean, low, high } }) =>
  `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;

/** A table in Markdown: one row per policy, one column per heading. */
function print(title, headings, rows) {
  const lines = [['policy', ...headings], ['---', ...headings.map(() => '---:')], ...rows];
  console.log(`\n${title}\n`);
  for (const cells of lines) console.log(`| ${cells.join(' | ')} |`);
}

const table = (policies, columns) =>
  Promise.all(
    policies.map(async (policy) => [policy, ...(await Promise.all(columns.map((column) => column(policy))))]),
  );

/** R(10 T) - R(T) over ln 10, which tends to the constant C for an optimal policy. */
const slope = (problem) => async (policy) => {
  const { curve, laiRobbins } = await result(problem, policy, { horizon: 10 * HORIZON, seeds: SEEDS / 10 });
  const at = (rounds) => curve.find(({ t }) => t === rounds).regret;
  const rise = (at(10 * HORIZON) - at(HORIZON)) / Math.log(10);
  return `${rise.toFixed(1)} (C = ${laiRobbins.toFixed(1)})`;
};

const stationary = STATIONARY.map((problem) => async (policy) => interval(await result(problem, policy)));
print(
  `Mean regret and 95 % interval after ${HORIZON} rounds, ${SEEDS} seeds (simulated)`,
  STATIONARY,
  await table(TEXTBOOK, stationary),
);
print(
  'Where the best arm changes every 2,500 rounds',
  ['abrupt3'],
  await table(CHANGING, [async (policy) => interval(await result('abrupt3', policy))]),
);
const batches = [1, 10, 100, 1000];
print(
  'When rewards arrive in batches, on easy9',
  batches.map(String),
  await table(
    ['thompson'],
    batches.map((batch) => async (policy) => interval(await result('easy9', policy, { batch }))),
  ),
);
print(
  `Rise of regret per factor e from ${HORIZON} to ${10 * HORIZON} rounds, ${SEEDS / 10} seeds`,
  STATIONARY,
  await table(['thompson', 'imed', 'kl-ucb'], STATIONARY.map(slope)),
);
print(
  'Linear rewards of 100 actions that are new every round, 3000 rounds, 40 seeds',
  ['linear16'],
  await table(CONTEXTUAL, [async (policy) => interval(await result('linear16', policy, { seeds: 40 }))]),
);
const digits = join(
  process.env.SLUICE_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url)),
  'digits',
  'digits.csv',
);
if (existsSync(digits)) {
  const loss = async (policy) =>
    (await result('digits', policy, { data: digits, seeds: 20 })).loss.toFixed(3);
  print(
    'Share of digits taken for another, one pass, 20 orders',
    ['digits'],
    await table(CONTEXTUAL, [loss]),
  );
} else process.stderr.write(`No digits at ${digits}; set SLUICE_DATA\n`);
