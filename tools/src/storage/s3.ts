import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { classPath, whyNoJava } from '../hl7/java.ts';
import { filesBelow, freePort } from './machine.ts';
import type { Found } from './storage.ts';

/** A server of S3's protocol that the Go module proxy has. It is run as it is, and nothing of it is ours. */
const MINIO = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ehrsynth', 'bin');
const START_SECONDS = 60;

/** S3 in a folder of this machine: a bucket, one that is not this user's, and one whose key is wrong. */
export async function startS3(folder: string): Promise<Found> {
  const name = 'S3';
  const program = minio();
  if (program === undefined) return { name, why: 'there is no minio here, and no go to build it with' };
  const noJava = whyNoJava();
  if (noJava) return { name, why: noJava };
  for (const bucket of ['ehr', 'closed', 'wrongkey']) mkdirSync(join(folder, bucket), { recursive: true });
  const [port, secret] = [await freePort(), randomUUID()];
  const env = { ...process.env, MINIO_ROOT_USER: 'ehrsynth', MINIO_ROOT_PASSWORD: secret };
  const server = spawn(program, ['server', '--address', `127.0.0.1:${port}`, folder], { env, stdio: 'ignore' });
  process.on('exit', () => server.kill());
  const endpoint = `http://127.0.0.1:${port}`;
  for (const since = Date.now(); !(await answers(`${endpoint}/minio/health/live`)); await setTimeout(200))
    if (Date.now() - since > START_SECONDS * 1000) throw new Error('minio did not start');
  const s3a = (setting: string) => `spark.hadoop.fs.s3a.${setting}`;
  return {
    name,
    place: 's3a://ehr',
    settings: {
      'spark.driver.extraClassPath': onlyS3(classPath('s3a')),
      [s3a('endpoint')]: endpoint,
      [s3a('path.style.access')]: 'true',
      [s3a('access.key')]: 'ehrsynth',
      [s3a('secret.key')]: secret,
      [s3a('bucket.wrongkey.secret.key')]: 'another',
      [s3a('bucket.closed.aws.credentials.provider')]: 'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider',
      // Spark's own protocol of commits is not made for it: writes have to do without it.
      [s3a('committer.name')]: 'magic',
    },
    // An object is a folder there, with what it is in a file.
    files: async (place) => filesBelow(join(folder, place.replace(/^\w+:\/\//, ''))),
    closed: [
      { place: 's3a://wrongkey/synth', why: /s3a:\/\/wrongkey\/synth[^]*Status Code: 403[^]*those of the cluster/ },
      { place: 's3a://closed/synth', why: /s3a:\/\/closed\/synth[^]*Status Code: 403[^]*those of the cluster/ },
      { place: 's3a://missing/synth', why: /bucket does not exist[^]*name of the bucket/ },
      { place: 's3://closed/synth', why: /No FileSystem for scheme "s3"[^]*s3a:\/\// },
    ],
    stop: () => server.kill(),
  };
}

/** Spark has all of Hadoop but this; what it has itself it is not to be given twice. */
function onlyS3(path: string): string {
  const wanted = /\/(hadoop-aws|bundle|analyticsaccelerator-s3)-[^/]*\.jar$/;
  return path
    .split(delimiter)
    .filter((jar) => wanted.test(jar))
    .join(delimiter);
}

function minio(): string | undefined {
  if (spawnSync('minio', ['--version']).status === 0) return 'minio';
  const own = join(CACHE, 'minio');
  if (existsSync(own)) return own;
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  process.stderr.write('Building minio, once: some minutes …\n');
  const built = spawnSync('go', ['install', MINIO], { env: { ...process.env, GOBIN: CACHE }, stdio: 'ignore' });
  return built.status === 0 ? own : undefined;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
