import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, type SandboxLimits, startSandbox } from './index.ts';
import { ask, FHIR_JSON } from './testing/ask.ts';

const vocabulary = new Vocabulary();
let sandbox: Sandbox;
const sockets: Socket[] = [];
const STALL_MS = 1500;
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await sandbox.close();
});
const start = async (limits: Partial<SandboxLimits>, acceptInvalid = false) =>
  (sandbox = await startSandbox({ vocabulary, version: '0', limits, acceptInvalid }));

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** What came before the server closed the connection, which it may have done by now. */
async function untilClosed(socket: Socket): Promise<string> {
  let got = '';
  socket.on('data', (chunk) => (got += chunk));
  if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve));
  return got;
}

it('does not wait without end for headers or a body that come letter by letter', async () => {
  await start({ headersTimeoutMs: 500, requestTimeoutMs: 1000 });
  const head = 'POST /fhir/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n';
  for (const begun of [head, `${head}Content-Length: 1000\r\n\r\n{`]) {
    const socket = await open();
    socket.write(begun);
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    const got = await untilClosed(socket);
    clearInterval(drip);
    expect(got === '' || /^HTTP\/1\.1 4\d\d /.test(got)).toBe(true);
  }
  expect((await ask(sandbox.url, 'metadata')).status).toBe(200);
});

it('does not let idle connections take all there are', async () => {
  await start({ maxConnections: 3, stallTimeoutMs: 800 });
  const first = await Promise.all([open(), open(), open()]);
  const closed = first.map(untilClosed);
  expect(await untilClosed(await open())).toBe('');
  await Promise.all(closed);
  expect((await ask(sandbox.url, 'metadata')).status).toBe(200);
});

it('makes the lines of an export as they are taken, and gives up a client that takes none', async () => {
  // Also the time that this process may stand still between two pieces of the upload.
  await start({ stallTimeoutMs: STALL_MS }, true);
  const text = 'x'.repeat(100_000);
  const entry = Array.from({ length: 30 }, () => ({
    request: { method: 'POST', url: 'Basic' },
    resource: { resourceType: 'Basic', code: { text } },
  }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
  for (let part = 0; part < 10; part++)
    expect((await ask(sandbox.url, '', { method: 'POST', headers: FHIR_JSON, body })).status).toBe(200);
  const kickOff = await ask(sandbox.url, '$export', { headers: { Prefer: 'respond-async' } });
  const status = new URL(String(kickOff.headers['content-location'])).pathname;
  await ask(sandbox.url, status);
  const { output } = JSON.parse((await ask(sandbox.url, status)).body);
  const file = new URL(output[0].url).pathname;
  const before = process.memoryUsage();
  const readers = await Promise.all(Array.from({ length: 8 }, open));
  for (const socket of readers) {
    socket.pause();
    socket.write(`GET ${file} HTTP/1.1\r\nHost: ${new URL(sandbox.url).host}\r\n\r\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, 700));
  const after = process.memoryUsage();
  // The eight answers have 240 MB.
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(100e6);
  await new Promise((resolve) => setTimeout(resolve, 2 * STALL_MS));
  // What had been sent when the server gave them up.
  const got = await Promise.all(
    readers.map((socket) => {
      const all = untilClosed(socket);
      socket.resume();
      return all;
    }),
  );
  for (const part of got) expect(part.length).toBeLessThan(30e6);
  expect((await ask(sandbox.url, file)).body.split('\n')).toHaveLength(301);
});
