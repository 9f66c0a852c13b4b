import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { UserError } from '@ehrsynth/io';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Resource } from '@medplum/fhirtypes';
import { BulkExports } from './bulk-export.ts';
import { capabilityStatement } from './capability.ts';
import { loadDefinitions } from './definitions.ts';
import { FhirService } from './fhir-service.ts';
import { Gate } from './gate.ts';
import { Rejection } from './rejection.ts';
import { Repository } from './repository.ts';
import { Store } from './store.ts';

export interface SandboxOptions {
  /** 0: any that is free. */
  port?: number;
  vocabulary: Vocabulary;
  version: string;
  /** Where the data is kept; in memory alone where undefined. */
  dataFolder?: string;
  /** Let in what the validator finds errors in. */
  acceptInvalid?: boolean;
}

export interface Sandbox {
  /** http://127.0.0.1:8080/fhir */
  url: string;
  /** Resources that it holds. */
  size(): number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const PATH = '/fhir';
const JSON_TYPE = 'application/fhir+json; charset=utf-8';
/** $export, Patient/$export, Group/id/$export */
const EXPORT = /^((Patient|Group\/[\w\-.]+)\/)?\$export$/;

/**
 * Starts a FHIR R4 server on loopback: every type's REST interactions, transactions, batches and bulk export, with the
 * validator before it.
 * @throws UserError where the port is taken or the data damaged
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  loadDefinitions();
  let store: Store | undefined;
  let writing: Promise<void> = Promise.resolve();
  const repository = new Repository((changes) => {
    if (store) writing = store.write(changes);
  });
  if (options.dataFolder) store = await Store.open(options.dataFolder, repository);
  const server = createServer();
  await listen(server, options.port ?? 0);
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`;
  const gate = options.acceptInvalid ? undefined : new Gate(options.vocabulary, repository);
  const service = new FhirService(repository, gate, url);
  const bulk = new BulkExports(repository, url);
  const metadata = capabilityStatement(url, options.version);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, { service, bulk, metadata, settled: () => writing }).catch((error: unknown) => {
      const { status, outcome } =
        error instanceof Rejection ? error : Rejection.because(500, 'exception', String(error));
      if (response.headersSent) response.destroy();
      else send(response, status, outcome);
    });
  });
  return {
    url,
    size: () => [...repository.all()].length,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store?.close();
    },
  };
}

interface Parts {
  service: FhirService;
  bulk: BulkExports;
  metadata: Resource;
  /** When what was written is kept. */
  settled(): Promise<void>;
}

async function handle(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { pathname, search, searchParams } = new URL(request.url!, `http://${HOST}`);
  const method = request.method!;
  if (!`${pathname}/`.startsWith(`${PATH}/`))
    throw Rejection.because(404, 'not-found', `The base is ${PATH}`);
  const path = pathname.slice(PATH.length + 1);
  if (method === 'GET' && path === 'metadata') return send(response, 200, parts.metadata);
  if (EXPORT.test(path)) {
    if (request.headers.prefer !== 'respond-async') {
      throw Rejection.because(400, 'processing', 'An export wants the header Prefer: respond-async');
    }
    response.setHeader('Content-Location', parts.bulk.start(path, searchParams));
    return void response.writeHead(202).end();
  }
  if (path.startsWith('$bulk/')) return sendBulk(method, path.split('/').slice(1), parts.bulk, response);
  const body = await readBody(request);
  const headers = request.headers as Record<string, string | undefined>;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const parsed = isForm ? Object.fromEntries(new URLSearchParams(body)) : parse(body);
  const answer = await parts.service.answer({ method, url: path + search, body: parsed, headers });
  await parts.settled();
  const { resourceType, id, meta } = answer.body ?? ({} as Resource);
  if (meta?.versionId) {
    response.setHeader('ETag', `W/"${meta.versionId}"`);
    response.setHeader('Last-Modified', new Date(meta.lastUpdated!).toUTCString());
    if (method === 'POST' || method === 'PUT')
      response.setHeader('Location', `${PATH}/${resourceType}/${id}/_history/${meta.versionId}`);
  }
  send(response, answer.status, answer.body);
}

async function sendBulk(
  method: string,
  [id, name]: string[],
  bulk: BulkExports,
  response: ServerResponse,
): Promise<void> {
  if (method === 'DELETE') {
    bulk.remove(id);
    return void response.writeHead(202).end();
  }
  if (name) {
    response.writeHead(200, { 'Content-Type': 'application/fhir+ndjson' });
    return pipeline(Readable.from(bulk.lines(id, name)), response);
  }
  const manifest = bulk.status(id);
  if (!manifest)
    return void response.writeHead(202, { 'Retry-After': '1', 'X-Progress': 'collecting' }).end();
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(manifest));
}

function readBody(request: IncomingMessage): Promise<string> {
  return text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request);
}

function parse(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw Rejection.because(400, 'structure', `Not JSON: ${(error as Error).message}`);
  }
}

function send(response: ServerResponse, status: number, body: Resource | undefined): void {
  if (body === undefined || status === 204) return void response.writeHead(status).end();
  response.writeHead(status, { 'Content-Type': JSON_TYPE }).end(JSON.stringify(body));
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new PortError(port, error);
  });
}

export class PortError extends UserError {
  constructor(port: number, cause: NodeJS.ErrnoException) {
    super('port-taken', 3, `Port ${port} cannot be opened (${cause.code})`, {
      todo: 'Choose another with --port, or stop what listens there.',
      cause,
    });
  }
}
