import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { MockLanguageModelV3 } from 'ai/test';
import { afterEach, describe, expect, test } from 'vitest';
import { aiSdkModel } from '../../../src/reasoning/client/ai-sdk-model.ts';
import type { LanguageModel } from '../../../src/reasoning/client/language-model.ts';
import { ModelClient } from '../../../src/reasoning/client/model-client.ts';
import { openAiCompatible } from '../../../src/reasoning/client/open-ai-compatible.ts';
import { type Loopback, serveLoopback } from '../../../src/simulation/loopback.ts';
import { SimulatedModel, type SimulatedModelOptions } from '../../../src/simulation/simulated-model.ts';
import { asking, purse, readTop } from './ask.ts';

const KEY = 'sk-test-0123456789';
const open: Loopback[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function served(options: Partial<SimulatedModelOptions> = {}) {
  const model = new SimulatedModel({
    answer: () => '{"top":["B","A"]}',
    latency: { medianMs: 5, sigma: 0, stallShare: 0 },
    name: 'tiny',
    ...options,
  });
  const server = await serveLoopback(model);
  open.push(server);
  const remote = openAiCompatible({ baseURL: server.baseURL, apiKey: KEY, model: 'tiny' });
  const client = new ModelClient({ model: remote, prices: model.prices, lateMs: 50 });
  const ask = (ms = 2000) => {
    const { reservation, settled } = purse(4 * (client.bound(asking) as number));
    const question = { ...asking, read: readTop, reservation, deadline: performance.now() + ms };
    return client.ask(question).then((answer) => ({ answer, settled }));
  };
  return { model, server, remote, client, ask };
}

describe('a model at an OpenAI-compatible address', () => {
  test('answers through the AI SDK, and its usage is what was billed', async () => {
    const { ask, model, server } = await served();
    const { answer, settled } = await ask();
    expect(answer).toMatchObject({ value: ['B', 'A'], attempts: 1, cost: model.billed });
    expect(settled).toEqual([model.billed]);
    const [{ headers, body }] = server.requests;
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(body).toMatchObject({
      model: 'tiny',
      max_tokens: 50,
      temperature: 0,
      messages: [
        { role: 'system', content: asking.prompt.system },
        { role: 'user', content: asking.prompt.user },
      ],
      response_format: { type: 'json_schema', json_schema: { schema: asking.schema, name: 'rerank' } },
    });
  });

  test.each(['busy', 'broken', 'reset', 'truncated', 'empty', 'duplicates'] as const)(
    'that is %s is asked again',
    async (fault) => {
      const { ask, model } = await served({ script: [fault, null] });
      const { answer, settled } = await ask();
      expect(answer).toMatchObject({ value: ['B', 'A'], attempts: 2, cost: settled[0] });
      expect(settled).toHaveLength(1);
      expect(settled[0]).toBeGreaterThanOrEqual(model.billed);
    },
  );

  test.each(['hang', 'drip'] as const)('that is too slow (%s) is refused at the deadline', async (fault) => {
    const { ask, client, model } = await served({ faults: { [fault]: 1 } });
    const { answer, settled } = await ask(300);
    expect(answer).toMatchObject({ refused: 'deadline', attempts: 1 });
    expect(answer.ms).toBeGreaterThan(298);
    expect(answer.ms).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(settled).toEqual([client.bound(asking)]);
    expect(settled[0]).toBeGreaterThan(model.billed);
  });

  test('that is not there costs nothing', async () => {
    const { ask, server } = await served();
    await server.close();
    const { answer, settled } = await ask(400);
    expect(answer).toMatchObject({ refused: 'failed', failure: 'ECONNREFUSED', cost: 0 });
    expect(settled).toEqual([0]);
  });

  test('whose usage is unknown costs its bound', async () => {
    const { ask, client } = await served({ faults: { unmetered: 1 } });
    const { answer } = await ask();
    expect(answer).toMatchObject({ value: ['B', 'A'], cost: client.bound(asking) });
  });

  test('refuses an address that is none without repeating it', () => {
    for (const baseURL of ['', 'sk-secret', `file:///${KEY}`, undefined])
      try {
        openAiCompatible({ baseURL: baseURL as string, model: 'tiny' });
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
        expect(String(error)).not.toContain('sk-');
      }
  });
});

describe('an error of a provider', () => {
  const call = { ...asking, signal: new AbortController().signal };

  async function errorOf(model: LanguageModel): Promise<Record<string, unknown>> {
    const error = await model.complete(call).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_SLUICE_MODEL_FAILED' });
    return error;
  }

  test('keeps the status and the time to wait', async () => {
    const { remote } = await served({ faults: { busy: 1 } });
    const error = await errorOf(remote);
    expect(error).toMatchObject({
      message: 'Expected an answer of the model tiny but received status 429 (rate_limit_exceeded)',
      details: { statusCode: 429, retryAfterMs: 200 },
    });
  });

  test('never holds a key, wherever the provider repeats it', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => {
      response.writeHead(401, { 'x-key': KEY });
      response.end(
        JSON.stringify({ error: { message: `wrong key ${KEY}`, code: KEY, type: 'invalid_key' } }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const error = await errorOf(
      openAiCompatible({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: KEY, model: 'tiny' }),
    );
    server.close();
    expect(error['message']).toContain('status 401 (invalid_key)');
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(KEY);
  });
});

describe('a model of the AI SDK', () => {
  const usage = (total: number | undefined) => ({
    inputTokens: { total, noCache: 70, cacheRead: 30, cacheWrite: 0 },
    outputTokens: { total: 7, text: 7, reasoning: 0 },
  });
  const mock = (total?: number) =>
    new MockLanguageModelV3({
      modelId: 'mock',
      doGenerate: {
        content: [
          { type: 'reasoning', text: 'hm' },
          { type: 'text', text: '{"a":' },
          { type: 'text', text: '1}' },
        ],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: usage(total),
        warnings: [],
      },
    });
  const call = { ...asking, signal: new AbortController().signal };

  test('of any provider tells its text and its usage, cached tokens included', async () => {
    const model = aiSdkModel({ model: mock(100) });
    expect(model.name).toBe('mock');
    expect(await model.complete(call)).toEqual({
      text: '{"a":1}',
      usage: { inputTokens: 100, outputTokens: 7, cachedInputTokens: 30 },
    });
  });

  test('that counts only half of its tokens has no usage', async () => {
    expect(await aiSdkModel({ model: mock() }).complete(call)).toEqual({ text: '{"a":1}' });
  });

  test('takes neither temperature nor schema where it is told so', async () => {
    const model = mock(1);
    await aiSdkModel({ model, temperature: null, structuredOutput: false }).complete(call);
    expect(model.doGenerateCalls[0]).not.toHaveProperty('temperature');
    expect(model.doGenerateCalls[0]).not.toHaveProperty('responseFormat');
  });

  test('is one of specification v3, as the providers of version 6 give it', () => {
    const provided = createOpenAICompatible({ name: 'x', baseURL: 'http://127.0.0.1:1/v1' })('tiny');
    expect(aiSdkModel({ model: provided }).name).toBe('tiny');
    for (const model of ['openai/gpt-5', undefined, { specificationVersion: 'v2', doGenerate() {} }])
      expect(() => aiSdkModel({ model: model as never })).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
  });
});

describe('a process that buys', () => {
  const script = join(import.meta.dirname, 'children', 'buy.mjs');

  async function leave(options: Partial<SimulatedModelOptions>) {
    const { server } = await served(options);
    const started = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [script, server.baseURL]);
    return { ...JSON.parse(stdout), ms: performance.now() - started };
  }

  test('loads the AI SDK with the first purchase, not before', async () => {
    const { before, after, refused } = await leave({});
    expect({ before, refused }).toEqual({ before: [], refused: null });
    expect(after).toContain('@ai-sdk/openai-compatible');
  });

  test('ends by itself although a provider never answered', async () => {
    const { refused, ms } = await leave({ faults: { hang: 1 } });
    expect(refused).toBe('deadline');
    // An answer that is late is waited for ten seconds, but not by the process.
    expect(ms).toBeLessThan(8000);
  });
});
