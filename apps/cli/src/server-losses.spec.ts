import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const PATIENTS = Array.from({ length: 20 }, (_, i) => ({
  resourceType: 'Patient',
  id: `p${i}`,
  gender: 'female',
  birthDate: '1970-05-01',
}));
const CONDITIONS = PATIENTS.map(({ id }, i) => ({
  resourceType: 'Condition',
  id: `c${i}`,
  subject: { reference: `Patient/${id}` },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
  onsetDateTime: '2020-01-01',
}));
const outcome = (diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'processing', diagnostics }],
});
const page = (resources: object[], more: object = {}) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map((resource) => ({ resource })),
  ...more,
});

let server: Server;
let url: string;
/** Answers that are not the usual ones, by path. */
let odd: Record<string, (query: URLSearchParams) => unknown>;
let asked: string[];
beforeEach(async () => {
  [odd, asked] = [{}, []];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, url);
    const path = pathname.replace('/fhir/', '');
    asked.push(`${request.method} ${path}`);
    const body = path in odd ? odd[path](searchParams) : usual(path);
    if (body === undefined) return void response.writeHead(404).end();
    const text = Array.isArray(body) ? body.map((one) => `${JSON.stringify(one)}\n`).join('') : JSON.stringify(body);
    const isRefused = Object(body).resourceType === 'OperationOutcome';
    const status = path.endsWith('$export') ? 202 : isRefused ? 400 : 200;
    response.writeHead(status, { 'Content-Location': `${url}/status` }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function usual(path: string): unknown {
  if (path === 'metadata') return { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' };
  if (path.endsWith('$export')) return {};
  if (path === 'Patient') return page(PATIENTS);
  if (path === 'Condition') return page(CONDITIONS);
  if (path === 'files/p') return PATIENTS;
  if (path === 'files/c') return CONDITIONS;
  return undefined;
}

const run = (more: string) => ehrsynth(`ingest fhir ${url} --min-patients 1 --kinds condition ${more}`);
const counts = (name: string) =>
  (JSON.parse(readFileSync(at(name, 'run.json'), 'utf8')) as { counts: Record<string, never> }).counts;

describe('a server that does not send all', () => {
  it('costs exit code 1; what came is a cohort, and run.json has the number', async () => {
    odd.Condition = () => page(CONDITIONS.slice(0, 5), { total: 20 });
    expect(await run('-o @a --read search')).toBe(1);
    expect(output()).toContain('Condition: 15 not sent by the server: it has 20 and sent 5');
    expect(counts('a')).toMatchObject({
      patients: 20,
      skipped: { Condition: { 'not sent by the server': 15 } },
    });
    expect(readFileSync(at('a', 'problems.ndjson'), 'utf8')).toContain('it has 20 and sent 5');
    expect(existsSync(at('a.fetched'))).toBe(false);
  });

  it('ends the run before anything is written with --on-error stop', async () => {
    odd.Condition = () => page(CONDITIONS.slice(0, 5), { total: 20 });
    expect(await run('-o @b --read search --on-error stop')).toBe(1);
    expect(output()).toMatch(/did not send everything it has\n +Condition: 15 not sent/);
    expect(existsSync(at('b'))).toBe(false);
  });

  it('is read patient by patient where it wants that, with exit code 0', async () => {
    odd.Condition = (query) =>
      query.has('patient')
        ? page(CONDITIONS.filter(({ subject }) => subject.reference === `Patient/${query.get('patient')}`))
        : outcome('Either patient, subject or _id is a required parameter');
    expect(await run('-o @c --read search')).toBe(0);
    expect(output()).toMatch(/Condition: the server answers 400 \(Either patient.*patient by patient \(20\)/);
    expect(counts('c')).toMatchObject({ patients: 20, used: { Condition: 20 } });
  });

  it.each([
    ['has nothing', [], /The server has no resources of the types asked for/],
    [
      'sends other types',
      [{ resourceType: 'Basic', id: 'b' }],
      /sent no resources[\s\S]*Condition: types that were not searched for: 1 of Basic/,
    ],
  ])('ends with exit code 1 and says so where it %s', async (_, resources, words) => {
    odd.Patient = odd.Condition = () => page(resources);
    expect(await run('-o @n --read search --types Patient,Condition')).toBe(1);
    expect(output()).toMatch(words);
    expect(existsSync(at('n'))).toBe(false);
  });

  it('is left with its own words where it refuses a type', async () => {
    odd.Condition = () => outcome('No index for conditions');
    expect(await run('-o @d --read search')).toBe(1);
    expect(output()).toContain('answers 400 to a search of Condition: No index for conditions');
    expect(output()).not.toContain('has no');
    expect(existsSync(at('d'))).toBe(false);
  });
});

describe('an export', () => {
  const files = { p: 'Patient', c: 'Condition' };
  const manifest = (more: object = {}) => ({
    transactionTime: '2026-01-01T00:00:00Z',
    output: Object.entries(files).map(([name, type]) => ({ type, url: `${url}/files/${name}` })),
    ...more,
  });

  it('with errors costs exit code 1; they are shown, counted, and kept beside the data', async () => {
    const error = outcome('Condition: 12 resources could not be exported');
    odd.status = () => manifest({ error: [{ type: 'OperationOutcome', url: 'files/e' }] });
    odd['files/e'] = () => [error];
    expect(await run('-o @e --keep @kept')).toBe(1);
    expect(output()).toContain('errors of the export: Condition: 12 resources could not be exported');
    expect(counts('e')).toMatchObject({ patients: 20, notes: { 'errors of the export': 1 } });
    const kept = readFileSync(at('kept', 'error', '0001.OperationOutcome.ndjson'), 'utf8');
    expect(JSON.parse(kept)).toEqual(error);
    expect(asked.indexOf('DELETE status')).toBeGreaterThan(asked.indexOf('GET files/e'));
  });

  it.each([
    ['', /The export has no resources[\s\S]*--scope/],
    [' --since 2026-01-01T00:00:00Z', /nothing has changed since 2026-01-01T00:00:00Z/],
  ])('without files says so, and costs exit code 1 (%s)', async (since, words) => {
    odd.status = () => manifest({ output: [] });
    expect(await run(`-o @f${since}`)).toBe(1);
    expect(output()).toMatch(words);
    expect(existsSync(at('f'))).toBe(false);
  });
});
