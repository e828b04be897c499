#!/usr/bin/env node
/** What can be done from the command line? One file per command, loaded when it is called. */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SluiceError } from '../errors.ts';
import { version } from '../version.ts';
import { reportFailure } from './output.ts';
import { endProgress } from './progress.ts';

const within =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
const whole = within(0);
const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
};
const share = (text: string): number => {
  const value = number(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to below 1.');
};
const money = (text: string): number => {
  const value = number(text);
  if (value >= 0 && value <= 1e6) return value;
  throw new InvalidArgumentError('Expected dollars from 0 to 1000000.');
};
const list = (text: string): string[] => text.split(',').map((name) => name.trim());
const some =
  (...known: string[]) =>
  (text: string): string[] => {
    const names = list(text);
    if (names.every((name) => known.includes(name))) return names;
    throw new InvalidArgumentError(`Expected some of ${known.join(',')}.`);
  };

const json = () => new Option('--json', 'print exactly one JSON object');
const home = () => new Option('--home <dir>', 'where snapshots and state live').default('sluice-home');
const backend = () =>
  new Option('--backend <name>', 'compute backend')
    .choices(['auto', 'native', 'wasm', 'reference', 'onnx', 'tfjs'])
    .env('SLUICE_BACKEND')
    .default('auto');
const data = () => new Option('--data <dir>', 'history in MovieLens layout (ratings.csv, movies.csv)');
const events = () => new Option('--events <file>', 'history as JSON lines { user, item, time, value? }');
const items = () =>
  new Option('--items <file>', 'catalogue as JSON lines { id, ...columns }, beside --events');
const positiveFrom = () =>
  new Option('--positive-from <value>', 'smallest value that counts as a positive')
    .argParser(number)
    .default(4);

/** The model's settings, shared by what trains. */
function withModel(command: Command): Command {
  return command
    .addOption(new Option('--factors <n>', 'length of the vectors').argParser(within(1, 1024)).default(128))
    .addOption(new Option('--iterations <n>', 'training iterations').argParser(within(1, 10_000)).default(16))
    .addOption(new Option('--regularization <x>', 'lambda').argParser(number).default(0.003))
    .addOption(
      new Option('--unobserved-weight <x>', 'weight of unobserved pairs').argParser(number).default(1),
    )
    .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(1));
}

const program = new Command('sluice')
  .description('What should this person see now?')
  .version(version)
  .showHelpAfterError()
  .exitOverride();

program
  .command('demo')
  .description('train, evaluate, serve and learn, on a simulated world or on real history')
  .addOption(data())
  .addOption(new Option('--titles <n>', 'titles of the simulated world').argParser(whole).default(20_000))
  .addOption(new Option('--members <n>', 'members of the simulated world').argParser(whole).default(5_000))
  .addOption(new Option('--requests <n>', 'requests to serve').argParser(within(1)).default(2_000))
  .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(7))
  .addOption(new Option('--report <file>', 'where its charts are written').default('sluice-demo.html'))
  .addOption(backend())
  .addOption(json())
  .action(async (options) => (await import('./demo.ts')).demo(options));

withModel(program.command('train').description('train a model and write a snapshot'))
  .addOption(data())
  .addOption(events())
  .addOption(items())
  .addOption(positiveFrom())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('./train.ts')).train(options));

withModel(program.command('evaluate').description('compare models on held-out history'))
  .addOption(data())
  .addOption(events())
  .addOption(items())
  .addOption(positiveFrom())
  .addOption(
    new Option('--split <name>', 'how to hold out')
      .choices(['strong-generalisation', 'per-user-last', 'global-time'])
      .default('strong-generalisation'),
  )
  .addOption(new Option('--split-file <file>', 'folds as CSV: fold,userId,movieId,part'))
  .addOption(json())
  .action(async (options) => (await import('./evaluate.ts')).evaluateCommand(options));

/** The language model and what it is worth, shared by the commands that may buy of it. */
function withLanguageModel(command: Command): Command {
  return command
    .addOption(new Option('--model <name>', 'language model, as openai/gpt-5-mini'))
    .addOption(
      new Option('--base-url <url>', 'where it answers, OpenAI-compatible; the key stands in SLUICE_API_KEY'),
    )
    .addOption(new Option('--value <dollars>', 'what a gain of 1 is worth').argParser(money).default(0.01))
    .addOption(new Option('--rerank-gain <file>', 'what the router knows of a better order, JSON'))
    .addOption(new Option('--plan-gain <file>', 'what it knows of a better plan, JSON'))
    .addOption(home())
    .addOption(backend())
    .addOption(json());
}

