import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { accepted, CONDITIONS, honest, json, lines, PATIENTS } from '../testing/hostile/answers.ts';
import type { HostileBehaviour, HostileContext } from '../testing/hostile/behaviour.ts';
import { servedFolder } from '../testing/served-folder.ts';
import { exportInBulk } from './bulk-export.ts';
import { removeFetched } from './fetched.ts';
import { lossText } from './losses.ts';

const { folder, start, asked, requests, resources } = servedFolder();
const bulk = { level: 'patient' as const, concurrency: 2 };
const issue = (severity: string, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity, code: 'processing', diagnostics }],
});
const DELETED = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [{ request: { method: 'DELETE', url: 'Condition/c0' } }],
};
const FILES: Record<string, object[]> = {
  'files/p': PATIENTS,
  'files/c': CONDITIONS,
  'files/deleted': [DELETED],
  'files/error': [
    issue('error', '12 Conditions failed'),
    issue('information', 'all else is well'),
    issue('warning', 'slow'),
  ],
};

/** An export with such a manifest. */
function serving(manifest: (context: HostileContext) => unknown): HostileBehaviour['serve'] {
  return (request, response, context) => {
    if (request.method === 'DELETE') return void response.writeHead(202).end();
    if (context.path.startsWith('status')) return json(response, manifest(context));
    if (context.path in FILES) return lines(response, FILES[context.path]);
    if (context.path.startsWith('files/')) return void response.writeHead(404).end();
    honest(response, context);
  };
}

const deletes = () => requests().filter(({ method }) => method === 'DELETE').length;
const plain = ({ url }: HostileContext) => ({
  transactionTime: '2026-01-01T00:00:00Z',
  requiresAccessToken: false,
  output: [{ type: 'Patient', url: `${url}/files/p` }],
  error: [],
});

describe('a manifest', () => {
  it.each<[string, (context: HostileContext) => object, string?]>([
    ['a count as text', ({ url }) => ({ output: [{ type: 'Patient', url: `${url}/files/p`, count: '10' }] })],
    ['a count that is null', ({ url }) => ({ output: [{ type: 'Patient', url: `${url}/files/p`, count: null }] })],
    ['error and deleted that are null', () => ({ error: null, deleted: null, link: null })],
    ['no error', () => ({ error: undefined })],
    ['no transactionTime', () => ({ transactionTime: undefined })],
    ['requiresAccessToken as text', () => ({ requiresAccessToken: 'false' })],
    ['an address by its path', () => ({ output: [{ type: 'Patient', url: '/fhir/files/p' }] })],
    ['a path under the base as one under the host', () => ({ output: [{ type: 'Patient', url: '/files/p' }] })],
    ['a relative address', () => ({ output: [{ type: 'Patient', url: 'files/p' }] })],
    ['no type', () => ({ output: [{ url: 'files/p' }] }), '0001.ndjson'],
    ['a type that is null', () => ({ output: [{ type: null, url: 'files/p' }] }), '0001.ndjson'],
  ])('is read with %s', async (_, changes, name = '0001.Patient.ndjson') => {
    const server = await start(serving((context) => ({ ...plain(context), ...changes(context) })));
    expect(await exportInBulk(server, folder(), bulk)).toEqual({
      files: 1,
      notSent: 0,
      unknownTypes: 0,
      losses: [],
    });
    expect(resources(name)).toEqual(PATIENTS);
    expect(deletes()).toBe(1);
  });

  it.each<[string, object, string]>([
    [
      'a count of words',
      { output: [{ type: 'Patient', url: 'files/p', count: 'many' }] },
      'manifest.output[0].count: expected a whole number',
    ],
    [
      'an address that is none',
      { output: [{ type: 'Patient', url: 7 }] },
      'manifest.output[0].url: Invalid input: expected string, received number',
    ],
    ['no output', { output: undefined }, 'manifest.output: expected a list of files'],
    [
      'errors of numbers',
      { error: [{ type: 'OperationOutcome' }] },
      'manifest.error[0].url: Invalid input: expected string',
    ],
    ['a token or not', { requiresAccessToken: 'perhaps' }, 'manifest.requiresAccessToken: expected true or false'],
  ])('is refused with %s, and where it is', async (_, changes, words) => {
    const server = await start(serving((context) => ({ ...plain(context), ...changes })));
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow(words);
    expect(deletes()).toBe(0);
  });

  it.each<[string, HostileBehaviour['serve'], RegExp]>([
    ['in place of the manifest', serving(() => issue('error', 'The job was lost')), /The job was lost/],
    [
      'in place of the file',
      (request, response, context) =>
        context.path === 'files/p'
          ? json(response, issue('error', 'No such file'), 404)
          : serving(plain)(request, response, context),
      /404: No such file/,
    ],
  ])('is refused with the words of an OperationOutcome %s', async (_, serve, words) => {
    const server = await start(serve);
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow(words);
  });

  it.each([
    ['to the request', 'at/2', 'Patient/at/2'],
    ['to the base', 'at/2', 'at/2'],
    ['by its path', '/fhir/at/2', 'at/2'],
  ])('is found where its status has an address relative %s', async (_, location, path) => {
    const server = await start((request, response, context) => {
      if (context.path.endsWith('$export')) return accepted(response, location);
      if (context.path === path) return json(response, plain(context));
      serving(plain)(request, response, context);
    });
    expect(await exportInBulk(server, folder(), bulk)).toMatchObject({ files: 1 });
    expect(requests().at(-1)).toMatchObject({ method: 'DELETE', url: `/fhir/${path}` });
  });

  it('is not there where the server says why it begins no export', async () => {
    const notes: string[] = [];
    const server = await start((_, response) => json(response, issue('error', 'No _type of that name'), 400));
    const options = { ...bulk, onNote: (note: string) => notes.push(note) };
    expect(await exportInBulk(server, folder(), options)).toBeUndefined();
    expect(notes).toEqual(['The server answers 400 to Patient/$export: No _type of that name']);
  });

  it('is read through all of its pages, whose addresses are relative to each', async () => {
    const server = await start(
      serving((context) =>
        context.path === 'status'
          ? { ...plain(context), link: [{ relation: 'next', url: 'status/2' }] }
          : {
              output: [{ type: 'Condition', url: '../files/c' }],
              error: [{ type: 'OperationOutcome', url: '../files/error' }],
            },
      ),
    );
    expect(await exportInBulk(server, folder(), bulk)).toMatchObject({ files: 2, losses: [{ times: 2 }] });
    expect(resources('0002.Condition.ndjson')).toEqual(CONDITIONS);
  });

  it('ends where its pages repeat', async () => {
    const server = await start(
      serving((context) => ({ ...plain(context), link: [{ relation: 'next', url: 'status' }] })),
    );
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow('pages of the manifest repeat');
  });
});

