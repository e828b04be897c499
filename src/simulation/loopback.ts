/** How is a provider tested end to end without a network? An OpenAI-compatible server on this machine, with faults. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ModelCall } from '../index.ts';
import { RETRY_AFTER_MS, type SimulatedCall, type SimulatedModel } from './simulated-model.ts';

/** A server that answers `POST /v1/chat/completions` as a simulated model would. */
export interface Loopback extends AsyncDisposable {
  /** `http://127.0.0.1:port/v1`. */
  readonly baseURL: string;
  /** Headers and bodies of all requests so far, the first first. */
  readonly requests: readonly { readonly headers: IncomingHttpHeaders; readonly body: ChatRequest }[];
  /** Stops listening and cuts all connections. Idempotent. */
  close(): Promise<void>;
}

/** What is read of a request. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly max_tokens?: number;
  readonly response_format?: { readonly type: string };
}

/** How often a dripping answer gives a byte. */
const DRIP_MS = 20;

/**
 * Serves a simulated model on a free port of 127.0.0.1. Its faults happen on the wire: statuses with Retry-After,
 * connections cut in the middle of the body, silence, bodies byte by byte.
 */
export async function serveLoopback(model: SimulatedModel): Promise<Loopback> {
  const requests: { headers: IncomingHttpHeaders; body: ChatRequest }[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions' || !body) {
        reply(response, 404, { error: { message: 'no such route', code: 'not_found' } });
        return;
      }
      requests.push({ headers: request.headers, body });
      perform(response, model.draw(callOf(body)), body.model, later);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const { port } = server.address() as AddressInfo;
  return { baseURL: `http://127.0.0.1:${port}/v1`, requests, close, [Symbol.asyncDispose]: close };
}

async function bodyOf(request: IncomingMessage): Promise<ChatRequest | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

function callOf({ messages, max_tokens: maxOutputTokens = 4096, response_format }: ChatRequest): ModelCall {
  const said = (role: string): string =>
    messages
      .filter((message) => message.role === role)
      .map(({ content }) => textOf(content))
      .join('\n');
  const prompt = { system: said('system'), user: said('user') };
  const schema = { ...response_format };
  return { purpose: 'plan', prompt, schema, maxOutputTokens, signal: new AbortController().signal };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as { text?: string }[]).map(({ text = '' }) => text).join('');
}

type Later = (ms: number, work: () => void) => void;

function perform(response: ServerResponse, drawn: SimulatedCall, model: string, later: Later): void {
  const { fault, ms, text, usage } = drawn;
  if (fault === 'hang') return;
  if (fault === 'busy') {
    response.setHeader('retry-after-ms', RETRY_AFTER_MS);
    reply(response, 429, { error: { message: 'too many requests', code: 'rate_limit_exceeded' } });
    return;
  }
  if (fault === 'broken') {
    reply(response, 503, { error: { message: 'overloaded', type: 'server_error' } });
    return;
  }
  const answer = {
    ...{ id: 'loopback', object: 'chat.completion', created: 0, model },
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text },
        finish_reason: fault === 'truncated' ? 'length' : 'stop',
      },
    ],
    ...(fault !== 'unmetered' && {
      usage: {
        prompt_tokens: usage.inputTokens,
        completion_tokens: usage.outputTokens,
        total_tokens: usage.inputTokens + usage.outputTokens,
      },
    }),
  };
  later(ms, () => {
    if (fault === 'drip') drip(response, JSON.stringify(answer), later);
    else if (fault === 'reset') {
      start(response, 200, 1000);
      response.write('{"id":', () => response.socket?.resetAndDestroy());
    } else reply(response, 200, answer);
  });
}

function start(response: ServerResponse, status: number, length: number): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length });
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  start(response, status, Buffer.byteLength(text));
  response.end(text);
}

/** One byte at a time. */
function drip(response: ServerResponse, text: string, later: Later): void {
  const bytes = Buffer.from(text);
  start(response, 200, bytes.length);
  const give = (at: number): void => {
    if (at === bytes.length) response.end();
    if (at === bytes.length || response.destroyed) return;
    response.write(bytes.subarray(at, at + 1));
    later(DRIP_MS, () => give(at + 1));
  };
  give(0);
}
