import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '@medplum/fhirtypes';
import type { Rejection } from './rejection.ts';

const JSON_TYPE = 'application/fhir+json; charset=utf-8';
/** For a client that is still sending to see that it need not. */
const LINGER_MS = 2000;

/** Answers with a resource, or with a status alone. */
export function send(response: ServerResponse, status: number, body: Resource | undefined): void {
  if (body === undefined || status === 204) return void response.writeHead(status).end();
  response.writeHead(status, { 'Content-Type': JSON_TYPE }).end(JSON.stringify(body));
}

/**
 * Turns a request down. Where its body has not been read, the connection is closed; not at once, since a client that still
 * sends would see a broken connection instead of the answer.
 */
export async function sendRejection(
  request: IncomingMessage,
  response: ServerResponse,
  { status, outcome, headers }: Rejection,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.complete || !hasBody(request)) return send(response, status, outcome);
  const text = JSON.stringify(outcome);
  response.writeHead(status, {
    'Content-Type': JSON_TYPE,
    'Content-Length': Buffer.byteLength(text),
    Connection: 'close',
  });
  response.write(text);
  request.unpipe();
  request.resume();
  await Promise.race([once(request, 'close').catch(() => {}), sleep(LINGER_MS, undefined, { ref: false })]);
  response.end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