describe('an export with errors and deletions', () => {
  const whole = (context: HostileContext) => ({
    ...plain(context),
    error: [{ type: 'OperationOutcome', url: `${context.url}/files/error` }],
    deleted: [{ type: 'Bundle', url: `${context.url}/files/deleted` }],
  });

  it('has them in subfolders, in words, and is deleted on the server when all is there', async () => {
    let there: string[][] = [];
    const server = await start((request, response, context) => {
      if (request.method === 'DELETE')
        there = ['', 'error', 'deleted'].map((name) => readdirSync(join(folder(), name)));
      serving(whole)(request, response, context);
    });
    const found = await exportInBulk(server, folder(), bulk);
    expect(found!.losses.map(lossText)).toEqual(['OperationOutcome: errors of the export: 12 Conditions failed; slow']);
    expect(resources('error', '0001.OperationOutcome.ndjson')).toEqual(FILES['files/error']);
    expect(resources('deleted', '0001.Bundle.ndjson')).toEqual([DELETED]);
    const [own, errors, deleted] = there;
    expect(own).toContain('0001.Patient.ndjson');
    expect([errors, deleted]).toEqual([['0001.OperationOutcome.ndjson'], ['0001.Bundle.ndjson']]);
    await removeFetched(folder());
    expect(existsSync(folder())).toBe(false);
  });

  it('stays on the server where its errors cannot be fetched, which is said', async () => {
    const server = await start(
      serving((context) => ({ ...plain(context), error: [{ type: 'OperationOutcome', url: 'files/none' }] })),
    );
    const found = await exportInBulk(server, folder(), bulk);
    expect(found!.losses.map(lossText)).toEqual([
      'OperationOutcome: error files that cannot be fetched: The server answers 404',
    ]);
    expect(deletes()).toBe(0);
  });

  it('fails, and stays on the server, where deletions cannot be fetched', async () => {
    const server = await start(
      serving((context) => ({ ...plain(context), deleted: [{ type: 'Bundle', url: 'files/none' }] })),
    );
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow('404');
    expect(deletes()).toBe(0);
    expect(readdirSync(folder())).toContain('export.state');
  });

  it('goes on with what a stopped run left of them', async () => {
    const stop = new AbortController();
    const server = await start(serving(whole));
    const onProgress = ({ note }: { note: string }) => note.startsWith('(file 2') && stop.abort();
    const stopped = exportInBulk(server, folder(), {
      ...bulk,
      concurrency: 1,
      signal: stop.signal,
      onProgress,
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect((await exportInBulk(server, folder(), bulk))!.losses).toHaveLength(1);
    expect(asked().filter((url) => url === 'files/deleted')).toHaveLength(1);
    expect(asked().filter((url) => url === 'files/error')).toHaveLength(1);
  });
});

const TEXT = PATIENTS.map((one) => `${JSON.stringify(one)}\n`).join('');
describe('a file in gzip', () => {
  it.each<[string, Buffer, Record<string, string>]>([
    ['with Content-Encoding', gzipSync(TEXT), { 'Content-Encoding': 'gzip' }],
    ['without a word', gzipSync(TEXT), {}],
    ['by its type alone', gzipSync(TEXT), { 'Content-Type': 'application/gzip' }],
    ['gzip in gzip', gzipSync(gzipSync(TEXT)), { 'Content-Encoding': 'gzip' }],
    ['of two parts', Buffer.concat([gzipSync(TEXT.slice(0, 100)), gzipSync(TEXT.slice(100))]), {}],
  ])('is read: %s', async (_, body, headers) => {
    const server = await start((_request, response, context) => {
      if (context.path === 'files/p') return void response.writeHead(200, headers).end(body);
      serving(({ url }) => ({ output: [{ type: 'Patient', url: `${url}/files/p`, count: 10 }] }))(
        _request,
        response,
        context,
      );
    });
    expect(await exportInBulk(server, folder(), bulk)).toMatchObject({ files: 1 });
    expect(resources('0001.Patient.ndjson')).toEqual(PATIENTS);
  });

  it.each<[string, Buffer, RegExp]>([
    ['cut off', gzipSync(TEXT).subarray(0, 60), /cut off/],
    ['a bomb', gzipSync(Buffer.alloc(80 << 20, ' ')), /--max-expansion/],
  ])('is refused: %s', async (_, body, words) => {
    const server = await start((_request, response, context) => {
      if (context.path === 'files/p') return void response.writeHead(200).end(body);
      serving(plain)(_request, response, context);
    });
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow(words);
  });
});
