import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts';
import { ask, exchange, FHIR_JSON } from './testing/ask.ts';

const vocabulary = new Vocabulary();
const PATIENT = JSON.stringify({ resourceType: 'Patient', gender: 'female' });
const TOKEN = 'a-token-of-some-length';

let sandbox: Sandbox;
const start = async (options: Partial<SandboxOptions> = {}) =>
  (sandbox = await startSandbox({ vocabulary, version: '0', ...options }));
afterEach(async () => sandbox.close());
const port = () => new URL(sandbox.url).port;
const create = (headers: Record<string, string>) =>
  ask(sandbox.url, 'Patient', { method: 'POST', headers: { ...FHIR_JSON, ...headers }, body: PATIENT });

describe('the host that a request was sent to', () => {
  it('is loopback with the port, and nothing that a name was made to resolve to', async () => {
    await start();
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])
      expect((await create({ Host: `${host}:${port()}` })).status, host).toBe(201);
    const others = [
      `evil.example:${port()}`,
      'evil.example',
      'localhost',
      'localhost:1',
      `127.0.0.1.evil.example:${port()}`,
      `10.0.0.1:${port()}`,
      `x@localhost:${port()}`,
    ];
    for (const host of others) {
      const { status, body } = await create({ Host: host });
      expect({ host, status }).toEqual({ host, status: 421 });
      expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'security' }] });
    }
    expect(sandbox.size()).toBe(4);
    // HTTP/1.0 may leave it out.
    expect(await exchange(sandbox.url, 'GET /fhir/Patient HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('may be another that was allowed; addresses in answers are under it', async () => {
    await start({ allowHosts: ['fhir.example', 'other.example:99'] });
    const { status, body } = await ask(sandbox.url, 'metadata', { headers: { Host: 'fhir.example:8443' } });
    expect(status).toBe(200);
    expect(JSON.parse(body).implementation.url).toBe('http://fhir.example:8443/fhir');
    expect((await create({ Host: 'other.example:99' })).status).toBe(201);
    expect((await create({ Host: 'other.example:98' })).status).toBe(421);
  });
});

describe('requests of web pages', () => {
  it('of other origins are turned down, simple ones too; the own is let in', async () => {
    await start();
    for (const origin of [
      'https://evil.example',
      'null',
      `http://localhost.evil.example:${port()}`,
      'http://127.0.0.1.evil.example',
      'http://localhost@evil.example',
    ]) {
      const { status, headers } = await create({ Origin: origin });
      expect({ origin, status }).toEqual({ origin, status: 403 });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await create({ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).status).toBe(403);
    const simple = {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Origin: 'https://evil.example' },
      body: PATIENT,
    };
    expect((await ask(sandbox.url, 'Patient', simple)).status).toBe(403);
    const preflight = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'PUT' };
    expect((await ask(sandbox.url, 'Patient/1', { method: 'OPTIONS', headers: preflight })).status).toBe(403);
    expect(sandbox.size()).toBe(0);
    expect((await create({ Origin: `http://127.0.0.1:${port()}` })).status).toBe(201);
  });

  it('of an allowed origin get what a browser wants to see, before they have shown a token', async () => {
    const origin = 'https://app.example';
    await start({ allowOrigins: [`${origin}/`], token: TOKEN });
    const question = {
      Origin: origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization',
    };
    const { status, headers } = await ask(sandbox.url, 'Patient/1', { method: 'OPTIONS', headers: question });
    expect(status).toBe(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(headers['access-control-allow-methods']).toContain('PUT');
    expect(headers['access-control-allow-headers']).toContain('Authorization');
    const refused = await create({ Origin: origin });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
    const done = await create({ Origin: origin, Authorization: `Bearer ${TOKEN}` });
    expect(done.status).toBe(201);
    expect(done.headers['access-control-expose-headers']).toContain('Location');
  });
});

describe('an app under development', () => {
  it('on this machine reads and writes from a browser, whatever its port', async () => {
    await start();
    for (const origin of ['http://localhost:3000', 'https://127.0.0.1:5173', 'http://[::1]:1']) {
      const question = {
        Origin: origin,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization, prefer',
        'Access-Control-Request-Private-Network': 'true',
      };
      const { status, headers } = await ask(sandbox.url, 'Patient', { method: 'OPTIONS', headers: question });
      expect([status, headers['access-control-allow-private-network']]).toEqual([204, 'true']);
      expect(headers['access-control-allow-headers']).toContain('Prefer');
      const found = await ask(sandbox.url, 'Patient', { headers: { Origin: origin } });
      expect([found.status, found.headers['access-control-allow-origin']]).toEqual([200, origin]);
      expect((await create({ Origin: origin })).headers['access-control-expose-headers']).toContain('Location');
    }
  });

  it('is let in from anywhere where that was said', async () => {
    await start({ allowOrigins: ['*'] });
    for (const origin of ['https://app.example', 'null']) {
      const { status, headers } = await ask(sandbox.url, 'Patient', { headers: { Origin: origin } });
      expect([status, headers['access-control-allow-origin']]).toEqual([200, origin]);
    }
  });
});

describe('the token', () => {
  it('is needed for everything but metadata', async () => {
    await start({ token: TOKEN });
    for (const authorization of [undefined, 'Bearer ', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
      for (const path of ['Patient', '$export', '$bulk/1', 'Patient/1', '']) {
        const answer = await ask(sandbox.url, path, { headers });
        expect({ path, authorization, status: answer.status }).toMatchObject({ status: 401 });
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/);
      }
    }
    expect((await ask(sandbox.url, 'metadata')).status).toBe(200);
    const Authorization = `Bearer ${TOKEN}`;
    expect((await ask(sandbox.url, 'Patient', { headers: { Authorization } })).status).toBe(200);
    const kickOff = { Authorization, Prefer: 'respond-async' };
    const { headers } = await ask(sandbox.url, '$export', { headers: kickOff });
    const status = new URL(String(headers['content-location'])).pathname;
    await ask(sandbox.url, status, { headers: { Authorization } });
    const manifest = await ask(sandbox.url, status, { headers: { Authorization } });
    expect(JSON.parse(manifest.body).requiresAccessToken).toBe(true);
  });

  it('is needed beyond loopback, and is no short one', async () => {
    await start({ host: '0.0.0.0', token: TOKEN });
    const headers = { Authorization: `Bearer ${TOKEN}`, Host: `evil.example:${port()}` };
    expect((await ask(sandbox.url, 'Patient', { headers })).status).toBe(421);
    await expect(startSandbox({ vocabulary, version: '0', host: '0.0.0.0' })).rejects.toThrow(/EHRSYNTH_SANDBOX_TOKEN/);
    await expect(startSandbox({ vocabulary, version: '0', host: '::' })).rejects.toThrow(/token is needed/);
    await expect(startSandbox({ vocabulary, version: '0', token: 'short' })).rejects.toThrow(/16 characters/);
  });
});
