/** What does a command leave behind that is interrupted, or whose reader goes away? */

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../offline/temporary.ts';
import { oneObject, sluiceJson, startInTest } from './command.ts';
import { movieLens } from './history.ts';

const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof STATUS;

/** Far above what ending takes, far below what the work would have taken. */
const PROMPT_MS = 5000;

/** Starts a demo that would serve for minutes, in a temporary directory of its own, and waits for its files there. */
async function demoUnderWay() {
  const temporary = directoryWith();
  const running = startInTest(
    ['demo', '--titles', '300', '--members', '100', '--requests', '200000', '--json'],
    {
      env: { TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    },
  );
  const inside = () => readdirSync(temporary).flatMap((name) => readdirSync(join(temporary, name)));
  return { ...running, temporary, inside };
}

describe.skipIf(process.platform === 'win32')('an interrupted demo', () => {
  test.each<Signal>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'on %s ends at once and leaves nothing behind',
    async (signal) => {
      const { child, outcome, temporary, inside } = await demoUnderWay();
      await expect.poll(inside, { timeout: 20_000 }).toContain('snapshot');
      const asked = performance.now();
      child.kill(signal);
      expect(await outcome).toMatchObject({ status: STATUS[signal], stdout: '' });
      expect(performance.now() - asked).toBeLessThan(PROMPT_MS);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test('leaves nothing behind while it trains either', async () => {
    const { child, outcome, temporary, inside } = await demoUnderWay();
    await expect.poll(inside, { timeout: 20_000, interval: 5 }).toContain('state');
    child.kill('SIGINT');
    expect((await outcome).status).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('an interrupted training', () => {
  test.each([
    ['the addon', {}],
    ['TypeScript', { SLUICE_NATIVE_PATH: '/nowhere' }],
  ])('by %s ends at once without a snapshot, and the next one succeeds', async (_, env) => {
    const directory = directoryWith(movieLens());
    const home = join(directory, 'home');
    const train = ['train', '--data', directory, '--home', home];
    const { child, outcome } = startInTest(
      [...train, '--iterations', '10000', '--factors', '512', '--json'],
      { env },
    );
    await expect.poll(() => existsSync(join(home, 'state')), { timeout: 20_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = performance.now();
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ status: 130, stdout: '' });
    expect(performance.now() - asked).toBeLessThan(PROMPT_MS);
    expect(existsSync(join(home, 'snapshots'))).toBe(false);
    const { snapshot } = await sluiceJson([...train, '--factors', '8', '--iterations', '2'], { env });
    expect(readdirSync(join(home, 'snapshots'))).toHaveLength(1);
    expect(existsSync(snapshot)).toBe(true);
  });
});

describe('a reader that goes away', () => {
  const files = () => directoryWith(movieLens());
  const evaluate = (directory: string) => ['evaluate', '--data', directory, '--factors', '8'];

  test('from standard output ends the output and not the work', async () => {
    const { child, outcome } = startInTest(evaluate(files()));
    child.stdout.destroy();
    const { status, stderr } = await outcome;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Evaluating/m);
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });

  test('from standard error leaves the answer whole', async () => {
    const { child, outcome } = startInTest([...evaluate(files()), '--json']);
    child.stderr.destroy();
    const { status, stdout } = await outcome;
    expect(status).toBe(0);
    expect(oneObject(stdout).models).toHaveLength(2);
  });

  test('from a training does not cost the snapshot', async () => {
    const directory = files();
    const home = join(directory, 'home');
    mkdirSync(home);
    const { child, outcome } = startInTest(['train', '--data', directory, '--home', home, '--factors', '8']);
    child.stdout.destroy();
    child.stderr.destroy();
    expect((await outcome).status).toBe(0);
    expect(readdirSync(join(home, 'snapshots'))).toHaveLength(1);
  });
});
