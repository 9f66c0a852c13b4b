import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenToSignals } from './main.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
let server: Server;
let url: string;
/** The path that is never answered well, and how. */
let trap: string;
let how: 'silent' | 'busy' | 'slow';
let reached: boolean;
beforeEach(async () => {
  reached = false;
  server = createServer((request, response) => {
    const path = request.url!.split('?')[0].replace('/fhir', '').slice(1);
    if (path === trap) {
      reached = true;
      if (how === 'busy') response.writeHead(503, { 'Retry-After': '3600' }).end();
      if (how === 'slow') response.writeHead(200).write('{');
      return;
    }
    const json = (body: object, status = 200, headers = {}) =>
      response.writeHead(status, headers).end(JSON.stringify(body));
    if (path === 'metadata') return json({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    if (path === '.well-known/smart-configuration') return json({ token_endpoint: `${url}/token` });
    if (path.endsWith('$export')) return json({}, 202, { 'Content-Location': `${url}/status` });
    if (path === 'status') {
      const output = [{ type: 'Patient', url: `${url}/file` }];
      return json({ transactionTime: 'now', output, error: [] });
    }
    json({}, 404);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  listenToSignals();
});
afterEach(() => {
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  server.closeAllConnections();
  server.close();
});

describe('SIGTERM ends what waits for a server', () => {
  it.each([
    ['metadata', 'silent', 'ingest fhir URL -o @a'],
    ['metadata', 'busy', 'ingest fhir URL -o @b'],
    ['Patient/$export', 'silent', 'ingest fhir URL -o @c'],
    ['status', 'busy', 'ingest fhir URL -o @d'],
    ['status', 'slow', 'ingest fhir URL -o @e'],
    ['file', 'silent', 'ingest fhir URL -o @f'],
    ['file', 'slow', 'ingest fhir URL -o @g'],
    ['Patient', 'busy', 'ingest fhir URL -o @h --read search'],
    ['Patient', 'slow', 'ingest fhir URL -o @i --read search'],
    ['', 'silent', 'push @source.json --server URL -o @j'],
    ['', 'busy', 'push @source.json --server URL -o @k'],
    ['', 'slow', 'push @source.json --server URL -o @l'],
  ] as const)(
    '%s, %s',
    async (path, manner, line) => {
      [trap, how] = [path, manner];
      writeFileSync(
        at('source.json'),
        '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"}}]}',
      );
      const running = ehrsynth(line.replace('URL', url));
      await vi.waitFor(() => expect(reached).toBe(true), { timeout: 10_000 });
      process.emit('SIGTERM');
      // Whatever waits would wait for minutes.
      expect(await running).toBe(130);
      expect(output()).toContain('Stopped');
      expect(output()).toContain('--resume');
    },
    20_000,
  );
});

it('keeps a password that is in the address out of all that is printed and kept', async () => {
  [trap, how] = ['none', 'silent'];
  writeFileSync(
    at('p.json'),
    '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"}}]}',
  );
  const address = url.replace('//', '//user:hidden-word@');
  expect(await ehrsynth(`push @p.json --server ${address} -o @p.push`)).toBe(1);
  expect(await ehrsynth(`push @p.json --server ${address} --dry-run`)).toBe(0);
  expect(await ehrsynth(`ingest fhir ${address} -o @q --read search --types Patient`)).not.toBe(0);
  expect(await ehrsynth(`ingest fhir ${address} -o @q --token given`)).toBe(2);
  expect(output()).toContain('***@127.0.0.1');
  expect(output()).not.toContain('hidden-word');
  expect(readFileSync(at('p.push', 'receipt.jsonl'), 'utf8')).toContain(url);
  expect(readFileSync(at('p.push', 'receipt.jsonl'), 'utf8')).not.toContain('hidden-word');
  expect(existsSync(at('q'))).toBe(false);
});
