import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import { PATIENTS } from './answers.ts';
import type { HostileBehaviour, Observed, SeenRequest } from './behaviour.ts';

export interface HostileServer {
  /** Base at the first origin: http://127.0.0.1:PORT/fhir */
  url: string;
  /** The same at the second origin. */
  otherUrl: string;
  /** All that arrived so far. */
  requests: SeenRequest[];
  /** For `holds`. @param folder in which the command wrote */
  observed(folder: string): Observed;
  close(): Promise<void>;
}

const BASE = '/fhir';

/** Starts a server that behaves so, on two ports of loopback: two origins. */
export async function startHostile(behaviour: HostileBehaviour): Promise<HostileServer> {
  const requests: SeenRequest[] = [];
  const counts = new Map<string, number>();
  const servers = [createServer(), createServer()];
  const [origin, otherOrigin] = await Promise.all(servers.map(listening));
  servers.forEach((server, i) =>
    server.on('request', async (request, response) => {
      const body = await text(request).catch(() => '');
      const at = [origin, otherOrigin][i];
      const { method = '', url = '' } = request;
      requests.push({
        origin: at,
        method,
        url,
        headers: request.headers as SeenRequest['headers'],
        body,
      });
      const { pathname, searchParams } = new URL(url, at);
      const key = `${i}${pathname}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      behaviour.serve(request, response, {
        url: origin + BASE,
        otherUrl: otherOrigin + BASE,
        isOther: i === 1,
        path: pathname.startsWith(BASE) ? pathname.slice(BASE.length + 1) : pathname,
        query: searchParams,
        body,
        count: counts.get(key)!,
      });
    }),
  );
  return {
    url: origin + BASE,
    otherUrl: otherOrigin + BASE,
    requests,
    observed: (folder) => ({ folder, requests, origin, otherOrigin }),
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** The behaviour's command line for a server and a folder, in which what the command needs is written. */
export async function hostileCommand(
  { command }: HostileBehaviour,
  { url, otherUrl }: HostileServer,
  folder: string,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'source.json');
  const key = join(folder, 'key.json');
  writeFileSync(source, JSON.stringify(SOURCE));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  writeFileSync(key, JSON.stringify(await exportJWK(privateKey)));
  const values: Record<string, string> = {
    $URL: url,
    $TRUSTED: otherUrl,
    $OUT: join(folder, 'out'),
    $SOURCE: source,
    $KEY: key,
  };
  return command.map((word) => word.replace(/\$[A-Z]+/g, (name) => values[name] ?? name));
}

const SOURCE = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:7f0b9a52-5f0c-4a39-8a8e-0a4d6f6f3a11',
      resource: { ...PATIENTS[0], id: undefined },
      request: { method: 'POST', url: 'Patient' },
    },
  ],
};

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
