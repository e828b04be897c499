/** What can be measured? `npm run -s bench -- SUITE`; one file for each suite in bench/suites. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { setup } from '../scripts/setup.mjs';
import { SHAPES } from './data/catalogue.mjs';
import { say } from './run/say.mjs';
import { ENGINES, FAISS } from './suites/children.mjs';

const whole = (/** @type {string} */ text) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('Expected a whole number from 1.');
  }
  return value;
};
const number = (/** @type {string} */ flag, /** @type {string} */ about, /** @type {number} */ preset) =>
  new Option(`--${flag} <n>`, about).argParser(whole).default(preset);
/** Names by comma, each one of `known`. @param {readonly string[]} known */
const names = (known) => (/** @type {string} */ text) => {
  const wanted = text.split(',');
  const strange = wanted.find((name) => !known.includes(name));
  if (strange !== undefined) throw new InvalidArgumentError(`Expected some of ${known.join(', ')}.`);
  return wanted;
};
const json = () => new Option('--json', 'print exactly one JSON object');

/** Runs a suite and prints its report. */
async function suite(options, run, render) {
  await setup();
  // npm runs scripts in the root; paths on the command line are meant from where npm was called.
  process.chdir(process.env['INIT_CWD'] ?? process.cwd());
  const report = await run();
  process.stdout.write(`${options.json ? JSON.stringify(report) : (await render)(report)}\n`);
}

const program = new Command('bench')
  .description('Measures Sluice, beside other libraries where there are any.')
  .showHelpAfterError();

program
  .command('retrieval')
  .description('exact and approximate top-k beside other libraries, on the same files')
  .addOption(number('n', 'rows to generate', 1_000_000))
  .addOption(number('dim', 'dimension to generate', 128))
  .addOption(number('k', 'rows wanted of a search', 1000))
  .addOption(number('queries-count', 'queries to measure; others calibrate', 64))
  .addOption(new Option('--base <file>', 'rows as .npy (f32, C order) instead of generated ones'))
  .addOption(new Option('--queries <file>', 'queries as .npy, beside --base'))
  .addOption(new Option('--data <shape>', 'what to generate').choices([...SHAPES]).default('skewed'))
  .addOption(number('seed', 'seed of what is generated', 7))
  .addOption(number('threads', 'threads of every engine', 1))
  .addOption(
    new Option('--engines <names>', 'engines to run, by comma').argParser(names(ENGINES)).default(ENGINES),
  )
  .addOption(
    new Option('--faiss [indexes]', `run faiss too, from bench/.venv; some of ${FAISS}`).argParser(
      names(FAISS),
    ),
  )
  .addOption(new Option('--graphs', 'build HNSW graphs too, which takes minutes'))
  .addOption(number('budget-ms', 'time for the searches of one setting', 4000))
  .addOption(json())
  .action(async (options) => {
    const { retrieval } = await import('./suites/retrieval.mjs');
    const { renderRetrieval } = await import('./suites/render-retrieval.mjs');
    await suite(options, () => retrieval(options), renderRetrieval);
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

try {
  await program.parseAsync();
} catch (error) {
  const { message, code, remedy = 'Run it again; if it stays, report it.' } = /** @type {any} */ (error);
  const known = typeof code === 'string' && code.startsWith('ERR_SLUICE_') ? code : 'ERR_SLUICE_INTERNAL';
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code: known, message, remedy } })}\n`);
  } else say(`bench: ${message}\n  ${remedy}\n  (${known})`);
  process.exitCode = 1;
}
