import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { honest, json, manifest, page, PATIENTS } from '../testing/hostile/answers.ts';
import type { HostileBehaviour } from '../testing/hostile/behaviour.ts';
import { type HostileServer, startHostile } from '../testing/hostile/start.ts';
import { exportInBulk } from './bulk-export.ts';
import { removeFetched } from './fetched.ts';
import { FhirServer } from './fhir-server.ts';
import { exportBySearch } from './search-export.ts';

const bulk = { level: 'patient' as const, concurrency: 2 };
let folder: string;
let server: HostileServer;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'resume-'))));
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function start(serve: HostileBehaviour['serve']): Promise<FhirServer> {
  const rest = { name: '', group: 'limits' as const, command: [], expects: /^/, exitCode: 0 as const };
  server = await startHostile({ ...rest, serve });
  return new FhirServer({ url: server.url, retries: { attempts: 1 } });
}

const asked = (end: string) => server.requests.filter(({ url }) => url.split('?')[0].endsWith(end)).length;
const leave = (name: string, state: object) => writeFileSync(join(folder, name), JSON.stringify(state));

describe('an export that an earlier run began', () => {
  it('is begun again, once, where the server has forgotten it', async () => {
    const client = await start((_, response, context) => {
      if (context.path === 'old') return void response.writeHead(404).end();
      honest(response, context);
    });
    leave('export.state', { server: client.url, request: 'Patient/$export', status: `${client.url}/old` });
    // What it had downloaded is of another moment, and must not stay beside the new files.
    writeFileSync(join(folder, '0007.Patient.ndjson'), 'old\n');
    expect(await exportInBulk(client, folder, bulk)).toMatchObject({ files: 1 });
    expect(asked('$export')).toBe(1);
    expect(readdirSync(folder)).toEqual(['0001.Patient.ndjson']);
  });

  it('is not begun a third time', async () => {
    const client = await start((_, response, context) => {
      if (/old|status/.test(context.path)) return void response.writeHead(410).end();
      honest(response, context);
    });
    leave('export.state', { server: client.url, request: 'Patient/$export', status: `${client.url}/old` });
    await expect(exportInBulk(client, folder, bulk)).rejects.toThrow('no longer knows the export');
    expect(asked('$export')).toBe(1);
  });

  it('is refused where it is of another server or asks for something else', async () => {
    const client = await start((_, response, context) => honest(response, context));
    leave('export.state', {
      server: 'https://other.org/fhir',
      request: 'Patient/$export',
      status: `${client.url}/old`,
    });
    await expect(exportInBulk(client, folder, bulk)).rejects.toThrow('from another server, https://other.org/fhir');
    leave('export.state', { server: client.url, request: '$export', status: `${client.url}/old` });
    await expect(exportInBulk(client, folder, bulk)).rejects.toThrow('with other options');
    leave('search.state', { server: 'https://other.org/fhir', types: {} });
    const search = exportBySearch(client, folder, { types: ['Patient'], pageSize: 5 });
    await expect(search).rejects.toThrow('from another server');
    expect(server.requests).toHaveLength(0);
  });
});

it('stops all downloads of an export when one fails, and leaves no part of any', async () => {
  const client = await start((_, response, context) => {
    const { path, url } = context;
    if (path === 'status') {
      const files = ['none', 'endless', ...Array.from({ length: 50 }, () => 'files/p')];
      return json(response, manifest(files.map((name) => ({ type: 'Patient', url: `${url}/${name}` }))));
    }
    if (path === 'endless') return void response.writeHead(200).write('{}\n');
    if (path === 'none') return void setTimeout(() => response.writeHead(404).end(), 100);
    honest(response, context);
  });
  await expect(exportInBulk(client, folder, bulk)).rejects.toThrow('404');
  expect(asked('files/p')).toBeLessThan(5);
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it('counts pages from the beginning of a search, through all runs', async () => {
  const client = await start((_, response, { url, count }) =>
    json(response, page(PATIENTS, `${url}/Patient?page=${count}`)),
  );
  const limited = new FhirServer({ url: client.url, limits: { maxPages: 10 } });
  const stop = new AbortController();
  const onProgress = ({ resources }: { resources: number }) => resources >= 60 && stop.abort();
  const options = { types: ['Patient'], pageSize: 10 };
  await expect(exportBySearch(limited, folder, { ...options, signal: stop.signal, onProgress })).rejects.toThrow(
    'aborted',
  );
  await expect(exportBySearch(limited, folder, options)).rejects.toThrow(/more than 10 pages[\s\S]*--max-pages/);
  expect(server.requests).toHaveLength(10);
  expect(existsSync(join(folder, 'search.state'))).toBe(true);
});

it.each([404, 410])('begins a search again whose pages the server has forgotten (%i)', async (status) => {
  let isForgotten = false;
  const client = await start((_, response, { url, query }) => {
    if (query.has('page') && isForgotten) return void response.writeHead(status).end();
    const half = query.has('page') ? PATIENTS.slice(5) : PATIENTS.slice(0, 5);
    json(response, { ...page(half, query.has('page') ? undefined : `${url}/Patient?page=2`), total: 10 });
  });
  const stop = new AbortController();
  const options = { types: ['Patient'], pageSize: 5 };
  const stopped = exportBySearch(client, folder, {
    ...options,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(stopped).rejects.toThrow('aborted');
  isForgotten = true;
  const onNote = () => (isForgotten = false);
  expect(await exportBySearch(client, folder, { ...options, onNote })).toEqual({ unknown: [], losses: [] });
  const lines = readFileSync(join(folder, 'Patient.ndjson'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(PATIENTS);
});

it('removes what was fetched, and refuses where something else is beside it', async () => {
  const client = await start((_, response, context) => honest(response, context));
  const fetched = join(folder, 'fetched');
  await exportInBulk(client, fetched, bulk);
  await exportBySearch(client, fetched, { types: ['Patient'], pageSize: 5 });
  writeFileSync(join(fetched, 'notes.txt'), 'of the user');
  await expect(removeFetched(fetched)).rejects.toThrow('notes.txt');
  expect(readdirSync(fetched)).toEqual(['0001.Patient.ndjson', 'Patient.ndjson', 'notes.txt']);
  rmSync(join(fetched, 'notes.txt'));
  await removeFetched(fetched);
  expect(existsSync(fetched)).toBe(false);
});
