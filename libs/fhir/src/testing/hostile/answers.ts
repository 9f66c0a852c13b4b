import type { ServerResponse } from 'node:http';
import type { HostileContext } from './behaviour.ts';

type Headers = Record<string, string>;

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200, headers: Headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json', ...headers }).end(JSON.stringify(body));
}

/** Answers as an honest server with ten patients would: metadata, pages, a bulk export, transactions, tokens. */
export function honest(response: ServerResponse, context: HostileContext): void {
  const { path, url } = context;
  if (path === 'metadata') return json(response, { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
  if (path === '.well-known/smart-configuration')
    return json(response, { token_endpoint: url.replace('/fhir', '/token') });
  if (path === '/token') return json(response, { access_token: 'honest-token', expires_in: 300 });
  if (path === '') return json(response, transactionAnswer(context.body));
  if (path.endsWith('$export')) return accepted(response, `${url}/status`);
  if (path === 'status') return json(response, manifest([{ type: 'Patient', url: `${url}/files/p` }]));
  if (path === 'files/p') return lines(response, EXPORTED);
  if (path === 'Patient') return json(response, page(PATIENTS));
  if (path === 'Condition') return json(response, page(CONDITIONS));
  json(response, { resourceType: 'OperationOutcome', issue: [] }, 404);
}

/** An export that has begun. */
export function accepted(response: ServerResponse, location: string, headers: Headers = {}): void {
  response.writeHead(202, { 'Content-Location': location, ...headers }).end();
}

export interface ManifestFile {
  type: unknown;
  url: string;
  count?: number;
}

export function manifest(output: ManifestFile[], requiresAccessToken = false): object {
  return { transactionTime: '2026-01-01T00:00:00Z', requiresAccessToken, output, error: [] };
}

/** A page of a search. @param next where the next one is */
export function page(resources: object[], next?: string): object {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: resources.map((resource) => ({ resource })),
    link: next === undefined ? [] : [{ relation: 'next', url: next }],
  };
}

/** A file of an export. */
export function lines(response: ServerResponse, resources: object[], headers: Headers = {}): void {
  const text = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  response.writeHead(200, { 'Content-Type': 'application/fhir+ndjson', ...headers }).end(text);
}

export const PATIENTS = Array.from({ length: 10 }, (_, i) => ({
  resourceType: 'Patient',
  id: `p${i}`,
  gender: i % 2 === 0 ? 'female' : 'male',
  birthDate: `19${50 + i}-02-03`,
}));

export const CONDITIONS = PATIENTS.map(({ id }, i) => ({
  resourceType: 'Condition',
  id: `c${i}`,
  subject: { reference: `Patient/${id}` },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' }] },
  onsetDateTime: '2020-01-02',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
  },
}));

/** What its bulk export has in its one file. */
export const EXPORTED = [...PATIENTS, ...CONDITIONS];

/** All created, with ids of the server's own. */
export function transactionAnswer(body: string): object {
  const { entry = [] } = JSON.parse(body) as { entry?: { request: { method: string; url: string } }[] };
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: entry.map(({ request: { method, url } }, i) => ({
      response: method === 'DELETE' ? { status: '204' } : { status: '201', location: `${url}/${i}/_history/1` },
    })),
  };
}
