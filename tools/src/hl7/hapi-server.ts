import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CACHE, classPath, javaSource } from './java.ts';

const PROJECT = 'hapi-server';
/** A busy machine takes minutes. */
const START_MS = 900_000;

export interface HapiServer {
  url: string;
  pid: number;
  stop(): void;
}

/** Starts HAPI FHIR's JPA server on loopback with its data in memory. @throws Error where it does not come up */
export async function startHapi(): Promise<HapiServer> {
  const classes = join(CACHE, PROJECT);
  mkdirSync(classes, { recursive: true });
  const libraries = classPath(PROJECT);
  const compiled = spawnSync('javac', ['-nowarn', '-d', classes, '-cp', libraries, javaSource(PROJECT, 'Server')], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) throw new Error(`The server does not compile:\n${compiled.stderr}`);
  const port = await freePort();
  const server = spawn('java', ['-Xmx2g', '-cp', classes + delimiter + libraries, 'Server', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => void server.kill('SIGKILL');
  process.once('exit', stop);
  try {
    return { url: await ready(server), pid: server.pid!, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The address that the server prints when it listens. */
async function ready(server: ChildProcess): Promise<string> {
  const last: string[] = [];
  server.stderr!.on('data', (text) => (last.push(String(text)), last.splice(0, last.length - 40)));
  const timer = setTimeout(() => server.kill('SIGKILL'), START_MS);
  for await (const line of createInterface(server.stdout!)) {
    const [, url] = /^READY (\S+)/.exec(line) ?? [];
    if (!url) continue;
    clearTimeout(timer);
    return url;
  }
  throw new Error(`HAPI FHIR did not start:\n${last.join('')}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
