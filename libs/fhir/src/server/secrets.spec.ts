import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FhirServer } from './fhir-server.ts';

const servers: Server[] = [];
afterEach(() =>
  servers.splice(0).forEach((server) => {
    server.closeAllConnections();
    server.close();
  }),
);

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
}

const once1 = { retries: { attempts: 1 } };

describe('a user and password in the address', () => {
  it('go as Basic authentication to the server alone, and are in no error', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const other = await serve(({ headers }, response) => {
      seen.push(headers);
      response.end('{"resourceType":"Patient"}');
    });
    const own = await serve(({ headers, url }, response) => {
      if (url === '/fhir/moved') return void response.writeHead(302, { Location: `${other}/x` }).end();
      response.writeHead(404).end(JSON.stringify({ said: headers.authorization }));
    });
    const server = new FhirServer({ url: own.replace('//', '//user:p%40ss@'), ...once1 });
    expect(server.url).toBe(own);
    const error = await server.request('Patient/1').catch((error: Error) => error);
    expect((error as Error).message).not.toMatch(/user|p@ss|p%40ss/);
    expect((error as Error).message).toContain(`${own}/Patient/1`);
    await text(await server.download(`${own}/moved`, true));
    await text(await server.download(`${other}/file`, false));
    expect(seen).toHaveLength(2);
    for (const headers of seen) expect(headers.authorization).toBeUndefined();
    const asked = await server.request('x').catch(({ cause }: { cause: { text: string } }) => cause.text);
    expect(asked).toContain(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });

  it('are refused beside a token, and where they cannot be read, without showing them', () => {
    const given = (url: string, bearerToken?: string) => () => new FhirServer({ url, bearerToken });
    expect(given('https://user:word@a.org/fhir', 'token')).toThrow(/The URL has a user[\s\S]*\*\*\*@a\.org/);
    expect(given('https://user:%zz@a.org/fhir')).toThrow(/\*\*\*@a\.org/);
    expect(given('ftp://a.org/fhir')).toThrow('Not the URL of a server');
    expect(given('https://a.org/fhir?x=1')).toThrow('no query');
  });
});

it('refuses headers that would be two', () => {
  const server = (headers: Record<string, string>) => () => new FhirServer({ url: 'https://a.org', headers });
  expect(server({ 'X-A': 'a\r\nX-B: b' })).toThrow('X-A cannot be used in a header');
  expect(() => new FhirServer({ url: 'https://a.org', bearerToken: 'a\nb' })).toThrow('cannot be used in a header');
});

describe('time', () => {
  it('does not count while bytes flow: an answer and a file may take longer than any timeout', async () => {
    const url = await serve(async (_, response) => {
      response.writeHead(200);
      for (let i = 0; i < 15; i++) {
        response.write(`${' '.repeat(100)}\n`);
        await sleep(100);
      }
      response.end('{"resourceType":"Patient","id":"late"}');
    });
    const server = new FhirServer({ url, ...once1, limits: { timeoutMs: 1000, stallMs: 1000 } });
    expect((await server.request('Patient/1')).body).toMatchObject({ id: 'late' });
    expect(await text(await server.download(`${url}/file`, true))).toContain('late');
  });

  it('ends a request at once that is stopped, wherever it is', async () => {
    let requests = 0;
    const url = await serve(({ url: path = '' }, response) => {
      requests++;
      if (path.includes('busy')) return void response.writeHead(503, { 'Retry-After': '3600' }).end();
      if (path.includes('slow')) response.writeHead(200).write('{');
    });
    for (const path of ['busy', 'slow', 'silent']) {
      const stop = new AbortController();
      const server = new FhirServer({ url, signal: stop.signal });
      const before = requests;
      const asked = server.request(path).catch((error: Error) => error.name);
      while (requests === before) await sleep(5);
      await sleep(20);
      stop.abort();
      expect(await asked).toBe('AbortError');
      await expect(server.request(path)).rejects.toThrow('aborted');
    }
    expect(requests).toBe(3);
  });
});
