import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, FhirServer } from './fhir-server.ts';
import { delayOf } from './retry.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listening(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serve(handle: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(handle))}/fhir`;
}

const PATIENT = JSON.stringify({ resourceType: 'Patient', id: '1' });
const read = async (connection: Connection) =>
  (await new FhirServer({ ...connection, retries: { firstDelayMs: 1, ...connection.retries } }).request('Patient/1'))
    .body;

describe('a request', () => {
  it('is tried again while the failure may pass, and waits as long as the server asks', async () => {
    const answers: [number, Record<string, string>?][] = [[503], [429, { 'Retry-After': '0' }], [500], [200]];
    let at = 0;
    const url = await serve((_, response) => {
      const [status, headers = {}] = answers[at++];
      response.writeHead(status, headers).end(PATIENT);
    });
    expect(await read({ url })).toMatchObject({ id: '1' });
    expect(at).toBe(4);
    expect(delayOf('7')).toBe(7000);
    expect(delayOf(new Date(Date.now() + 5000).toUTCString())).toBeGreaterThan(3000);
    expect(delayOf('soon')).toBeUndefined();
  });

  it('is not tried again where the server says that it is wrong, and prints what it says', async () => {
    let requests = 0;
    const issue = [{ severity: 'error', code: 'invalid', diagnostics: 'no such thing' }];
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(422).end(JSON.stringify({ resourceType: 'OperationOutcome', issue }));
    });
    await expect(read({ url })).rejects.toThrow(/The server answers 422: no such thing[\s\S]*Patient\/1/);
    expect(requests).toBe(1);
  });

  it.each([
    ['a CapabilityStatement of R4', { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' }, undefined],
    ['one of R4B', { resourceType: 'CapabilityStatement', fhirVersion: '4.3.0' }, undefined],
    ['one of R4B in its making', { resourceType: 'CapabilityStatement', fhirVersion: '4.1.0' }, undefined],
    [
      'one of R5',
      { resourceType: 'CapabilityStatement', fhirVersion: '5.0.0' },
      /^The server speaks FHIR 5\.0\.0; only R4 \(4\.0\) is supported/,
    ],
    [
      'one of R5 in its making',
      { resourceType: 'CapabilityStatement', fhirVersion: '4.6.0' },
      /^The server speaks FHIR 4\.6\.0/,
    ],
    ['one of STU3', { resourceType: 'CapabilityStatement', fhirVersion: '3.0.2' }, /^The server speaks FHIR 3\.0\.2/],
    ['one of DSTU2', { resourceType: 'Conformance', fhirVersion: '1.0.2' }, /^The server speaks FHIR 1\.0\.2/],
    ['one without a version', { resourceType: 'CapabilityStatement' }, 'does not say of which version'],
    ['something else', { hello: 'world' }, 'it has no CapabilityStatement'],
  ])('greets a server that has %s', async (_, body, problem) => {
    const url = await serve((_request, response) => response.end(JSON.stringify(body)));
    const greeting = new FhirServer({ url }).greet();
    if (problem) await expect(greeting).rejects.toThrow(problem);
    else await expect(greeting).resolves.toBeUndefined();
  });

  it('carries headers and the bearer token', async () => {
    const url = await serve(({ headers }, response) =>
      response.end(JSON.stringify({ resourceType: 'Basic', headers })),
    );
    const answer = await read({ url, headers: { 'X-Tenant': 'a' }, bearerToken: 'secret' });
    expect(answer).toMatchObject({ headers: { 'x-tenant': 'a', authorization: 'Bearer secret' } });
  });
});

describe('SMART backend services', () => {
  it.each(['ES384', 'RS384'])(
    'get a token for a JWT signed with %s, and a new one when it is turned down',
    async (algorithm) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
      let tokens = 0;
      let turnDown = false;
      const url = await serve(async (request, response) => {
        const base = `http://${request.headers.host}`;
        if (request.url === '/fhir/.well-known/smart-configuration')
          return void response.end(JSON.stringify({ token_endpoint: `${base}/token` }));
        if (request.url === '/token') {
          const form = new URLSearchParams(await text(request));
          const { payload } = await jwtVerify(form.get('client_assertion')!, publicKey, {
            audience: `${base}/token`,
            issuer: 'client',
            subject: 'client',
          });
          expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(300);
          expect(payload.jti).toBeTruthy();
          expect(Object.fromEntries(form)).toMatchObject({
            grant_type: 'client_credentials',
            scope: 'system/*.rs',
          });
          return void response.end(
            JSON.stringify({ access_token: `token-${++tokens}`, token_type: 'bearer', expires_in: 300 }),
          );
        }
        const isGood = request.headers.authorization === `Bearer token-${tokens}` && !turnDown;
        turnDown = false;
        response.writeHead(isGood ? 200 : 401).end(PATIENT);
      });
      const keys = [JSON.stringify(await exportJWK(privateKey)), await exportPKCS8(privateKey)];
      for (const key of keys) {
        const server = new FhirServer({ url, smart: { clientId: 'client', key, scope: 'system/*.rs' } });
        const before = tokens;
        await Promise.all([1, 2, 3].map(() => server.request('Patient/1')));
        expect(tokens).toBe(before + 1);
        turnDown = true;
        await server.request('Patient/1');
        expect(tokens).toBe(before + 2);
      }
    },
  );

  it('say what is wrong with the key', async () => {
    const smart = {
      clientId: 'client',
      key: 'nonsense',
      tokenUrl: 'http://127.0.0.1/token',
      scope: 'system/*.rs',
    };
    await expect(read({ url: 'http://127.0.0.1/fhir', smart })).rejects.toThrow("The client's key cannot be read");
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.runIf(hasOpenssl)('speaks TLS with an authority and a certificate of its own (runs where openssl is)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...given: string[]) => execFileSync('openssl', given, { stdio: 'ignore', cwd: folder });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=test',
    '-days',
    '2',
  );
  writeFileSync(at('ext'), 'subjectAltName=IP:127.0.0.1');
  for (const name of ['server', 'client']) {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-extfile',
      'ext',
    );
  }
  const pem = (name: string) => readFileSync(at(name), 'utf8');
  const options = { key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem'), requestCert: true };
  const port = await listening(createTlsServer(options, (_, response) => response.end(PATIENT)));
  const url = `https://127.0.0.1:${port}/fhir`;
  const once = { attempts: 1 };
  const own = { ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client.key') };
  expect(await read({ url, tls: own })).toMatchObject({ id: '1' });
  await expect(read({ url, retries: once })).rejects.toThrow('No response from a FHIR server');
  await expect(read({ url, tls: { ca: own.ca }, retries: once })).rejects.toThrow('No response from a FHIR server');
  expect(await read({ url, tls: { ...own, ca: undefined, insecure: true } })).toMatchObject({ id: '1' });
  rmSync(folder, { recursive: true });
});
