import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** Connections that were cut so far. */
  cuts(): number;
  close(): Promise<void>;
}

/**
 * A network before a server of this machine that resets its first connections, each when so many bytes have come back over it, whatever
 * they were in the middle of.
 */
export async function cuttingProxy(
  port: number,
  { bytes, times }: { bytes: number; times: number },
): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    let left = cuts < times ? bytes : Infinity;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      open.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    server.on('data', (some: Buffer) => {
      if (left < 0) return;
      left -= some.length;
      if (left >= 0) return;
      cuts++;
      client.resetAndDestroy();
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `sc://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: async () => {
      open.forEach((socket) => socket.destroy());
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
