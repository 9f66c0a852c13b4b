import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, createSecureServer, type Http2SecureServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const at = (name: string) => join(folder, name);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.log('Skipped: Spark behind TLS, since there is no openssl here');
const openssl = (...given: string[]) => execFileSync('openssl', given, { stdio: 'ignore', cwd: folder });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const ROOTS = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH';
const TOKEN = 'nobody-may-see-this';
const former = process.env[ROOTS];

/** A certificate of an authority, for a name, that is valid for some days, or was. */
function certificate(name: string, host: string, days: string): void {
  writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${host}\n`);
  openssl('req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', days, '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`);
}

/** What ends TLS for a Spark server and refuses every call; it keeps the headers. */
async function proxy(name: string, heard: IncomingHttpHeaders[] = []): Promise<Http2SecureServer> {
  const server = createSecureServer({ cert: readFileSync(at(`${name}.crt`)), key: readFileSync(at(`${name}.key`)) });
  server.on('stream', (stream, headers) => {
    heard.push(headers);
    const type = { ':status': 200, [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc' };
    stream.respond({ ...type, 'grpc-status': '16', 'grpc-message': 'unknown token' }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe.skipIf(!hasOpenssl)('a Spark server behind TLS', () => {
  let session: typeof import('./session.ts');
  let server: Http2SecureServer | undefined;
  beforeAll(async () => {
    openssl('req', '-x509', ...NEW_KEY, '-days', '30', '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.crt');
    openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-days',
      '30',
      '-subj',
      '/CN=localhost',
      '-keyout',
      'own.key',
      '-out',
      'own.crt',
    );
    certificate('good', 'localhost', '30');
    certificate('other', 'spark.example.org', '30');
    certificate('expired', 'localhost', '-1');
    // gRPC's client looks once, when it is loaded.
    process.env[ROOTS] = at('ca.crt');
    session = await import('./session.ts');
  });
  afterEach(() => server?.close());
  afterAll(() => {
    if (former === undefined) delete process.env[ROOTS];
    else process.env[ROOTS] = former;
    rmSync(folder, { recursive: true });
  });

  const opening = (parameters: string, { port } = server!.address() as AddressInfo, most = 3) =>
    session.SparkSession.open(`sc://localhost:${port}/;${parameters}`, {
      retries: { most, firstMs: 1, longestMs: 1 },
    }).catch((error: Error) => error);

  it('gets the token and other headers, which no message shows', async () => {
    const heard: IncomingHttpHeaders[] = [];
    server = await proxy('good', heard);
    const said = await opening(`use_ssl=true;token=${TOKEN};x-databricks-cluster-id=0123-45`);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-databricks-cluster-id': '0123-45' });
    expect(String(said)).toMatch(/unknown token[^]*Check the token/);
    expect(JSON.stringify(said) + String(said)).not.toContain(TOKEN);
  });

  it.each([
    ['own', /self.signed certificate[^]*Add the certificate of the authority[^]*ca\.crt/],
    ['other', /altnames[^]*spark\.example\.org[^]*Name the server in the URL as its certificate does/],
    ['expired', /^SparkError: No connection to Spark: certificate has expired\s+[^]*has to be renewed/],
  ])('is refused at once with a certificate that is %s, and gets no token', async (name, why) => {
    const heard: IncomingHttpHeaders[] = [];
    server = await proxy(name, heard);
    let tries = 0;
    server.on('connection', () => tries++);
    const said = await opening(`use_ssl=true;token=${TOKEN}`);
    expect(String(said)).toMatch(why);
    expect([heard, tries]).toEqual([[], 1]);
  });

  it('is not taken for one without TLS, nor one without TLS for it', async () => {
    server = await proxy('good');
    expect(String(await opening('user_id=a', undefined, 0))).toMatch(/whether it requires TLS \(;use_ssl=true\)/);
    const plain = (await import('node:http2')).createServer().listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const said = String(await opening('use_ssl=true', plain.address() as AddressInfo, 0));
    plain.close();
    expect(said).toMatch(/^SparkError: No connection to Spark: wrong version number\s+[^]*has no TLS on this port/);
  });
});
