import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { UserError } from '@ehrsynth/io';
import type { Certificates } from './certificates.ts';
import { RefusedError } from './errors.ts';
import { BrokenMessageError, decodeMessage, encodeMessage, type Message } from './message.ts';

/** What goes over the wire: POST with a message, which is answered with one. */
export const PATH = '/v1/ask';
export const TYPE = 'application/vnd.ehrsynth.message';
/** Bytes of a message, at most: weights of some hundred million numbers. */
export const MOST_BYTES = 2 ** 30;

export interface SiteServerOptions {
  host: string;
  port: number;
  certificates: Certificates;
  /** Names of coordinators, as their certificates have them. */
  coordinators: readonly string[];
  /** Of one coordinator's request; one after another. */
  answer: (request: Message, coordinator: string) => Promise<Message>;
  /** What was turned away at the door. */
  onRefused?: (why: string) => void;
}

export interface SiteServer {
  host: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Serves a site over TLS 1.3: whoever connects must have a certificate of the authority, and a name that the site allows. Nothing is
 * answered, or said of what is wrong, to anyone else. @throws the system's error where the address cannot be listened on
 */
export async function serveSite(options: SiteServerOptions): Promise<SiteServer> {
  const { host, port, certificates, onRefused } = options;
  const server = createServer({
    ...certificates,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
    // A request waits for its turn, and weights may take long to come.
    requestTimeout: 0,
  });
  let turn: Promise<unknown> = Promise.resolve();
  server.on('request', (request, response) => {
    // One at a time: rounds of one network.
    turn = turn.then(() => handle(request, response, options)).catch(() => request.destroy());
  });
  server.on('tlsClientError', (error, socket) => {
    onRefused?.(`${socket.remoteAddress ?? 'somebody'}: ${error.message}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { host, port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, options: SiteServerOptions): Promise<void> {
  const names = namesOf(request.socket as TLSSocket);
  const coordinator = names.find((name) => options.coordinators.includes(name));
  if (coordinator === undefined) {
    options.onRefused?.(
      `the certificate names ${names.join(', ') || 'nobody'}, which is not a coordinator allowed here`,
    );
    return reply(response, 403, refusal('coordinator', 'the site does not allow this coordinator'));
  }
  if (request.method !== 'POST' || request.url !== PATH) return reply(response, 404, refusal('path', 'unknown path'));
  try {
    const message = decodeMessage(await bodyOf(request));
    reply(response, 200, await options.answer(message, coordinator));
  } catch (error) {
    if (error instanceof BrokenMessageError) return reply(response, 400, refusal('message', error.message));
    if (error instanceof RefusedError) return reply(response, 409, refusal(error.reason, error.message));
    // What went wrong at the site is its own business: a message may name its patients.
    options.onRefused?.((error as Error).message);
    const what = error instanceof UserError ? error.code : 'an error';
    reply(response, 500, refusal('failed', `it failed with ${what}; the site prints the details`));
  }
}

/** The names of a certificate that was checked: its common name, and its DNS names. */
function namesOf(socket: TLSSocket): string[] {
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  const alternative = subjectaltname.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []));
  return [subject?.CN, ...alternative].flat().filter((name): name is string => typeof name === 'string');
}

function refusal(reason: string, message: string): Message {
  return { head: { error: { reason, message } }, numbers: {} };
}

function reply(response: ServerResponse, status: number, message: Message): void {
  const body = encodeMessage(message);
  response.writeHead(status, { 'content-type': TYPE, 'content-length': body.length });
  response.end(body);
}

/** @throws BrokenMessageError where it is too long */
export async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new BrokenMessageError(`it is longer than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
