import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Rng } from '@ehrsynth/random';

/** What may happen to a connection, after some of its bytes. */
const CUTS = ['close', 'reset', 'stall', 'half close'] as const;

export interface CutProxy {
  /** Base of the server, through the proxy. */
  url: string;
  /** Connections that were cut so far. */
  cuts(): number;
  /** Lets everything through from now on. */
  heal(): void;
  close(): Promise<void>;
}

/**
 * A network that fails: TCP before a server, of which a share of the connections is closed, reset or stalled after a random
 * number of bytes in either direction. It knows nothing of HTTP. A stalled connection is closed after `stallMs`.
 */
export async function cutProxy(target: string, share: number, rng: Rng, stallMs = 1500): Promise<CutProxy> {
  const { hostname, port, pathname } = new URL(target);
  const open = new Set<Socket>();
  let cuts = 0;
  let healed = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const sockets = [client, upstream];
    sockets.forEach((socket) => {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        sockets.forEach((other) => other.destroy());
      });
    });
    const faulty = !healed && rng.chance(share);
    let left = faulty ? rng.int(rng.pick([200, 5_000, 200_000])) : Infinity;
    const cut = rng.pick(CUTS);
    const through = (from: Socket, to: Socket) =>
      from.on('data', (chunk: Buffer) => {
        if (left < 0) return;
        left -= chunk.length;
        if (left >= 0) return void to.write(chunk);
        cuts++;
        to.write(chunk.subarray(0, chunk.length + left));
        end(cut, client, upstream, stallMs);
      });
    through(client, upstream);
    through(upstream, client);
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    cuts: () => cuts,
    heal: () => {
      healed = true;
    },
    close: async () => {
      open.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function end(cut: (typeof CUTS)[number], client: Socket, upstream: Socket, stallMs: number): void {
  if (cut === 'reset') client.resetAndDestroy();
  else if (cut === 'close') client.destroy();
  else if (cut === 'half close') client.end();
  else setTimeout(() => client.destroy(), stallMs);
  if (cut !== 'stall') upstream.destroy();
}
