import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rng } from '@ehrsynth/random';

/** What the proxy may do to a request. */
export const FAULTS = [
  'drop the request',
  'drop the answer',
  'cut the answer',
  'answer 429',
  'answer 503',
  'answer 500',
  'answer 500 after the work',
  'delay',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultProxy {
  url: string;
  /** How often each was done. */
  done: Map<Fault, number>;
  requests(): number;
  close(): Promise<void>;
}

/**
 * A proxy before a server that does something bad to a share of the requests, decided by the seed. Addresses that the server
 * gives lead to the proxy too.
 * @param clockMs by how much the server's clock seems to be ahead, in all that it says of times
 */
export async function faultProxy(
  target: string,
  share: number,
  seed = 1,
  { faults = FAULTS as readonly Fault[], clockMs = 0 } = {},
): Promise<FaultProxy> {
  const rng = new Rng(seed);
  const done = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));
  const { origin, pathname } = new URL(target);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const fault = rng.next() < share ? faults[rng.int(faults.length)] : undefined;
    if (fault) done.set(fault, done.get(fault)! + 1);
    handle(request, response, { origin, fault, clockMs }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    done,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Headers of one connection, not of the message. */
const HOP_BY_HOP = /^(host|content-length|connection|transfer-encoding|keep-alive)$/;

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { origin, fault, clockMs }: { origin: string; fault?: Fault; clockMs: number },
): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const refuse = (status: number, headers = {}) => response.writeHead(status, headers).end('busy');
  if (fault === 'drop the request') return void response.destroy();
  if (fault === 'answer 429') return void refuse(429, { 'Retry-After': '0' });
  if (fault === 'answer 503') return void refuse(503, { 'Retry-After': new Date().toUTCString() });
  if (fault === 'answer 500') return void refuse(500);
  if (fault === 'delay') await sleep(50);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.test(name)));
  const answer = await fetch(origin + request.url, {
    method: request.method,
    headers: headers as Record<string, string>,
    ...(body.length > 0 && { body }),
  });
  const own = `http://${request.headers.host}`;
  const text = Buffer.from(shifted((await answer.text()).replaceAll(origin, own), clockMs));
  if (fault === 'drop the answer') return void response.destroy();
  if (fault === 'answer 500 after the work') return void refuse(500);
  const kept = Object.fromEntries(
    [...answer.headers]
      .filter(([name]) => !HOP_BY_HOP.test(name))
      .map(([name, value]) => [name, value.replaceAll(origin, own)]),
  );
  const date = new Date(Date.now() + clockMs).toUTCString();
  response.writeHead(answer.status, { ...kept, date, 'Content-Length': text.length });
  if (fault !== 'cut the answer') return void response.end(text);
  response.write(text.subarray(0, text.length / 2), () => response.destroy());
}

/** Every instant of the server's (of a resource's last change) by so much later. */
function shifted(text: string, ms: number): string {
  return ms === 0
    ? text
    : text.replace(
        /"(lastUpdated|lastModified)": ?"([^"]+)"/g,
        (_, name: string, instant: string) => `"${name}":"${new Date(Date.parse(instant) + ms).toISOString()}"`,
      );
}
