/** How does another process ask? JSON over HTTP: recommend, observe, explain. */

import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Engine, SluiceError } from '../index.ts';
import { BODY_LIMIT, refusal, refuse, refuseMalformed } from './refusals.ts';

/** Where the service listens. */
export interface ServiceOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes any free one. @default 8080 */
  readonly port?: number;
}

/** A listening service. */
export interface Service extends AsyncDisposable {
  /** `http://host:port` as it is bound. */
  readonly url: string;
  /** Stops listening once open requests are answered; the engine stays open. Idempotent. */
  close(): Promise<void>;
}

/** Decision ids have at most 256 characters, of at most 9 in a URL. */
const LONGEST_ID = 256 * 9;

/** How long a closing service waits for requests that are under way. */
const PATIENCE_MS = 3000;

const ROUTES =
  'POST /recommend, POST /recommend/stream, POST /events, GET /decisions/:id, GET /ledger, GET /health';

/**
 * Serves an engine over HTTP, JSON in and out:
 *
 * - `POST /recommend` with a `RecommendRequest`: a `Slate`. A request whose connection closes is aborted.
 * - `POST /recommend/stream` with the same: a line of JSON for the fast slate, and one for its upgrade if one came in time.
 * - `POST /events` with an `Event`: an `Acknowledgement`, after the event is durable.
 * - `GET /decisions/:id`: an `Explanation`.
 * - `GET /ledger`: what requests have cost by path and stage, and what is left of the day.
 * - `GET /health`: backend and snapshot.
 *
 * Failures answer `{ error: { code, message, remedy } }`, with 4xx for wrong input and 5xx otherwise.
 *
 * @throws ERR_SLUICE_MODULE_REQUIRED where fastify is not installed; ERR_SLUICE_INVALID_ARGUMENT when it cannot listen
 * there.
 */
export async function serve(
  engine: Engine,
  { host = '127.0.0.1', port = 8080 }: ServiceOptions = {},
): Promise<Service> {
  const { default: fastify } = await import('fastify').catch((cause: unknown) => {
    throw new SluiceError(
      'ERR_SLUICE_MODULE_REQUIRED',
      'Expected the package fastify but it is not installed',
      {
        cause,
        remedy: 'Run `npm install fastify@5`.',
      },
    );
  });
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: LONGEST_ID },
    // Connections that are open when the service closes get the answers they ask for.
    return503OnClosing: false,
    frameworkErrors: (error, _, reply) => refuse(error, reply),
    clientErrorHandler: refuseMalformed,
  });
  app.setErrorHandler((error, _, reply) => refuse(error, reply));
  let closing = false;
  app.addHook('onSend', async (_, reply) => {
    // A connection that is kept alive would hold up the end.
    if (closing) reply.header('connection', 'close');
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw refusal(404, `Expected one of ${ROUTES} but received ${method} ${url}`);
  });

  app.get('/health', async () => ({ ok: true, backend: engine.backend, snapshot: engine.snapshot }));
  const asked = ({ body: given }: FastifyRequest, reply: FastifyReply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return { ...body(given), signal: gone.signal } as Parameters<Engine['recommend']>[0];
  };
  app.post('/recommend', async (request, reply) => engine.recommend(asked(request, reply)));
  app.post('/recommend/stream', async (request, reply) => {
    const slates = engine.recommendStream(asked(request, reply));
    // What fails before the first slate is refused like any request.
    const first = await slates.next();
    const lines = async function* () {
      yield `${JSON.stringify(first.value)}\n`;
      for await (const slate of slates) yield `${JSON.stringify(slate)}\n`;
    };
    return reply.type('application/x-ndjson').send(Readable.from(lines()));
  });
  app.post('/events', async (request) =>
    engine.observe(body(request.body) as unknown as Parameters<Engine['observe']>[0]),
  );
  app.get('/ledger', async () => ({ ledger: engine.ledger, spending: engine.spending }));
  app.get('/decisions/:id', async (request) => engine.explain((request.params as { id: string }).id));

  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected to listen at ${host}:${port} but received ${(cause as Error).message}`,
      { cause, remedy: 'Choose another port or address, or stop what listens there.' },
    );
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const close = async () => {
    closing = true;
    // A client that never ends its request must not keep the service from closing.
    const patience = setTimeout(() => app.server.closeAllConnections(), PATIENCE_MS);
    await app.close().finally(() => clearTimeout(patience));
  };
  return { url: `http://${name}:${address.port}`, close, [Symbol.asyncDispose]: close };
}

function body(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw refusal(400, 'Expected a JSON object as the body');
}
