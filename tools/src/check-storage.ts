/**
 * Takes patients through `ingest --stay`, `train --on` and `generate --on` on S3 (minio) and HDFS of this machine, on Apache Spark behind TLS,
 * and compares with what files give, to the byte; then on places where nothing can be written: `npm run check:storage [-- s3 hdfs]`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import { startHdfs } from './storage/hdfs.ts';
import { filesBelow } from './storage/machine.ts';
import { startS3 } from './storage/s3.ts';
import type { Storage } from './storage/storage.ts';
import { tlsProxy } from './storage/tls-proxy.ts';
import { Walk } from './storage/walk.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-storage-'));
const at = (name: string) => join(folder, name);
for (const name of ['s3', 'hdfs', 'tls', 'files', 'home']) mkdirSync(at(name));
const TOKEN = 'check-storage-token';
// Hadoop takes the user from there: one without rights of its own.
process.env.HADOOP_USER_NAME = 'ehrsynth';

let spark: TestSpark | undefined;
let failed = 0;
const only = process.argv.slice(2);
const wants = (name: string) => only.length === 0 || only.includes(name);
const found = [
  ...(wants('s3') ? [await startS3(at('s3'))] : []),
  ...(wants('hdfs') ? [await startHdfs(at('hdfs'))] : []),
];
const storages = found.filter((one): one is Storage => 'place' in one);
for (const one of found) if ('why' in one) console.log(`${one.name} is skipped: ${one.why}`);
try {
  const settings = Object.assign({ 'spark.connect.authenticate.token': TOKEN }, ...storages.map((one) => one.settings));
  // A task is tried again, as clusters do.
  if (storages.length > 0) spark = await startSpark({ master: 'local[2,4]', settings });
  if (spark) await check(spark);
} finally {
  await spark?.stop();
  storages.forEach((one) => one.stop());
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

async function check({ port }: TestSpark): Promise<void> {
  const proxy = await tlsProxy(port, at('tls'));
  const walk = new Walk(at('home'), { port, securePort: proxy.port, authority: proxy.authority, token: TOKEN });
  await walk.prepare();
  const files: Storage = {
    ...{ name: 'files', place: `file:${at('files')}`, settings: {}, closed: [], stop: () => {} },
    files: async (place) => filesBelow(place.replace('file:', '')),
  };
  const wanted = await walk.whole(files, false);
  for (const storage of storages) {
    await report(`${storage.name}: cohort, model and patients are those of files`, async () => {
      const given = await walk.whole(storage, true);
      const other = Object.keys(wanted).filter((what) => given[what] !== wanted[what]);
      return other.length === 0 ? undefined : `not the same: ${other.join(', ')}`;
    });
    await report(`${storage.name}: a write that fails leaves nothing`, () => walk.failedWrite(storage));
    for (const { place, why } of storage.closed)
      await report(`${storage.name}: says why nothing can be written to ${place}`, () =>
        walk.refused(storage, place, why),
      );
  }
  await report('the token is in no file and no line', async () => walk.whereIs(TOKEN));
  proxy.close();
}

/** @param faults what is wrong; undefined where nothing is */
async function report(what: string, faults: () => Promise<string | undefined>): Promise<void> {
  const fault = await faults().catch((error: Error) => error.message);
  if (fault !== undefined) failed++;
  console.log(`${fault === undefined ? 'ok  ' : 'FAIL'} ${what}${fault === undefined ? '' : `\n     ${fault}`}`);
}
