/** What can be measured? `npm run -s bench -- SUITE`; one file for each suite in bench/suites. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { setup } from '../scripts/setup.mjs';
import { SHAPES } from './data/catalogue.mjs';
import { say } from './run/say.mjs';
import { ENGINES, FAISS } from './suites/children.mjs';
import { TEXT_ENGINES } from './suites/text.mjs';

const whole = (/** @type {string} */ text) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('Expected a whole number from 1.');
  }
  return value;
};
/** Names by comma, each one of `known`. @param {readonly string[]} known */
const names = (known) => (/** @type {string} */ text) => {
  const wanted = text.split(',');
  if (!wanted.every((name) => known.includes(name))) {
    throw new InvalidArgumentError(`Expected some of ${known.join(', ')}.`);
  }
  return wanted;
};
const number = (/** @type {string} */ flag, /** @type {string} */ about, /** @type {number} */ preset) =>
  new Option(`--${flag} <n>`, about).argParser(whole).default(preset);

const program = new Command('bench')
  .description('Measures Sluice, beside other libraries where there are any.')
  .showHelpAfterError()
  .exitOverride();

/**
 * A suite: what it runs on, what it runs, and how its report is read.
 * @param {string} name
 * @param {string} about
 * @param {{ n: number, dim: number, queriesCount: number }} presets
 * @param {() => Promise<{ run: (options: any) => Promise<object>, render: (report: any) => string }>} load
 */
function suite(name, about, presets, load) {
  return program
    .command(name)
    .description(about)
    .exitOverride()
    .addOption(number('n', 'rows to generate', presets.n))
    .addOption(number('dim', 'dimension to generate', presets.dim))
    .addOption(number('k', 'rows wanted of a search', 1000))
    .addOption(number('queries-count', 'queries to measure; others calibrate', presets.queriesCount))
    .addOption(new Option('--base <file>', 'rows as .npy (f32, C order) instead of generated ones'))
    .addOption(new Option('--queries <file>', 'queries as .npy, beside --base'))
    .addOption(new Option('--data <shape>', 'what to generate').choices([...SHAPES]).default('skewed'))
    .addOption(number('seed', 'seed of what is generated', 7))
    .addOption(number('threads', 'threads of every engine', 1))
    .addOption(number('budget-ms', 'time for the searches of one setting', 4000))
    .addOption(new Option('--json', 'print exactly one JSON object'))
    .action(async (options) => {
      await setup();
      // npm runs scripts in the root; paths on the command line are meant from where npm was called.
      process.chdir(process.env['INIT_CWD'] ?? process.cwd());
      const { run, render } = await load();
      const report = await run(options);
      process.stdout.write(`${options.json ? JSON.stringify(report) : render(report)}\n`);
    });
}

suite(
  'retrieval',
  'exact and approximate top-k beside other libraries, on the same files',
  { n: 1_000_000, dim: 128, queriesCount: 64 },
  async () => {
    const { retrieval } = await import('./suites/retrieval.mjs');
    const { renderRetrieval } = await import('./suites/render-retrieval.mjs');
    return { run: retrieval, render: renderRetrieval };
  },
)
  .addOption(
    new Option('--engines <names>', 'engines to run, by comma').argParser(names(ENGINES)).default(ENGINES),
  )
  .addOption(
    new Option('--faiss [indexes]', `run faiss too, from bench/.venv; some of ${FAISS}`).argParser(
      names(FAISS),
    ),
  )
  .addOption(new Option('--graphs', 'build HNSW graphs too, which takes minutes'));

suite(
  'kernels',
  'nanoseconds per row of each kernel and call, and the share of the read bandwidth',
  { n: 1_000_000, dim: 128, queriesCount: 32 },
  async () => {
    const { kernels, renderKernels } = await import('./suites/kernels.mjs');
    return { run: kernels, render: renderKernels };
  },
);

suite(
  'backends',
  'every backend that works here side by side, and why the others do not',
  { n: 200_000, dim: 64, queriesCount: 16 },
  async () => {
    const { backends, renderBackends } = await import('./suites/backends.mjs');
    return { run: backends, render: renderBackends };
  },
);

