/** Does the served engine remember across processes, and close when it is told to? */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, oneObject, sluiceJson, startInTest } from './command.ts';
import { movieLens } from './history.ts';

async function trainedHome(): Promise<string> {
  const directory = directoryWith(movieLens());
  const home = join(directory, 'home');
  await sluiceJson(['train', '--data', directory, '--home', home, '--factors', '8', '--iterations', '4']);
  return home;
}

/** Serves a home on any free port; resolves once it listens. */
async function serving(home: string, ...options: string[]) {
  const running = startInTest(['serve', '--home', home, '--port', '0', '--json', ...options]);
  await expect
    .poll(() => running.printed.stdout || running.child.exitCode, { timeout: 20_000 })
    .toMatch(/\n/);
  const said = oneObject(running.printed.stdout);
  const post = async (path: string, body: object) => {
    const response = await fetch(said.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  return { ...running, said, post };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s it closes with status 0 and what it took in is kept',
  async (signal) => {
    const home = await trainedHome();
    const event = { id: 'event-1', user: 'ada', item: '4', type: 'play', time: Date.now() };
    const first = await serving(home);
    expect(first.said).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      backend: expect.stringMatching(/^(native|wasm)$/),
      snapshot: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const slate = await first.post('/recommend', { user: 'ada' });
    expect(await first.post('/events', event)).toMatchObject({ duplicate: false });
    const asked = performance.now();
    first.child.kill(signal);
    expect(await first.outcome).toMatchObject({ status: 0, signal: null, stderr: '' });
    expect(performance.now() - asked).toBeLessThan(10_000);

    const second = await serving(home);
    expect(await second.post('/events', event)).toMatchObject({ duplicate: true });
    const decision = await fetch(`${second.said.url}/decisions/${slate.decisionId}`);
    expect(await decision.json()).toMatchObject({
      decisionId: slate.decisionId,
      user: 'ada',
      propensityState: 'estimated',
      replayed: true,
    });
    const later = await second.post('/recommend', { user: 'ada', count: 40 });
    expect(later.items.map(({ id }: { id: string }) => id)).not.toContain('4');
  },
);

test('a request that is under way when it is told to close is answered', async () => {
  const { said, post, child, outcome } = await serving(await trainedHome());
  const answers = Array.from({ length: 50 }, (_, i) => post('/recommend', { user: `user-${i}` }));
  await Promise.race(answers);
  child.kill('SIGTERM');
  const settled = await Promise.allSettled(answers);
  expect((await outcome).status).toBe(0);
  // Connections that had not been accepted yet are refused as a whole; no answer is cut off or an error.
  for (const answer of settled) {
    if (answer.status === 'fulfilled') expect(answer.value).toMatchObject({ snapshot: said.snapshot });
    else expect(String(answer.reason)).toMatch(/fetch failed/);
  }
});

test('a port that is taken is refused with a remedy', async () => {
  const home = await trainedHome();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const error = await failureOf(['serve', '--home', home, '--port', String(port)]);
  expect(error).toMatchObject({
    code: 'ERR_SLUICE_INVALID_ARGUMENT',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    remedy: expect.stringContaining('another port'),
  });
});
