/** Does the service answer over HTTP what the engine answers, and refuse everything else with a code and a remedy? */

import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_FUNNEL, type EngineOptions } from '../../src/index.ts';
import { type ServiceOptions, serve } from '../../src/service/http.ts';
import { engineFor, NOW } from '../online/trained.ts';

/** A service on any free port and an engine behind it. */
async function serviceFor(options: Partial<EngineOptions> = {}, where: ServiceOptions = { port: 0 }) {
  const made = await engineFor(options);
  const service = await serve(made.engine, where);
  onTestFinished(() => service.close());
  const { port } = new URL(service.url);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(service.url + path, init);
    return { status: response.status, body: await response.json() };
  };
  const post = (path: string, body: unknown, type = 'application/json') =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...made, service, port: Number(port), ask, post };
}

/** Sends bytes as they are and returns what comes back until the connection ends. */
function sendBytes(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

/** A stage that waits until it is let go, and tells when it is entered and whether its request was aborted. */
function gate() {
  let letGo = () => {};
  let enter = () => {};
  const open = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const entered = new Promise<void>((resolve) => {
    enter = resolve;
  });
  let signal: AbortSignal | undefined;
  const options: Partial<EngineOptions> = {
    funnel: {
      ...DEFAULT_FUNNEL,
      queryHydrators: [...(DEFAULT_FUNNEL.queryHydrators ?? []), { use: 'gate' }],
    },
    stages: () => ({
      queryHydrators: {
        gate: () => ({
          name: 'gate',
          onFailure: 'closed',
          provides: [],
          async hydrateQuery(context) {
            signal = context.signal;
            enter();
            await open;
          },
          toJSON: () => ({ use: 'gate' }),
        }),
      },
    }),
  };
  return { options, entered, letGo: () => letGo(), aborted: () => signal?.aborted };
}

/** Asserts the shape of a failure and returns it. */
function failureOf({ body }: { body: unknown }) {
  expect(body).toEqual({
    error: {
      code: expect.stringMatching(/^ERR_SLUICE_/),
      message: expect.stringMatching(/\S/),
      remedy: expect.stringMatching(/\S/),
    },
  });
  return (body as { error: { code: string; message: string; remedy: string } }).error;
}

const event = { id: 'event-1', user: 'user-1', item: 'even-2', type: 'play', time: NOW };

describe('a service', () => {
  test('answers a recommendation with the slate that the engine gives', async () => {
    const { post } = await serviceFor();
    const { status, body } = await post('/recommend', { user: 'user-1', count: 5, surface: 'row' });
    const { engine } = await engineFor();
    const slate = await engine.recommend({ user: 'user-1', count: 5, surface: 'row' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ decisionId: 'decision-0', degraded: false });
    expect(body.items).toEqual(JSON.parse(JSON.stringify(slate.items)));
  });

  test('acknowledges an event, and a repeated one as a duplicate', async () => {
    const { post } = await serviceFor();
    expect(await post('/events', event)).toEqual({
      status: 200,
      body: { sequence: 1, duplicate: false, late: false, known: true },
    });
    expect((await post('/events', event)).body).toMatchObject({ sequence: 1, duplicate: true });
  });

  test('explains a decision with the outcome that came in for it', async () => {
    const { post, ask } = await serviceFor();
    const slate = (await post('/recommend', { user: 'user-1' })).body;
    await post('/events', { ...event, item: slate.items[0].id, decisionId: slate.decisionId });
    const { status, body } = await ask(`/decisions/${slate.decisionId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ decisionId: slate.decisionId, user: 'user-1', replayed: true });
    expect(body.items[0].outcomes).toEqual([{ type: 'play', time: NOW, value: 1 }]);
  });

  test('finds a decision whose id is as long and as foreign as ids may be', async () => {
    const id = '鯨/'.repeat(128);
    const { post, ask } = await serviceFor({ decisionId: () => id });
    await post('/recommend', { user: 'user-1' });
    expect((await ask(`/decisions/${encodeURIComponent(id)}`)).body).toMatchObject({ decisionId: id });
  });

  test('tells its health', async () => {
    const { engine, ask } = await serviceFor();
    expect(await ask('/health')).toEqual({
      status: 200,
      body: { ok: true, backend: engine.backend, snapshot: engine.snapshot },
    });
  });

  test('gives the address that it is bound to, IPv6 in brackets', async () => {
    const { service } = await serviceFor();
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { engine } = await engineFor();
    const six = await serve(engine, { host: '::1', port: 0 }).catch((error) => error);
    // A machine without IPv6 refuses with a code instead.
    if ('code' in six) expect(six.code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    else {
      expect(six.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
      await six.close();
    }
  });
});

describe('a service refuses with code, message and remedy', () => {
  test.each<[string, string, unknown, number]>([
    ['malformed JSON', '/recommend', '{"user":', 400],
    ['no body', '/recommend', '', 400],
    ['an array as the body', '/recommend', [], 400],
    ['null as the body', '/recommend', 'null', 400],
    ['text as the body', '/recommend', '"user-1"', 400],
    ['a body that reaches for the prototype', '/recommend', '{"__proto__":{"count":3},"user":"a"}', 400],
    ['no user', '/recommend', {}, 400],
    ['a user that is a number', '/recommend', { user: 7 }, 400],
    ['a user that is an object', '/recommend', { user: { toString: 'x' } }, 400],
    ['a user that is no well-formed text', '/recommend', '{"user":"\\ud800"}', 400],
    ['a user of 257 characters', '/recommend', { user: 'x'.repeat(257) }, 400],
    ['a count that is text', '/recommend', { user: 'a', count: '3' }, 400],
    ['a count of 0', '/recommend', { user: 'a', count: 0 }, 400],
    ['a count beyond 1000', '/recommend', { user: 'a', count: 1001 }, 400],
    ['a deadline below 0', '/recommend', { user: 'a', deadlineMs: -1 }, 400],
    ['a budget that is text', '/recommend', { user: 'a', budget: '1' }, 400],
    ['a time that is text', '/recommend', { user: 'a', time: '2026' }, 400],
    ['an event without an id', '/events', { ...event, id: undefined }, 400],
    ['an event whose item is a number', '/events', { ...event, item: 3 }, 400],
    ['an event whose time is in seconds', '/events', { ...event, time: NOW / 1000 }, 400],
    ['an event whose value is text', '/events', { ...event, value: 'much' }, 400],
    ['a body of 2 MB', '/events', { ...event, type: 'x'.repeat(2 << 20) }, 413],
    ['an unknown route', '/recommendations', { user: 'a' }, 404],
  ])('%s', async (_, path, body, status) => {
    const { post } = await serviceFor();
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(failureOf(answer).code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });

  test('an event in the future', async () => {
    const { post, ask } = await serviceFor();
    const answer = await post('/events', { ...event, time: NOW + 864e5 });
    expect(answer.status).toBe(400);
    expect(failureOf(answer).code).toBe('ERR_SLUICE_EVENT_IN_FUTURE');
    expect((await ask('/health')).status).toBe(200);
  });

  test('another content type', async () => {
    const { post } = await serviceFor();
    const xml = await post('/recommend', '<user>a</user>', 'application/xml');
    expect(xml.status).toBe(415);
    expect(failureOf(xml).remedy).toContain('application/json');
    expect((await post('/recommend', '{"user":"a"}', 'text/plain')).status).toBe(400);
  });

  test.each([
    ['a decision that was never made', 'decision-7', 404, 'ERR_SLUICE_UNKNOWN_DECISION'],
    ['an empty decision id', '', 404, 'ERR_SLUICE_UNKNOWN_DECISION'],
    ['a decision id that is no URL text', '%E0%A4%A', 400, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a decision id beyond any length', 'x'.repeat(5000), 414, 'ERR_SLUICE_INVALID_ARGUMENT'],
  ])('%s', async (_, id, status, code) => {
    const { ask } = await serviceFor();
    const answer = await ask(`/decisions/${id}`);
    expect(answer.status).toBe(status);
    expect(failureOf(answer).code).toBe(code);
  });

  test('a method that a route does not have, naming those that there are', async () => {
    const { ask } = await serviceFor();
    const answer = await ask('/recommend');
    expect(answer.status).toBe(404);
    expect(failureOf(answer).message).toMatch(/POST \/recommend.*but received GET \/recommend$/);
  });

  test.each([
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
    ['headers of 40 KB', `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ])('%s, on the bare connection', async (_, bytes, status) => {
    const { port, ask } = await serviceFor();
    const [head, body] = (await sendBytes(port, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(failureOf({ body: JSON.parse(body) }).code).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect((await ask('/health')).status).toBe(200);
  });

  test('everything that needs an engine which is closed', async () => {
    const { engine, post, ask } = await serviceFor();
    await engine.close();
    for (const answer of [
      await post('/recommend', { user: 'a' }),
      await post('/events', event),
      await ask('/decisions/decision-0'),
    ]) {
      expect(answer.status).toBe(503);
      expect(failureOf(answer).code).toBe('ERR_SLUICE_CLOSED');
    }
  });

  test('an event that the disk did not take, and takes it when it is sent again', async () => {
    const { store, post } = await serviceFor();
    await post('/events', { ...event, id: 'before' });
    store.failNextFlush = new Error('disk full');
    const answer = await post('/events', event);
    expect(answer.status).toBe(503);
    expect(failureOf(answer).code).toBe('ERR_SLUICE_STORE_FAILED');
    expect((await post('/events', event)).body).toMatchObject({ duplicate: false });
  });

  test.each<[string, ServiceOptions]>([
    ['a port that is no port', { port: 65_536 }],
    ['an address of another machine', { host: '203.0.113.7', port: 0 }],
  ])('to listen at %s', async (_, where) => {
    const { engine } = await engineFor();
    await expect(serve(engine, where)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringMatching(/^Expected to listen at /),
    });
  });

  test('to listen at a port that is taken', async () => {
    const { engine, port } = await serviceFor();
    await expect(serve(engine, { port })).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      remedy: expect.stringContaining('another port'),
    });
  });
});

describe('a service that closes', () => {
  test('answers the requests that are under way, and takes no others', async () => {
    const { options, entered, letGo } = gate();
    const { service, post } = await serviceFor(options);
    const answer = post('/recommend', { user: 'user-1', deadlineMs: 60_000 });
    await entered;
    const started = performance.now();
    const closing = service.close();
    await expect(fetch(`${service.url}/health`)).rejects.toThrow();
    letGo();
    expect((await answer).status).toBe(200);
    await closing;
    // Sooner than the patience that it has with clients that hang.
    expect(performance.now() - started).toBeLessThan(2500);
    await service.close();
  });

  test('does not wait for a client that never ends its request', async () => {
    const { service, port } = await serviceFor();
    const hanging = sendBytes(port, 'POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{').catch(
      () => '',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await service.close();
    expect(performance.now() - started).toBeLessThan(15_000);
    await hanging;
  });

  test('leaves the engine open', async () => {
    const { service, engine } = await serviceFor();
    await service.close();
    expect((await engine.recommend({ user: 'user-1' })).items).toHaveLength(12);
  });
});

describe('a client that goes away', () => {
  test('aborts its request and harms no other', async () => {
    const { options, entered, letGo, aborted } = gate();
    const { ask, post } = await serviceFor(options);
    const leaving = new AbortController();
    const answer = ask('/recommend', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user":"user-1","deadlineMs":60000}',
      signal: leaving.signal,
    });
    await entered;
    expect(aborted()).toBe(false);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(aborted).toBe(true);
    letGo();
    expect((await post('/recommend', { user: 'user-2' })).status).toBe(200);
  });

  test('in the middle of its request is forgotten', async () => {
    const { port, ask } = await serviceFor();
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"id"');
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    await new Promise((resolve) => socket.on('close', resolve));
    expect((await ask('/health')).status).toBe(200);
  });
});

test('tells what requests have cost', async () => {
  const { ask, post } = await serviceFor();
  await post('/recommend', { user: 'ada' });
  const { status, body } = await ask('/ledger');
  expect(status).toBe(200);
  expect(body.ledger).toMatchObject({ requests: 1, model: 0, paths: [{ path: 'fast', requests: 1 }] });
  expect(body.spending).toBeNull();
});

test('many requests and events at once are all answered', async () => {
  const { engine, post, store } = await serviceFor();
  const slates = Array.from({ length: 40 }, (_, i) => post('/recommend', { user: `user-${i % 20}` }));
  const acknowledged = Array.from({ length: 40 }, (_, i) => post('/events', { ...event, id: `event-${i}` }));
  expect((await Promise.all(slates)).map(({ status }) => status)).toEqual(new Array(40).fill(200));
  const sequences = (await Promise.all(acknowledged)).map(({ body }) => body.sequence);
  expect(new Set(sequences).size).toBe(40);
  // Decisions are written after their answers.
  await engine.flush();
  expect(store.unflushed).toBe(0);
});
