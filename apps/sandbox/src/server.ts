import { once } from 'node:events';
import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Vocabulary } from '@ehrsynth/vocab';
import { Admission } from './admission.ts';
import { BodyReader } from './body.ts';
import { BulkExports } from './bulk-export.ts';
import { capabilityStatement } from './capability.ts';
import { loadDefinitions } from './definitions.ts';
import { PortError, SmartTokenError, TokenNeededError, WeakTokenError } from './errors.ts';
import { FhirService } from './fhir-service.ts';
import { Filling } from './filling.ts';
import { Gate } from './gate.ts';
import { handle } from './handler.ts';
import { SANDBOX_LIMITS, type SandboxLimits } from './limits.ts';
import { outcomeOf } from './rejection.ts';
import { Repository } from './repository.ts';
import { SmartLaunch } from './smart/launch.ts';
import { Store } from './store.ts';
import { BASE_PATH } from './target.ts';

export interface SandboxOptions {
  /** Address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** 0: any that is free. */
  port?: number;
  /** Names besides loopback's that requests may be sent to: name, for any port, or name:port. */
  allowHosts?: string[];
  /** Origins whose web pages may send requests, besides those on loopback: https://app.example.org, or * for any. */
  allowOrigins?: string[];
  /** Bearer token that requests must carry; needed beyond loopback. */
  token?: string;
  /** A stand-in launch for SMART apps under development; each is about this patient, or about one that is chosen. */
  smart?: { patient?: string };
  limits?: Partial<SandboxLimits>;
  vocabulary: Vocabulary;
  version: string;
  /** Where the data is kept; in memory alone where undefined. */
  dataFolder?: string;
  /** Let in what the validator finds errors in. */
  acceptInvalid?: boolean;
  /** Answers 503 to all but the one who fills it, until it is opened. */
  closed?: boolean;
}

export interface Sandbox {
  /** http://127.0.0.1:8080/fhir */
  url: string;
  /** That requests must carry, where they must carry one. */
  token?: string;
  /** Headers by which the one who fills a closed sandbox is answered. */
  fillerHeaders: Readonly<Record<string, string>>;
  /** Answers everyone from now on. */
  open(): void;
  /** Resources that it holds. */
  size(): number;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Shorter ones can be guessed. */
const TOKEN_LENGTH = 16;

/**
 * Starts a FHIR R4 server, on loopback unless it has a token: every type's REST interactions, transactions, batches and bulk
 * export, with the validator before it.
 * @throws UserError where the port is taken, the data damaged or in use, or the token missing or too short
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = LOOPBACK, token, allowHosts = [], allowOrigins = [] } = options;
  if (token === undefined && !isLoopback(host)) throw new TokenNeededError(host);
  if (token !== undefined && !(token.length >= TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)))
    throw new WeakTokenError(TOKEN_LENGTH);
  if (token !== undefined && options.smart) throw new SmartTokenError();
  const limits = { ...SANDBOX_LIMITS, ...options.limits };
  loadDefinitions();
  let store: Store | undefined;
  const repository = new Repository(async (changes) => store?.write(changes));
  if (options.dataFolder) store = await Store.open(options.dataFolder, repository);
  const server = serverWith(limits);
  try {
    await listen(server, options.port ?? 0, host);
  } catch (error) {
    await store?.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const isNamed = !isWildcard(host) && !isLoopback(host);
  const smart: SmartLaunch | undefined =
    options.smart && new SmartLaunch(repository.index, options.smart, (origin) => admission.isAllowed(origin));
  const admission: Admission = new Admission({
    port,
    hosts: isNamed ? [...allowHosts, `${inUrl(host)}:${port}`] : allowHosts,
    origins: allowOrigins,
    token,
    isToken: smart && ((given) => smart.isToken(given)),
  });
  const filling = new Filling(!options.closed, () => repository.size());
  const parts = {
    admission,
    filling,
    bodies: new BodyReader(limits.maxBodyBytes),
    service: new FhirService(repository, new Gate(options.vocabulary, repository, options.acceptInvalid)),
    bulk: new BulkExports(repository, token !== undefined || smart !== undefined),
    smart,
    metadata: (base: string) => capabilityStatement(base, options.version, smart !== undefined),
  };
  server.on('request', (request, response) => void handle(request, response, parts));
  return {
    url: `http://${inUrl(isWildcard(host) ? LOOPBACK : host)}:${port}${BASE_PATH}`,
    token: token ?? smart?.ownToken,
    fillerHeaders: filling.headers,
    open: () => filling.end(),
    size: () => repository.size(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store?.close();
    },
  };
}

/** A server that waits for no client without end. */
function serverWith({ maxConnections, headersTimeoutMs, requestTimeoutMs, stallTimeoutMs }: SandboxLimits): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, headersTimeoutMs),
  });
  server.maxConnections = maxConnections;
  server.timeout = stallTimeoutMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    socket.end(answerTo(error.code), () => socket.destroy());
  });
  return server;
}

const STATUS_OF: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** The answer to what is no HTTP, or did not come in time. */
function answerTo(code = ''): string {
  const status = STATUS_OF[code] ?? 400;
  const body = JSON.stringify(outcomeOf('error', 'structure', `${STATUS_CODES[status]} (${code})`));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/fhir+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new PortError(port, error);
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** ::1 → [::1] */
function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