suite(
  'growth',
  'time per query from a tenth of the rows to all, and the line through it',
  { n: 10_000_000, dim: 64, queriesCount: 32 },
  async () => {
    const { growth, renderGrowth } = await import('./suites/growth.mjs');
    return { run: growth, render: renderGrowth };
  },
);

suite(
  'graph',
  "the graph of kind 'hnsw' beside the scan of the same rows, by k up to --k and candidates",
  { n: 200_000, dim: 64, queriesCount: 64 },
  async () => {
    const { graph, renderGraph } = await import('./suites/graph.mjs');
    return { run: graph, render: renderGraph };
  },
);

suite(
  'decisions',
  'microseconds of each decision over 1000 candidates, by every set of kernels, beside plain JavaScript',
  { n: 1000, dim: 64, queriesCount: 1 },
  async () => {
    const { decisions, renderDecisions } = await import('./suites/decisions.mjs');
    return { run: decisions, render: renderDecisions };
  },
);

suite(
  'router',
  'what the router recovers of the gain of reasoning, beside length, chance and the oracle',
  { n: 1, dim: 1, queriesCount: 1 },
  async () => {
    const { router, renderRouter } = await import('./suites/router.mjs');
    return { run: router, render: renderRouter };
  },
).addOption(
  new Option(
    '--outcomes <files...>',
    'recorded outcomes to judge instead: prompt, right?, right?, text, text',
  ),
);

program
  .command('text')
  .description('build, load, memory and time of text search, by the addon and by minisearch')
  .exitOverride()
  .addOption(
    new Option('--sizes <numbers>', 'numbers of titles, by comma')
      .argParser((/** @type {string} */ list) => list.split(',').map(whole))
      .default([100_000, 1_000_000]),
  )
  .addOption(
    new Option(
      '--engines <names>',
      `engines to run, by comma, of ${TEXT_ENGINES}; minisearch takes many minutes`,
    )
      .argParser(names(TEXT_ENGINES))
      .default(['native']),
  )
  .addOption(number('k', 'rows wanted of a search', 100))
  .addOption(number('queries-count', 'queries to measure', 500))
  .addOption(number('seed', 'seed of what is generated', 7))
  .addOption(number('budget-ms', 'time for the searches of one engine', 10_000))
  .addOption(new Option('--json', 'print exactly one JSON object'))
  .action(async (options) => {
    await setup();
    const { renderText, text } = await import('./suites/text.mjs');
    const report = await text(options);
    process.stdout.write(`${options.json ? JSON.stringify(report) : renderText(report)}\n`);
  });

program
  .command('compile-hnswlib')
  .description('compile hnswlib-node, which comes without a binary')
  .action(async () => {
    const { compileHnswlib } = await import('./run/rivals.mjs');
    if (!compileHnswlib()) process.exitCode = 1;
  });

program
  .command('setup-faiss')
  .description('install faiss for --faiss into bench/.venv, by Python')
  .action(async () => {
    const { setupFaiss } = await import('./run/rivals.mjs');
    if (!setupFaiss()) process.exitCode = 1;
  });

const asJson = process.argv.includes('--json');
if (asJson)
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeErr() {}, outputError() {} });
try {
  await program.parseAsync();
} catch (error) {
  const { message, code, exitCode = 1, remedy } = /** @type {any} */ (error);
  process.exitCode = exitCode;
  if (exitCode !== 0) fail(code, message, remedy);
}

/** Says what was wrong, as the command line does. */
function fail(code, message, remedy = 'See `npm run -s bench -- --help`.') {
  const usage = code?.startsWith('commander.');
  const known = usage
    ? 'ERR_SLUICE_INVALID_ARGUMENT'
    : code?.startsWith('ERR_SLUICE_')
      ? code
      : 'ERR_SLUICE_INTERNAL';
  const error = { code: known, message: message.replace(/^error: /, ''), remedy };
  if (asJson) process.stdout.write(`${JSON.stringify({ error })}\n`);
  // Wrong usage stands on standard error by now.
  else if (!usage) say(`bench: ${error.message}\n  ${remedy}\n  (${known})`);
}