/** What one request may cost and when it must be answered. */
function withRequest(command: Command, budget: number): Command {
  return withLanguageModel(
    command
      .addOption(
        new Option('--budget <dollars>', 'most that this request may cost').argParser(money).default(budget),
      )
      .addOption(
        // A first request pays for code that has not run before; a command that asks once allows for that.
        new Option('--deadline <ms>', 'milliseconds until the answer')
          .argParser(within(1, 600_000))
          .default(5000),
      ),
  );
}

withRequest(
  program
    .command('recommend')
    .description('recommend for one person')
    .requiredOption('--user <key>', 'whom for')
    .addOption(new Option('--query <text>', 'what they ask for, in words'))
    .addOption(
      new Option('--count <n>', 'items wanted; 12, or what the query says').argParser(within(1, 1000)),
    ),
  0,
).action(async (options) => (await import('./recommend.ts')).recommend(options));

withRequest(
  program
    .command('route')
    .description('say whether reasoning would be bought for a request in words, and why')
    .addOption(new Option('--user <key>', 'who asks').default('somebody'))
    .requiredOption('--query <text>', 'what they ask for')
    .addOption(new Option('--explain', 'print the features too')),
  0.01,
).action(async (options) => (await import('./route.ts')).route(options));

program
  .command('plan')
  .description('say what a request in words asks for, without a model')
  .addOption(new Option('--query <text>', 'the request'))
  .addOption(new Option('--queries <file>', 'requests, one a line; blank lines are passed over'))
  .addOption(
    new Option(
      '--data <path>',
      'catalogue: a directory with movies.csv, items.jsonl or the like, or such a file; else of the home',
    ),
  )
  .addOption(home())
  .addOption(new Option('--json', 'print one JSON object a request, a line each'))
  .action(async (options) => (await import('./plan.ts')).plan(options));

program
  .command('train-router')
  .description('learn from the log of a home when reasoning is worth its price')
  .addOption(new Option('--purpose <name>', 'what is bought').choices(['plan', 'rerank']).default('rerank'))
  .requiredOption('--out <file>', 'where the gain model is written, JSON')
  .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(1))
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('./train-router.ts')).trainRouter(options));

withLanguageModel(
  program
    .command('serve')
    .description('serve recommendations as JSON over HTTP')
    .addOption(
      new Option('--day-budget <dollars>', 'most that the language model may cost a day').argParser(money),
    )
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <n>', 'port to listen on, 0 for any').argParser(within(0, 65_535)).default(8080),
    ),
).action(async (options) => (await import('./serve.ts')).serveCommand(options));

program
  .command('ope')
  .description('judge another policy by the log of this one')
  .addOption(
    new Option(
      '--target <policy>',
      'uniform, logged; of a home greedy, epsilon-greedy, thompson, plackett-luce, lin-ucb, lin-ts; of a file an item or a CSV',
    ).default('uniform'),
  )
  .addOption(new Option('--format <name>', 'judge a file: obd is the Open Bandit Dataset').choices(['obd']))
  .addOption(new Option('--log <file>', 'the file, CSV or .csv.gz, beside --format'))
  .addOption(home().conflicts('format'))
  .addOption(
    new Option('--place <n>', 'place of the slates, beside --home')
      .argParser(within(1))
      .default(1)
      .conflicts('format'),
  )
  .addOption(
    new Option('--slates', 'judge whole slates, beside --home').conflicts('format').conflicts('place'),
  )
  .addOption(
    new Option('--teach <share>', 'share of the decisions that first teach the target, beside --home')
      .argParser(share)
      .default(0)
      .conflicts('format'),
  )
  .addOption(
    new Option('--interval <name>', 'how intervals are made')
      .choices(['bootstrap', 'empirical-bernstein'])
      .default('bootstrap'),
  )
  .addOption(new Option('--resamples <n>', 'samples of the bootstrap').argParser(within(1)).default(1000))
  .addOption(new Option('--level <share>', 'how often intervals cover').argParser(share).default(0.95))
  .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(1))
  .addOption(json())
  .action(async (options) => (await import('./ope.ts')).ope(options));

