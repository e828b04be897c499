/** How does another process ask? JSON over HTTP: recommend, observe, explain. */

import type { AddressInfo } from 'node:net';
import { type Engine, SluiceError } from '../index.ts';

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

const STATUS: Readonly<Record<string, number>> = {
  ERR_SLUICE_INVALID_ARGUMENT: 400,
  ERR_SLUICE_NON_FINITE: 400,
  ERR_SLUICE_EVENT_IN_FUTURE: 400,
  ERR_SLUICE_UNKNOWN_DECISION: 404,
  ERR_SLUICE_CLOSED: 503,
  ERR_SLUICE_STORE_FAILED: 503,
};

/**
 * Serves an engine over HTTP, JSON in and out:
 *
 * - `POST /recommend` with a `RecommendRequest`: a `Slate`. A request whose connection closes is aborted.
 * - `POST /events` with an `Event`: an `Acknowledgement`, after the event is durable.
 * - `GET /decisions/:id`: an `Explanation`.
 * - `GET /health`: backend and snapshot.
 *
 * Failures answer `{ error: { code, message, remedy } }`, with 4xx for wrong input and 5xx otherwise.
 *
 * @throws ERR_SLUICE_MODULE_REQUIRED where fastify is not installed; ERR_SLUICE_INVALID_ARGUMENT when the port is taken.
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
  const app = fastify({ bodyLimit: 1 << 20 });

  app.setErrorHandler((error, _, reply) => {
    if (SluiceError.is(error)) {
      const { code, message, remedy } = error;
      return reply.code(STATUS[code] ?? 500).send({ error: { code, message, remedy } });
    }
    // What fastify itself refuses: malformed JSON, a body that is too large.
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const wrong = status < 500;
    const code = wrong ? 'ERR_SLUICE_INVALID_ARGUMENT' : 'ERR_SLUICE_INTERNAL';
    const { message, remedy } = new SluiceError(code, (error as Error).message);
    return reply.code(status).send({ error: { code, message, remedy } });
  });
  app.setNotFoundHandler((request) => {
    throw Object.assign(new Error(`No route ${request.method} ${request.url}`), { statusCode: 404 });
  });

  app.get('/health', async () => ({ ok: true, backend: engine.backend, snapshot: engine.snapshot }));
  app.post('/recommend', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return engine.recommend({ ...body(request.body), signal: gone.signal } as Parameters<
      Engine['recommend']
    >[0]);
  });
  app.post('/events', async (request) =>
    engine.observe(body(request.body) as unknown as Parameters<Engine['observe']>[0]),
  );
  app.get('/decisions/:id', async (request) => engine.explain((request.params as { id: string }).id));

  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected a free port at ${host}:${port}: ${(cause as Error).message}`,
      {
        cause,
        remedy: 'Choose another port, or stop what listens there.',
      },
    );
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const close = () => app.close();
  return { url: `http://${name}:${address.port}`, close, [Symbol.asyncDispose]: close };
}

function body(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', 'Expected a JSON object as the body', {
    remedy: 'Send `content-type: application/json` with an object.',
  });
}
