import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { ask, exchange, FHIR_JSON } from './testing/ask.ts';

const MAX_BODY = 1 << 20;
const PATIENT = JSON.stringify({ resourceType: 'Patient', gender: 'female' });

let sandbox: Sandbox;
beforeAll(async () => {
  const limits = { maxBodyBytes: MAX_BODY };
  sandbox = await startSandbox({ vocabulary: new Vocabulary(), version: '0', limits });
});
afterAll(async () => sandbox.close());

const send = (body: string | Buffer, headers: Record<string, string> = FHIR_JSON, path = 'Patient', method = 'POST') =>
  ask(sandbox.url, path, { method, headers, body });
/** The status, and that an error comes with an OperationOutcome. */
async function statusOf(asked: ReturnType<typeof ask>): Promise<number> {
  const { status, body } = await asked;
  if (status >= 400) expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome' });
  return status;
}

describe('what a body says that it is', () => {
  it.each([
    ['application/fhir+json', 201],
    ['application/json; charset=UTF-8', 201],
    ['application/fhir+json; charset="utf-8"; fhirVersion=4.0', 201],
    ['text/plain', 415],
    ['text/plain; application/json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data', 415],
    ['application/fhir+xml', 415],
    ['application/json; charset=utf-16', 415],
    ['', 415],
  ])('%s: %d', async (type, status) => {
    expect(await statusOf(send(PATIENT, { 'Content-Type': type }))).toBe(status);
  });

  it('is a patch for PATCH and a form for _search', async () => {
    const { id } = JSON.parse((await send(PATIENT)).body);
    const patch = '[{"op":"replace","path":"/gender","value":"male"}]';
    expect(await statusOf(send(patch, FHIR_JSON, `Patient/${id}`, 'PATCH'))).toBe(415);
    expect(
      await statusOf(send(patch, { 'Content-Type': 'application/json-patch+json' }, `Patient/${id}`, 'PATCH')),
    ).toBe(200);
    for (const step of [
      '{"op":"replace","path":"/id","value":"other"}',
      `{"op":"replace","path":"","value":${PATIENT}}`,
      '{"op":"copy","from":"/gender","path":"/id"}',
    ])
      expect([400, 422]).toContain(
        await statusOf(send(`[${step}]`, { 'Content-Type': 'application/json-patch+json' }, `Patient/${id}`, 'PATCH')),
      );
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const found = JSON.parse((await send(`_id=${id}&gender=male`, form, 'Patient/_search')).body);
    expect(found.entry).toMatchObject([{ resource: { id } }]);
    expect(await statusOf(send('{}', FHIR_JSON, 'Patient/_search'))).toBe(415);
  });

  it('what is asked for as XML is not there', async () => {
    const get = (path: string, Accept?: string) =>
      statusOf(ask(sandbox.url, path, { headers: Accept ? { Accept } : {} }));
    for (const accept of ['application/fhir+xml', 'text/xml', 'application/json;q=0', 'image/png, text/html'])
      expect({ accept, status: await get('Patient', accept) }).toEqual({ accept, status: 406 });
    for (const accept of [
      'application/fhir+json',
      '*/*',
      'text/html,application/xml;q=0.9,*/*;q=0.8',
      'application/fhir+xml, application/json;q=0.1',
    ])
      expect({ accept, status: await get('Patient', accept) }).toEqual({ accept, status: 200 });
    for (const format of ['xml', 'application/fhir%2Bxml', 'ttl'])
      expect(await get(`Patient?_format=${format}`)).toBe(406);
    for (const format of ['json', 'application/fhir+json', 'application/fhir%2Bjson'])
      expect(await get(`Patient?_format=${format}`, 'application/fhir+xml')).toBe(200);
  });
});

