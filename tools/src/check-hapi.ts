/** Pushes generated patients to a real HAPI FHIR server, reads them back and compares, also how long searches take: `npm run check:hapi`. */
import { isDeepStrictEqual } from 'node:util';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportBySearch,
  exportInBulk,
  FhirServer,
  push,
  type PushOptions,
  Receipt,
  removeByReceipt,
} from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { startServer } from './chaos/server.ts';
import { generateExports } from './hl7/documents.ts';
import { writeFullPatients } from './hl7/full-patients.ts';
import { startHapi } from './hl7/hapi-server.ts';
import { whyNoJava } from './hl7/java.ts';
import { content, linesIn, namesById, plain, recordsIn, resourcesIn } from './hl7/read-back.ts';
import { searchTable, searchTimes } from './hl7/search-times.ts';

const PATIENTS = 200;
/** Of those that searches are timed on: patients in full. */
const FULL_PATIENTS = 300;
const TYPES = ['Patient', 'Encounter', 'Condition', 'MedicationRequest', 'Procedure', 'Observation'];
const OPTIONS: PushOptions = { as: 'transaction', size: 500, concurrency: 4 };

const reason = whyNoJava();
if (reason) {
  console.log(`check:hapi is skipped: ${reason}. It needs Java 17 and Maven.`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'check-hapi-'));
const at = (name: string) => join(folder, name);
const vocabulary = new Vocabulary();
let failures = 0;
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(failures === 0 ? 'HAPI FHIR has what we sent, and we read what it has' : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);

async function run(): Promise<void> {
  console.log(`Generating ${PATIENTS} patients …`);
  const { bundles, ndjson } = generateExports(folder, PATIENTS);
  const sent = resourcesIn(ndjson);
  const started = Date.now();
  const hapi = await startHapi();
  console.log(`HAPI FHIR 8.8 listens after ${seconds(started)} s: ${hapi.url}`);
  const server = new FhirServer({ url: hapi.url });

  const receipts = {
    first: await createReceipt('first', server),
    second: await createReceipt('second', server),
  };
  const first = await timed('pushed', () => push(bundles, server, receipts.first, OPTIONS), sent.size);
  check(`creates ${sent.size} resources`, first.created === sent.size && first.rejected === 0);
  const again = await timed('pushed again', () => push(bundles, server, receipts.second, OPTIONS), sent.size);
  check('a second push creates nothing', again.created === 0 && again.existed === sent.size);

  const search = { types: TYPES, pageSize: 500 };
  await timed('read by search', () => exportBySearch(server, at('search'), search), sent.size);
  const found = resourcesIn(at('search'));
  check('search finds each resource once', found.size === sent.size && linesIn(at('search')) === sent.size);
  const [namesFound, namesSent] = [namesById(found), namesById(sent)];
  const isAsSent = ([key, one]: [string, Parameters<typeof content>[0]]) =>
    isDeepStrictEqual(content(found.get(key)!, namesFound), content(one, namesSent));
  check('with the contents that were sent', [...sent].every(isAsSent));

  const bulk = { level: 'patient' as const, types: TYPES, concurrency: 4 };
  const exported = await timed('exported in bulk', () => exportInBulk(server, at('bulk'), bulk), sent.size);
  check('has a bulk export', exported !== undefined);
  check('of each resource once', linesIn(at('bulk')) === sent.size);
  const read = [ndjson, at('search'), at('bulk')].map((path) => recordsIn(path, vocabulary));
  const [files, fromSearch, fromBulk] = await Promise.all(read);
  const named = (records: typeof files) => records.map((record) => `${record.id} ${plain(record)}`);
  check(
    'ingested from search and from bulk export: the same records',
    isDeepStrictEqual(named(fromSearch), named(fromBulk)),
  );
  check(
    'and, except for ids, those that were sent',
    isDeepStrictEqual(fromSearch.map(plain).sort(), files.map(plain).sort()),
  );

  const receipt = await Receipt.open(at('first'), server.url);
  const removed = await timed('deleted', () => removeByReceipt(receipt, server), sent.size);
  const left = await server.request<{ resourceType: string; total: number }>('Patient?_summary=count');
  check('deletes what the receipt names', removed.deleted === sent.size && left.body.total === 0);
  await compareSearches(server, hapi.pid);
  hapi.stop();
}

/** Times the same searches of the same patients on both servers. */
async function compareSearches(hapi: FhirServer, pid: number): Promise<void> {
  const resources = await writeFullPatients(at('full'), FULL_PATIENTS, 3);
  const receipt = await createReceipt('third', hapi);
  const pushed = await timed('in full pushed', () => push(at('full'), hapi, receipt, OPTIONS), resources);
  check('takes patients in full', pushed.rejected === 0);
  const sandbox = await startServer({ folder, temporary: folder }, { load: at('full'), startSeconds: 1800 });
  const own = await searchTimes(sandbox.url, sandbox.running.process.pid!);
  console.log(searchTable(own, await searchTimes(hapi.url, pid)));
  await sandbox.stop();
}

function createReceipt(name: string, { url }: FhirServer): Promise<Receipt> {
  return Receipt.create(at(name), url, () => false);
}

async function timed<T>(what: string, work: () => Promise<T>, resources: number): Promise<T> {
  const started = Date.now();
  const result = await work();
  const rate = Math.round(resources / ((Date.now() - started) / 1000));
  console.log(
    `  ${resources.toLocaleString('en-US')} resources ${what} in ${seconds(started)} s (${rate.toLocaleString('en-US')}/s)`,
  );
  return result;
}

function seconds(started: number): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}

function check(what: string, isGood: boolean): void {
  console.log(`${isGood ? 'ok' : 'NOT OK'}  ${what}`);
  if (!isGood) failures++;
}