program
  .command('uplift')
  .description('say whom a treatment helps, by the rows of a trial')
  .requiredOption('--data <files...>', 'the trial, CSV or .csv.gz; several beside --format ihdp')
  .addOption(
    new Option(
      '--format <name>',
      'ihdp: t, y_factual, y_counterfactual, mu0, mu1, x1..x25, no header',
    ).choices(['ihdp']),
  )
  .addOption(new Option('--treatment <column>', 'column that names the arm'))
  .addOption(new Option('--treated <value>', 'its value in treated rows'))
  .addOption(new Option('--control <value>', 'its value in controls; other rows are left out'))
  .addOption(new Option('--outcome <column>', 'column of what came of it, a number'))
  .addOption(new Option('--features <columns>', 'columns to learn from, a,b,c').argParser(list))
  .addOption(new Option('--ignore <columns>', 'columns not to learn from, a,b,c').argParser(list))
  .addOption(new Option('--propensity <column>', 'column of P(treated), in (0, 1)'))
  .addOption(
    new Option(
      '--bases <names>',
      'base learners; all, but trees only of a trial that is not large',
    ).argParser(some('ridge', 'logistic', 'trees')),
  )
  .addOption(
    new Option('--learners <names>', 'uplift learners; all').argParser(some('s', 't', 'x', 'r', 'dr')),
  )
  .addOption(new Option('--resamples <n>', 'samples of the bootstrap').argParser(within(1)).default(500))
  .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(1))
  .addOption(new Option('--report <file>', 'draw a report, .svg or .html'))
  .addOption(new Option('--by <column>', 'column whose values the report compares, such as a title'))
  .addOption(json())
  .action(async (options) => (await import('./uplift.ts')).upliftCommand(options));

program
  .command('simulate-trial')
  .description('write an e-mail trial whose true effects are known, for uplift')
  .requiredOption('--out <file>', 'the file, .csv or .csv.gz')
  .addOption(new Option('--rows <n>', 'customers').argParser(within(100, 1e7)).default(64_000))
  .addOption(new Option('--homogeneous', 'the e-mail moves all customers alike'))
  .addOption(new Option('--seed <n>', 'seed of every random draw').argParser(whole).default(1))
  .addOption(json())
  .action(async (options) => (await import('./simulate-trial.ts')).simulateTrial(options));

program
  .command('simulate')
  .description('measure what a bandit policy loses while it learns, where the truth is known')
  .addOption(
    new Option(
      '--problem <name>',
      'easy9, mid9, hard9, two, abrupt3, linear16, digits, billboard, routing or pacing',
    ).default('easy9'),
  )
  .addOption(
    new Option('--policy <name>', 'thompson, imed, ucb1 and others; a wrong name lists them').default(
      'thompson',
    ),
  )
  .addOption(
    new Option('--correlation <r>', 'of the problem billboard: of baseline and lift, 0 to 1')
      .argParser(Number)
      .default(0.4),
  )
  .addOption(new Option('--data <file>', 'of the problem digits: 64 pixels and the digit a line'))
  .addOption(
    new Option(
      '--horizon <n>',
      'rounds of one run; 10000, 3000 of linear16, 20000 of routing, 50000 of pacing, or all there are',
    ).argParser(within(1, 1e9)),
  )
  .addOption(new Option('--seeds <n>', 'runs, with seeds 1 to n').argParser(within(1, 1e6)).default(100))
  .addOption(new Option('--batch <n>', 'rounds after which rewards arrive').argParser(within(1)).default(1))
  .addOption(json())
  .action(async (options) => (await import('./simulate.ts')).simulateCommand(options));

program
  .command('doctor')
  .description('say which backend answers, why not another, and what would mend it')
  .addOption(json())
  .action(async (options) => (await import('./doctor.ts')).doctorCommand(options));

// A reader that has seen enough (`sluice demo | head -1`) ends the output, not the work; a full disk fails the command.
for (const stream of [process.stdout, process.stderr]) {
  stream.once('error', ({ code }: NodeJS.ErrnoException) => {
    stream.on('error', () => {});
    if (code !== 'EPIPE') reportFailure(false, outputLost(code));
  });
}

const words = process.argv.slice(2);
const asJson = words.includes('--json');
const quiet = { writeErr() {}, outputError() {} };
try {
  if (asJson) program.configureOutput(quiet);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError();
    if (asJson) command.configureOutput(quiet);
  }
  await program.parseAsync().finally(endProgress);
} catch (error) {
  if (!(error instanceof CommanderError)) reportFailure(asJson, error);
  else if (error.exitCode !== 0) {
    // What is wrong, and the help, stand on standard error by now unless one JSON object is wanted.
    if (asJson) reportFailure(true, wrongUsage(error));
    process.exitCode = 1;
  }
}

function outputLost(code?: string): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_STORE_FAILED',
    `Expected to print the answer but the system said ${code}`,
  );
}

function wrongUsage({ message }: CommanderError): SluiceError {
  const none = words.every((word) => word === '--json');
  return new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    none ? 'Expected a command but received none' : message.replace(/^error: /, ''),
    { remedy: 'See `sluice --help`.' },
  );
}