describe('a body', () => {
  const big = (bytes: number) => JSON.stringify({ resourceType: 'Patient', name: [{ text: 'x'.repeat(bytes) }] });

  it('is of a limited size, said in its header or not, compressed or not', async () => {
    expect(await statusOf(send(big(MAX_BODY / 2)))).toBe(201);
    expect(await statusOf(send(big(MAX_BODY)))).toBe(413);
    expect(await statusOf(send(big(40 * MAX_BODY)))).toBe(413);
    expect(await statusOf(send(big(MAX_BODY), { ...FHIR_JSON, 'Transfer-Encoding': 'chunked' }))).toBe(413);
    const bomb = gzipSync(big(200 * MAX_BODY));
    expect(bomb.length).toBeLessThan(MAX_BODY / 4);
    expect(await statusOf(send(bomb, { ...FHIR_JSON, 'Content-Encoding': 'gzip' }))).toBe(413);
    expect(await statusOf(send(PATIENT))).toBe(201);
  });

  it('is decompressed where it is whole gzip, and turned down where it is something else', async () => {
    const packed = gzipSync(PATIENT);
    const as = (encoding: string, body: Buffer) => statusOf(send(body, { ...FHIR_JSON, 'Content-Encoding': encoding }));
    expect(await as('gzip', packed)).toBe(201);
    expect(await as('GZIP', packed)).toBe(201);
    expect(await as('gzip', packed.subarray(0, -9))).toBe(400);
    expect(await as('gzip', Buffer.from(PATIENT))).toBe(400);
    for (const encoding of ['br', 'deflate', 'gzip, gzip', 'x']) expect(await as(encoding, packed)).toBe(415);
  });

  it('nested without end is turned down, and so is what is no UTF-8, no JSON or no resource', async () => {
    const deep = (levels: number) => `${'{"extension":['.repeat(levels)}${']}'.repeat(levels)}`;
    for (const body of ['['.repeat(100_000), '['.repeat(100_000) + ']'.repeat(100_000), deep(50_000)])
      expect(await statusOf(send(body))).toBe(400);
    expect(await statusOf(send(`{"resourceType":"Bundle","type":"batch","entry":${deep(5000)}}`, FHIR_JSON, ''))).toBe(
      400,
    );
    // Brackets in a string are none.
    expect(
      await statusOf(send(JSON.stringify({ resourceType: 'Patient', name: [{ text: '"[\\"'.repeat(2000) }] }))),
    ).toBe(201);
    for (const body of [Buffer.from([0x22, 0xff, 0x22]), '{', 'null', '[]', '"x"', '1', '{"resourceType":1}'])
      expect(await statusOf(send(body))).toBeGreaterThanOrEqual(400);
    for (const entry of ['{}', '[null]', '[{"request":{"method":"GET","url":5}}]', '[{"request":1}]'])
      expect(await statusOf(send(`{"resourceType":"Bundle","type":"batch","entry":${entry}}`, FHIR_JSON, ''))).toBe(
        400,
      );
  });

  it('broken off does not keep the server', async () => {
    for (const headers of [FHIR_JSON, { ...FHIR_JSON, 'Content-Encoding': 'gzip' }]) {
      const { hostname, port } = new URL(sandbox.url);
      const asked = request({
        hostname,
        port,
        path: '/fhir/Patient',
        method: 'POST',
        headers: { ...headers, 'Content-Length': '100' },
      });
      asked.on('error', () => {});
      asked.write(gzipSync(PATIENT).subarray(0, 20));
      await new Promise((resolve) => setTimeout(resolve, 50));
      asked.destroy();
      await new Promise((resolve) => asked.on('close', resolve));
    }
    expect(await statusOf(send(PATIENT))).toBe(201);
  });

  it('cannot reach what all objects share', async () => {
    const { id } = JSON.parse((await send(PATIENT)).body);
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted']) {
      const patch = JSON.stringify([{ op: 'add', path, value: 'x' }]);
      await send(patch, { 'Content-Type': 'application/json-patch+json' }, `Patient/${id}`, 'PATCH');
    }
    await send('{"resourceType":"Patient","__proto__":{"polluted":"x"}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('an address', () => {
  it.each([
    ['//', 400],
    ['//fhir/Patient', 400],
    ['/fhir//Patient', 400],
    ['/fhir/Patient//1', 400],
    ['/fhir/%', 400],
    ['/fhir/Patient/%zz', 400],
    ['/fhir/Patient/%00', 400],
    ['/fhir/Patient?name=%', 400],
    ['/fhir/Patient?name=%00', 400],
    ['/fhir/Patient?name=%ff', 400],
    ['/fhir/Patient/..%2f..%2fetc', 400],
    ['/fhir/../Patient', 400],
    ['/fhir/Patient/a_b', 400],
    [`/fhir/Patient/${'a'.repeat(65)}`, 400],
    ['/fhir/Patient?_offset=-1', 400],
    ['/fhir/Patient?_offset=x', 400],
    ['/fhir/Nothing', 404],
    ['/fhir/__proto__', 404],
    ['/fhir/constructor/1', 404],
    ['/fhir/Patient/1', 404],
    ['/fhir/Patient/1/$everything', 404],
    ['/fhir/Patient/1/_history/1/2', 404],
    ['/fhir/$graphql', 404],
    ['/fhir/$bulk', 404],
    ['/fhir/$bulk/x/y/z', 404],
    ['/', 404],
    ['/fhirx', 404],
    ['*', 400],
  ])('%s: %d', async (path, status) => {
    const raw = await exchange(
      sandbox.url,
      `GET ${path} HTTP/1.1\r\nHost: ${new URL(sandbox.url).host}\r\nConnection: close\r\n\r\n`,
    );
    expect(raw.split('\r\n')[0]).toContain(` ${status} `);
    expect(raw).toContain('OperationOutcome');
  });

  it('whatever it is, is never an error of the server', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'Patient',
        '_search',
        '_history',
        '$export',
        '$bulk',
        '%2e',
        '..',
        '%',
        '?',
        '_id=',
        '&_sort=',
        '_has:',
        '_include=',
        ':',
      ),
    );
    const path = fc
      .array(part, { maxLength: 5 })
      .map((parts) => `/fhir/${parts.join('/').replace(/[^\x21-\x7e]/g, '%7f')}`);
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom('GET', 'DELETE', 'PUT', 'HEAD'), async (target, method) => {
        expect((await ask(sandbox.url, target, { method })).status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('in a Bundle is looked at in the same way', async () => {
    const entry = (method: string, url: string, resource?: object) => ({ request: { method, url }, resource });
    const outcome = async (type: string, one: object) => {
      const answer = await send(JSON.stringify({ resourceType: 'Bundle', type, entry: [one] }), FHIR_JSON, '');
      return type === 'batch' && answer.status === 200
        ? JSON.parse(answer.body).entry[0].response.status
        : String(answer.status);
    };
    const patient = { resourceType: 'Patient' };
    for (const type of ['batch', 'transaction']) {
      for (const url of ['Patient/a_b', 'Patient/a/b/c', '//x', 'Patient/..', 'http://[', 'Nothing/1'])
        expect({ type, url, status: await outcome(type, entry('PUT', url, { ...patient, id: 'a' })) }).toMatchObject({
          status: expect.stringMatching(/^4/),
        });
    }
    expect(await outcome('transaction', entry('PUT', 'Observation/1', { ...patient, id: '1' }))).toMatch(/^4/);
  });
});

describe('methods and preferences', () => {
  it('HEAD is GET without a body, OPTIONS says what there is, others are not supported', async () => {
    const { id } = JSON.parse((await send(PATIENT)).body);
    const head = await ask(sandbox.url, `Patient/${id}`, { method: 'HEAD' });
    expect([head.status, head.body, head.headers.etag !== undefined]).toEqual([200, '', true]);
    expect((await ask(sandbox.url, 'Patient/nobody', { method: 'HEAD' })).status).toBe(404);
    expect((await ask(sandbox.url, '', { method: 'OPTIONS' })).headers.allow).toContain('PATCH');
    expect(await statusOf(ask(sandbox.url, 'Patient', { method: 'PROPFIND' }))).toBe(405);
    expect(await statusOf(ask(sandbox.url, '$export', { method: 'DELETE' }))).toBe(405);
  });

  it.each([
    ['respond-async, return=minimal', 202],
    ['return=minimal; respond-async', 202],
    ['handling=lenient;return=representation, Respond-Async; wait=10', 202],
    [['return=minimal', 'respond-async'], 202],
    ['return=respond-async', 400],
    ['', 400],
  ])('an export with Prefer: %s: %d', async (Prefer, status) => {
    expect(await statusOf(ask(sandbox.url, '$export', { headers: { Prefer } }))).toBe(status);
  });

  it('the answer to a write is what the client would like', async () => {
    const made = async (Prefer?: string) => {
      const { status, body, headers } = await send(PATIENT, { ...FHIR_JSON, ...(Prefer && { Prefer }) });
      expect([status, headers.location !== undefined]).toEqual([201, true]);
      return body === '' ? '' : JSON.parse(body).resourceType;
    };
    expect(await made()).toBe('Patient');
    expect(await made('return=representation')).toBe('Patient');
    expect(await made('handling=strict, RETURN="minimal"')).toBe('');
    expect(await made('return=OperationOutcome')).toBe('OperationOutcome');
    expect(await made('return=minimal, return=representation')).toBe('');
  });
});
