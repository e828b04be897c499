/** `sluice demo`: the whole funnel on one screen, from history to the slate after the click. */

import { join } from 'node:path';
import {
  type BackendChoice,
  Engine,
  EpsilonGreedy,
  type Evaluation,
  KeyMap,
  openLmdbStore,
  trainSnapshot,
} from '../index.ts';
import { writeReportFile } from './charts/page.ts';
import { incrementalSection } from './demo/incremental.ts';
import { incrementalPage } from './demo/incremental-page.ts';
import type { DemoInput } from './demo/input.ts';
import { nearlineCheck } from './demo/nearline-check.ts';
import { DemoClock, playback } from './demo/playback.ts';
import { regretTable } from './demo/regret.ts';
import { reportText } from './demo/report.ts';
import { throughput } from './demo/throughput.ts';
import { evaluateWithProgress } from './evaluate.ts';
import { describeHistory, reportRejects } from './history.ts';
import { withTemporaryDirectory } from './interrupt.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';

interface Options {
  readonly data?: string;
  readonly titles: number;
  readonly members: number;
  readonly requests: number;
  readonly seed: number;
  readonly backend: BackendChoice;
  /** Where the charts are written. */
  readonly report: string;
  readonly json?: boolean;
}

/** What the demo found; the object of `--json`. */
export type DemoResult = Awaited<ReturnType<typeof runDemo>>;

/** Runs the demo and prints its report. */
export async function demo(options: Options): Promise<void> {
  const result = await runDemo(options);
  answer(options.json ?? false, result, () => reportText(result));
}

async function runDemo(options: Options) {
  const started = performance.now();
  const input = await inputOf(options);
  const quality: Evaluation[] = [];
  for (const split of input.splits)
    quality.push(await evaluateWithProgress(input.dataset, split, input.model));
  const served = await withTemporaryDirectory((directory) => serveVisits(input, options, directory));

  const bandit = await step('Regret of the policies (simulated)');
  const regret = regretTable(input.world, bandit.update);
  bandit.done();
  const lifting = await step('What showing causes (simulated)');
  const incremental = incrementalSection(options.seed, lifting.update);
  await writeReportFile(options.report, incrementalPage(incremental));
  lifting.done(options.report);
  return {
    simulated: input.simulated,
    data: describeHistory(input.dataset),
    quality,
    ...served,
    regret,
    incremental: { ...incremental, report: options.report },
    memoryMb: process.memoryUsage.rss() / 1e6,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Trains the served model, plays the visits through an engine on it, and looks at what the engine learned. */
async function serveVisits(input: DemoInput, options: Options, directory: string) {
  const { snapshot, trainedBy } = await trainServed(input, directory);

  const clock = new DemoClock();
  let decisions = 0;
  const settings = {
    snapshot,
    state: join(directory, 'state'),
    backend: options.backend,
    seed: options.seed,
    clock: () => clock.now,
    decisionId: () => `demo-${decisions++}`,
  };
  const serving = await step(`Serving ${input.visitCount} visits`);
  const engine = await Engine.open(settings);
  const { latencyMs, ...served } = await playback(engine, input, clock, serving.update);
  serving.done(`${served.played} plays of ${served.shown} shown`);
  const explained = await engine.explain(`demo-${decisions - 1}`);
  const { backend } = engine;
  await engine.close();

  // A second engine on the same state, which does not explore: what changes its slate is the event alone.
  const checking = await step('Observing events');
  const greedy = await Engine.open({
    ...settings,
    policy: (arms) => new EpsilonGreedy({ arms, epsilon: 0 }),
  });
  clock.now += 1000;
  const nearline = await nearlineCheck(greedy, 'a newcomer', clock.now);
  const events = await throughput(greedy, input.dataset.userKeys, clock.now);
  await greedy.close();
  checking.done(`${events.eventsPerSecond.toFixed(0)} events per second`);
  return {
    backend,
    trainedBy,
    serving: served,
    latencyMs,
    replayed: explained.replayed,
    nearline,
    events,
  };
}

async function inputOf(options: Options): Promise<DemoInput> {
  const reading = await step(options.data === undefined ? 'Simulating a world' : 'Reading the history');
  const input =
    options.data === undefined
      ? (await import('./demo/simulated-input.ts')).simulatedInput(options)
      : await (await import('./demo/real-input.ts')).realInput(options.data, options.seed);
  reading.done(`${input.dataset.interactions.users.length} interactions`);
  reportRejects(input.dataset);
  return input;
}

async function trainServed({ dataset, history, model }: DemoInput, directory: string) {
  const training = await step('Training the served model');
  const store = await openLmdbStore({ directory: join(directory, 'state') });
  const userNumbers = await new KeyMap(store).assignAll(dataset.userKeys);
  await store.close();
  const { path, model: trained } = await trainSnapshot({
    ...model,
    dataset,
    positives: history,
    userNumbers,
    directory: join(directory, 'snapshot'),
    onProgress: training.update,
  });
  training.done(trained.backend);
  return { snapshot: path, trainedBy: trained.backend };
}
