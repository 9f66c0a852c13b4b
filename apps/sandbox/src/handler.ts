import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Resource } from '@medplum/fhirtypes';
import { type Admission, answerOptions, isPreflight } from './admission.ts';
import { send, sendRejection } from './answer.ts';
import type { BodyReader } from './body.ts';
import type { BulkExports } from './bulk-export.ts';
import type { FhirService } from './fhir-service.ts';
import type { Filling } from './filling.ts';
import { parseJson } from './json.ts';
import { checkAccept, checkContentType } from './media-types.ts';
import { answerPage } from './page.ts';
import { preferencesOf } from './prefer.ts';
import { outcomeOf, Rejection } from './rejection.ts';
import { smartConfiguration } from './smart/configuration.ts';
import type { SmartLaunch } from './smart/launch.ts';
import { answerSmart, isOfSmart } from './smart/routes.ts';
import { BASE_PATH, checkId, targetOf } from './target.ts';

/** What answers requests. */
export interface Parts {
  admission: Admission;
  bodies: BodyReader;
  filling: Filling;
  service: FhirService;
  bulk: BulkExports;
  smart?: SmartLaunch;
  /** The CapabilityStatement of a base. */
  metadata(base: string): Resource;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const SMART_CONFIGURATION = '.well-known/smart-configuration';
/** $export, Patient/$export, Group/id/$export */
const EXPORT = /^((Patient|Group\/[^/]+)\/)?\$export$/;

/** Answers a request, whatever it is: what cannot be done, with an OperationOutcome. */
export async function handle(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  try {
    await answer(request, response, parts);
  } catch (error) {
    const rejection =
      error instanceof Rejection
        ? error
        : Rejection.because(500, 'exception', 'The sandbox failed while processing this request');
    if (response.headersSent) response.destroy();
    else await sendRejection(request, response, rejection);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { admission, bulk, bodies, filling, metadata, smart } = parts;
  const address = admission.admit(request, response);
  const base = `${address}${BASE_PATH}`;
  const asked = request.method!;
  if (!METHODS.includes(asked))
    throw Rejection.because(405, 'not-supported', `${asked} is not supported`, { Allow: METHODS.join(', ') });
  if (isPreflight(request)) return answerOptions(request, response);
  if (await answerPage(request, response, smart?.ownToken)) return;
  if (isOfSmart(request)) filling.check(request);
  if (smart && (await answerSmart(request, response, smart, bodies, base))) return;
  const { segments, params } = targetOf(underBase(request.url!));
  if (smart && asked === 'GET' && segments.join('/') === SMART_CONFIGURATION)
    return sendJson(response, smartConfiguration(address));
  const isMetadata = segments[0] === 'metadata' && segments.length === 1;
  if (!isMetadata) admission.authenticate(request);
  if (asked === 'OPTIONS') return answerOptions(request, response);
  checkAccept(request.headers.accept, params.get('_format'));
  // Node sends no body where it was asked with HEAD.
  const method = asked === 'HEAD' ? 'GET' : asked;
  const path = segments.join('/');
  if (isMetadata && method === 'GET') return send(response, 200, metadata(base));
  filling.check(request);
  if (EXPORT.test(path)) return startExport(asked, segments, params, base, bulk, request, response);
  if (segments[0] === '$bulk') return sendBulk(asked, segments.slice(1), bulk, response);
  await interact(method, segments, params, base, parts, request, response);
}

/** The address under the base. A proxy's request names the host as well, which Host has shown already. */
function underBase(url: string): string {
  const path = url.replace(/^http:\/\/[^/?#]*/i, '');
  if (path === BASE_PATH || path.startsWith(`${BASE_PATH}?`)) return path.slice(BASE_PATH.length);
  if (path.startsWith(`${BASE_PATH}/`)) return path.slice(BASE_PATH.length + 1);
  // A malformed address is one first of all.
  if (!path.startsWith('/') || path.startsWith('//')) throw Rejection.because(400, 'structure', 'Malformed URL');
  targetOf(path.slice(1));
  throw Rejection.because(404, 'not-found', `The base path is ${BASE_PATH}`);
}

/** Everything that is neither metadata nor bulk export. */
async function interact(
  asked: string,
  segments: string[],
  params: URLSearchParams,
  base: string,
  { bodies, service }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isSearch = asked === 'POST' && segments.at(-1) === '_search';
  const body = await bodies.read(request, response);
  if (body !== '') checkContentType(request.headers['content-type'], asked, isSearch);
  if (isSearch) for (const [name, value] of new URLSearchParams(body)) params.append(name, value);
  const path = (isSearch ? segments.slice(0, -1) : segments).map(encodeURIComponent).join('/');
  const url = params.size > 0 ? `${path}?${params}` : path;
  const method = isSearch ? 'GET' : asked;
  const headers = request.headers as Record<string, string | undefined>;
  const found = await service.answer({ method, url, body: isSearch ? undefined : parseJson(body), headers, base });
  const { resourceType, id, meta } = found.body ?? ({} as Resource);
  const isWrite = ['POST', 'PUT', 'PATCH'].includes(method);
  if (meta?.versionId) {
    response.setHeader('ETag', `W/"${meta.versionId}"`);
    response.setHeader('Last-Modified', new Date(meta.lastUpdated!).toUTCString());
    if (method === 'POST' || method === 'PUT')
      response.setHeader('Location', `${BASE_PATH}/${resourceType}/${id}/_history/${meta.versionId}`);
  }
  const isOne = isWrite && segments.length > 0 && found.status < 300;
  send(response, found.status, isOne ? asPreferred(found.body, request) : found.body);
}

/** What the answer to a write has: the resource, unless the client would rather have less. */
function asPreferred(body: Resource | undefined, { headers }: IncomingMessage): Resource | undefined {
  switch (preferencesOf(headers.prefer).return) {
    case 'minimal':
      return undefined;
    case 'OperationOutcome':
      return outcomeOf('information', 'informational', 'Stored');
    default:
      return body;
  }
}

function startExport(
  method: string,
  segments: string[],
  params: URLSearchParams,
  base: string,
  bulk: BulkExports,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  if (method !== 'GET') throw Rejection.because(405, 'not-supported', 'Start an export with GET', { Allow: 'GET' });
  if (!preferencesOf(headers.prefer).isAsync)
    throw Rejection.because(400, 'processing', 'An export needs the header Prefer: respond-async');
  if (segments.length === 3) checkId(segments[1]);
  response.setHeader('Content-Location', bulk.start(segments.join('/'), params, base));
  response.writeHead(202).end();
}

async function sendBulk(
  method: string,
  [id = '', name, ...more]: string[],
  bulk: BulkExports,
  response: ServerResponse,
): Promise<void> {
  if (more.length > 0) throw Rejection.because(404, 'not-found', 'Nothing exists at this URL');
  if (method === 'DELETE' && name === undefined) {
    bulk.remove(id);
    return void response.writeHead(202).end();
  }
  if (method !== 'GET' && method !== 'HEAD')
    throw Rejection.because(405, 'not-supported', `${method} is not supported here`, { Allow: 'GET, HEAD, DELETE' });
  if (name !== undefined) {
    const lines = bulk.lines(id, name);
    response.writeHead(200, { 'Content-Type': 'application/fhir+ndjson' });
    // Line by line, as fast as the client takes them.
    return method === 'HEAD' ? void response.end() : pipeline(Readable.from(lines), response);
  }
  const manifest = bulk.status(id);
  if (!manifest) return void response.writeHead(202, { 'Retry-After': '1', 'X-Progress': 'collecting' }).end();
  sendJson(response, manifest);
}

/** JSON that is no resource. */
function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
