import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { installed, type Packaged, PYSPARK, SAIL } from './packages.ts';

export interface TestSpark {
  url: string;
  port: number;
  /** Of its process on this machine. */
  pid: number;
  /** What it wrote to its log. */
  log(): string;
  stop(): Promise<void>;
}

/** Until a server listens; a JVM beside other work takes long. */
const START_SECONDS = 180;
/** For what is downloaded: Sail has 60 MB, Spark 450. */
const INSTALL_SECONDS = { pysail: 60, pyspark: 900 };

/** Sail on a free port of this machine; undefined, with a line that says so, where it cannot be had. */
export async function startSail(): Promise<TestSpark | undefined> {
  const folder = folderOf(SAIL, INSTALL_SECONDS.pysail);
  if (folder === undefined) return undefined;
  const port = await freePort();
  const work = mkdtempSync(join(tmpdir(), 'sail-'));
  const env = { ...process.env, SAIL_EXECUTION__CHECKPOINT__PATH: `file://${work}` };
  const server = spawn(join(folder, 'bin', 'sail'), ['spark', 'server', '--port', String(port)], { cwd: work, env });
  return started(server, port, () => rmSync(work, { recursive: true, force: true }));
}

/** The same on two hosts, as Spark sees it: a worker on each of two addresses of this machine. It tries a slow task again on another host only. */
export const TWO_HOSTS = 'two hosts';

/** Two executors, each a process of its own with one core, and a master and workers that know of them. */
export const TWO_EXECUTORS = 'local-cluster[2,1,1024]';

/**
 * Apache Spark on a free port of this machine; undefined, with a line that says so, where it cannot be had.
 * @param options.settings of Spark, beside those by which small queries are quick
 * @param options.master where its tasks run: by default two threads
 * @param options.path where its programs, and those of its executors, find others: PATH
 * @param options.isQuick whether it starts quickly, for small queries; otherwise it is as fast as Java is, with twice the memory
 */
export async function startSpark({
  settings = {},
  master = 'local[2]',
  path = process.env.PATH,
  isQuick = true,
}: { settings?: Record<string, string>; master?: string; path?: string; isQuick?: boolean } = {}): Promise<
  TestSpark | undefined
> {
  const folder = folderOf(PYSPARK, INSTALL_SECONDS.pyspark);
  if (folder === undefined) return undefined;
  const [python] = readdirSync(join(folder, 'lib')).filter((name) => name.startsWith('python'));
  const home = join(folder, 'lib', python, 'site-packages', 'pyspark');
  const [port, work] = [await freePort(), mkdtempSync(join(tmpdir(), 'spark-'))];
  writeFileSync(join(work, 'log4j2.properties'), LOGGING);
  // Executors leave their folders in the home of Spark: it has one of its own.
  const ownHome = join(work, 'home');
  mkdirSync(ownHome);
  for (const name of readdirSync(home)) if (name !== 'work') symlinkSync(join(home, name), join(ownHome, name));
  const env = { ...process.env, PATH: path, SPARK_HOME: ownHome };
  const hosts = master === TWO_HOSTS ? await startHosts(ownHome, work, env) : undefined;
  const all = {
    'spark.connect.grpc.binding.port': String(port),
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.sql.warehouse.dir': join(work, 'warehouse'),
    'spark.local.dir': join(work, 'local'),
    ...QUICK,
    ...settings,
  };
  const server = spawn(
    join(home, 'bin', 'spark-submit'),
    [
      ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer', '--master', hosts?.url ?? master],
      ...[
        '--driver-memory',
        isQuick ? '2g' : '4g',
        '--driver-java-options',
        `${isQuick ? JAVA : ''} -Dlog4j2.configurationFile=${join(work, 'log4j2.properties')}`,
      ],
      ...Object.entries(all).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      'spark-internal',
    ],
    { cwd: work, env: { ...env, SPARK_LOCAL_IP: '127.0.0.1' } },
  );
  return started(server, port, () => {
    hosts?.stop();
    rmSync(work, { recursive: true, force: true });
  });
}

/** A master of Spark's own cluster, and two workers with one core each. */
async function startHosts(
  home: string,
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; stop: () => void }> {
  const port = await freePort();
  const url = `spark://127.0.0.1:${port}`;
  const daemon = (name: string, args: string[]) => {
    const words = [`org.apache.spark.deploy.${name}`, '--webui-port', '0', ...args];
    const started = spawn(join(home, 'bin', 'spark-class'), words, {
      cwd: work,
      env: { ...env, SPARK_DAEMON_MEMORY: '256m' },
      stdio: 'ignore',
    });
    alive.add(started);
    return started;
  };
  const daemons = [daemon('master.Master', ['--host', '127.0.0.1', '--port', String(port)])];
  for (const since = Date.now(); !(await listens(port)) && Date.now() - since < START_SECONDS * 1000;)
    await setTimeout(100);
  for (const host of ['127.0.0.1', '127.0.0.2'])
    daemons.push(daemon('worker.Worker', ['--host', host, '--cores', '1', '--memory', '1g', '--work-dir', work, url]));
  const stop = () => {
    for (const one of daemons) {
      one.kill('SIGKILL');
      alive.delete(one);
    }
  };
  return { url, stop };
}

/** A JVM that lives for minutes: compiled once and simply, one collector. */
const JAVA = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
/** Few rows are read as they are: code that is made for a query would take longer than the query. */
const QUICK = {
  'spark.ui.enabled': 'false',
  'spark.sql.shuffle.partitions': '2',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
  'spark.sql.adaptive.enabled': 'false',
};
const LOGGING = `rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
`;

function folderOf(server: Packaged, seconds: number): string | undefined {
  const found = installed(server, seconds);
  if ('folder' in found) return found.folder;
  process.stderr.write(`Tests with ${server.name} are skipped: ${found.why}\n`);
  return undefined;
}

/** Nothing that was started outlives the tests. */
const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((server) => server.kill('SIGKILL')));

async function started(server: ChildProcess, port: number, tidy: () => void): Promise<TestSpark> {
  alive.add(server);
  let log = '';
  for (const output of [server.stdout, server.stderr]) output?.on('data', (text) => (log += text));
  const ended = once(server, 'exit');
  for (const since = Date.now(); !(await listens(port)); await setTimeout(100)) {
    if (server.exitCode !== null || Date.now() - since > START_SECONDS * 1000) {
      server.kill('SIGKILL');
      throw new Error(`The server did not start:\n${log}`);
    }
  }
  return {
    url: `sc://127.0.0.1:${port}`,
    port,
    pid: server.pid!,
    log: () => log,
    stop: async () => {
      server.kill();
      await Promise.race([ended, setTimeout(5000)]);
      server.kill('SIGKILL');
      await ended;
      alive.delete(server);
      tidy();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
