import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Connection, FhirServer } from '../server/fhir-server.ts';
import type { HostileBehaviour } from './hostile/behaviour.ts';
import { type HostileServer, startHostile } from './hostile/start.ts';

/** For a file of tests: a folder of its own to fetch into, and a server that answers as a test says. */
export function servedFolder() {
  let folder: string;
  let server: HostileServer | undefined;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'served-'))));
  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    /** Starts it and gives a client of it. */
    start: async (serve: HostileBehaviour['serve'], more: Partial<Connection> = {}): Promise<FhirServer> => {
      const rest = { name: '', group: 'answers' as const, command: [], expects: /^/, exitCode: 0 as const };
      server = await startHostile({ ...rest, serve });
      return new FhirServer({ url: server.url, retries: { attempts: 1 }, ...more });
    },
    /** What it was asked: path and query under its base. */
    asked: (): string[] => server!.requests.map(({ url }) => url.replace('/fhir/', '')),
    requests: () => server!.requests,
    /** Resources of a file in the folder; none where it is not there. */
    resources: (...names: string[]): { resourceType: string; id: string }[] => {
      const path = join(folder, ...names);
      if (!existsSync(path)) return [];
      const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as { resourceType: string; id: string });
    },
  };
}
