import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { cutProxy } from './cut-proxy.ts';

it('cuts all connections, or none; and lets all through when it is healed', async () => {
  const body = 'x'.repeat(300_000);
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  const get = (url: string) =>
    fetch(url, { headers: { connection: 'close' } })
      .then((answer) => answer.text())
      .then((text) => text === body)
      .catch(() => false);
  const proxy = await cutProxy(target, 1, new Rng(1), 50);
  try {
    expect(await Promise.all(Array.from({ length: 12 }, () => get(proxy.url)))).toEqual(Array(12).fill(false));
    expect(proxy.cuts()).toBe(12);
    proxy.heal();
    expect(await get(proxy.url)).toBe(true);
  } finally {
    await proxy.close();
    server.close();
  }
});
