/** Are propensities the same wherever they are computed, and none lost, whatever becomes of the threads? */

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BetaThompson, type Choice, DecisionLog, openLmdbStore, RandomStream } from '../../src/index.ts';
import { PropensityQueue } from '../../src/online/propensity-queue.ts';
import { PropensityThread } from '../../src/online/propensity-thread.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { decision } from '../log/records.ts';
import { directoryWith } from '../offline/temporary.ts';
import { engineFor, snapshotIn } from './trained.ts';

const POOL = 64;
const SLATE = 6;
const DRAWS = 10;
const WORKER = new URL('../../dist/js/propensity-worker.js', import.meta.url);

const policy = new BetaThompson({ arms: POOL });

function choiceOf(decisionId: string): Choice {
  const pool = {
    rows: Uint32Array.from({ length: POOL }, (_, row) => row),
    scores: Float32Array.from({ length: POOL }, (_, row) => 0.3 / (1 + row / 20)),
  };
  return policy.choose(pool, SLATE, new RandomStream(1, decisionId));
}

/** A queue over threads that start as told; `workers` are those that have started. */
function queueWith(start: (() => Worker) | null, change: (choice: Choice) => Choice = (choice) => choice) {
  const workers: Worker[] = [];
  const log = new DecisionLog(new ForgetfulStore());
  const thread = new PropensityThread(() => {
    if (!start) throw new Error('no thread can be had');
    workers.push(start());
    return workers.at(-1)!;
  });
  const queue = new PropensityQueue(log, DRAWS, () => true, [thread]);
  onTestFinished(() => queue.close());
  const complete = async (ids: readonly string[]): Promise<(Float64Array | undefined)[]> => {
    await Promise.all(
      ids.map(async (id) => {
        const { picks } = choiceOf(id);
        const shown = {
          rows: picks,
          scores: new Float32Array(SLATE).fill(0.1),
          propensities: new Float64Array(SLATE).fill(Number.NaN),
        };
        await log.record(decision(id, { shown }));
        await queue.complete(id, 7, change(choiceOf(id)));
      }),
    );
    return ids.map((id) => log.get(id)?.shown.propensities);
  };
  return { queue, workers, complete };
}

const start = () => new Worker(WORKER, { execArgv: [] });
const ids = Array.from({ length: 20 }, (_, i) => `decision-${i}`);
/** What the policy says on this thread, in parts of four draws from the stream of the decision. */
const onMainThread = ids.map((id) => {
  const stream = new RandomStream(7, `${id} propensity`);
  const sums = new Float64Array(SLATE);
  for (const draws of [4, 4, 2]) {
    const part = choiceOf(id).estimate(stream, draws);
    for (let place = 0; place < SLATE; place++) sums[place] += (part[place] * draws) / DRAWS;
  }
  return sums.map((p) => Math.min(p, 1));
});

describe('propensities', () => {
  test('are the same bits from the thread as from the main thread, which does none of the work', async () => {
    const { queue, complete } = queueWith(start);
    expect(await complete(ids)).toEqual(onMainThread);
    expect(queue.counters).toEqual({ completed: 20, onMainThread: 0, leftPending: 0, lostThreads: 0 });
  });

  test('that a thread had not computed when it ended are computed here, and the next by a new one', async () => {
    const { queue, workers, complete } = queueWith(start);
    await complete(['first']);
    const rest = complete(ids);
    void workers[0].terminate();
    expect(await rest).toEqual(onMainThread);
    expect(queue.counters).toMatchObject({ completed: 21, lostThreads: 1 });
    const before = queue.counters.onMainThread;
    await complete(['last']);
    expect(workers).toHaveLength(2);
    expect(queue.counters).toMatchObject({ completed: 22, onMainThread: before });
  });

  test('are computed here when the thread fails at its start, which is not tried again', async () => {
    const { queue, workers, complete } = queueWith(
      () => new Worker('throw new Error("broken")', { eval: true, execArgv: [] }),
    );
    expect(await complete(ids)).toEqual(onMainThread);
    await complete(['another']);
    expect(workers).toHaveLength(1);
    expect(queue.counters).toEqual({ completed: 21, onMainThread: 21, leftPending: 0, lostThreads: 1 });
  });

  test('are computed here when no thread can be had', async () => {
    const { queue, complete } = queueWith(null);
    expect(await complete(ids)).toEqual(onMainThread);
    expect(queue.counters).toEqual({ completed: 20, onMainThread: 20, leftPending: 0, lostThreads: 0 });
  });

  test.each([
    ['of a function that the library does not have', { use: 'nobody', with: {} }],
    ['of data that is not there', { use: 'beta-thompson', with: {} }],
    ['of data that cannot be copied', { use: 'beta-thompson', with: { alpha: () => 1 } as never }],
  ])('%s are computed here', async (_, deferred) => {
    const { queue, complete } = queueWith(start, (choice) => ({ ...choice, deferred }));
    expect(await complete(ids)).toEqual(onMainThread);
    expect(queue.counters).toMatchObject({ completed: 20, onMainThread: 20, lostThreads: 0 });
  });

  test('fail with what the policy says where neither thread can compute them', async () => {
    const { complete } = queueWith(start, (choice) => ({
      ...choice,
      deferred: { use: 'nobody', with: {} },
      estimate: () => {
        throw new Error('no estimate');
      },
    }));
    await expect(complete(['decision-0'])).rejects.toThrow('no estimate');
  });
});

describe('the thread', () => {
  test('ends when told, and starts no more', async () => {
    const { queue, workers, complete } = queueWith(start);
    await complete(ids);
    await queue.close();
    expect(workers[0].threadId).toBe(-1);
    await complete(['after']);
    expect(workers).toHaveLength(1);
    expect(queue.counters).toMatchObject({ completed: 21, onMainThread: 1, lostThreads: 0 });
  });

  test('keeps a process alive while it computes, and no longer', async () => {
    const directory = directoryWith();
    const state = join(directory, 'state');
    const store = await openLmdbStore({ directory: state });
    const snapshot = await snapshotIn(directory, 'first', store);
    await store.close();
    const script = join(import.meta.dirname, 'children', 'leave.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, snapshot, state], {
      timeout: 30_000,
    });
    expect(JSON.parse(stdout)).toEqual({ completed: 20, onMainThread: 0, leftPending: 0, lostThreads: 0 });
  });
});

test.runIf(process.platform === 'linux')(
  'threads give way to requests, whose priority is left as it was',
  async () => {
    const niceOf = (task: string) =>
      Number(readFileSync(`/proc/self/task/${task}/stat`, 'utf8').split(') ')[1].split(' ')[16]);
    const before = niceOf(String(process.pid));
    const { complete } = queueWith(start);
    await complete(ids);
    expect(niceOf(String(process.pid))).toBe(before);
    expect(readdirSync('/proc/self/task').map(niceOf)).toContain(constants.priority.PRIORITY_BELOW_NORMAL);
  },
);

test('an engine draws propensities of the default policy on no main thread', async () => {
  const { engine } = await engineFor();
  for (let i = 0; i < 5; i++) await engine.recommend({ user: `user-${i}` });
  await engine.flush();
  expect(engine.counters.propensities).toEqual({
    completed: 5,
    onMainThread: 0,
    leftPending: 0,
    lostThreads: 0,
  });
});
