/** What does a request that goes wrong receive? `{ error: { code, message, remedy } }` under the fitting status. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { SluiceError } from '../index.ts';

/** Bytes that a body may have. */
export const BODY_LIMIT = 1 << 20;

const STATUS: Readonly<Record<string, number>> = {
  ERR_SLUICE_INVALID_ARGUMENT: 400,
  ERR_SLUICE_NON_FINITE: 400,
  ERR_SLUICE_EVENT_IN_FUTURE: 400,
  ERR_SLUICE_UNKNOWN_DECISION: 404,
  ERR_SLUICE_CLOSED: 503,
  ERR_SLUICE_STORE_FAILED: 503,
};

/** What mends a request that is refused before the engine sees it. */
const REMEDIES: Readonly<Record<number, string>> = {
  400: 'Send `content-type: application/json` with a JSON object.',
  404: 'Use a method and path that the message names.',
  413: `Send at most ${BODY_LIMIT} bytes.`,
  415: 'Send `content-type: application/json` with a JSON object.',
  414: 'Use a decision id that this engine returned.',
};

/** What is wrong with a request beyond what the engine can say, by its HTTP status. */
export function refusal(status: number, message: string, cause?: unknown): SluiceError {
  const code = status < 500 ? 'ERR_SLUICE_INVALID_ARGUMENT' : 'ERR_SLUICE_INTERNAL';
  return new SluiceError(code, message, { remedy: REMEDIES[status], details: { status }, cause });
}

/** Answers a failure, whether of the engine or of fastify. */
export function refuse(error: unknown, reply: FastifyReply): FastifyReply {
  const { statusCode = 500, message } = error as { statusCode?: number; message?: string };
  const known = SluiceError.is(error) ? error : refusal(statusCode, message ?? String(error), error);
  const status = (known.details['status'] as number | undefined) ?? STATUS[known.code] ?? 500;
  return reply.code(status).send(answerOf(known));
}

/** Answers what is no HTTP, on the bare connection. */
export function refuseMalformed(cause: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || cause.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[cause.code ?? ''] ?? 400;
  const text = JSON.stringify(
    answerOf(refusal(status, `Expected an HTTP request but received ${cause.message}`)),
  );
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function answerOf({ code, message, remedy }: SluiceError) {
  return { error: { code, message, remedy } };
}
