import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { startSpark, type TestSpark, TWO_EXECUTORS } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fhirSource } from '../cohort/fhir-source.ts';
import { type Ingested, ingest } from '../cohort/ingest.ts';
import { exportFhir } from '../export/export-fhir.ts';
import { generate } from '../generation/generate.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { fhirOnSpark } from './fhir-on-spark.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const COHORT = ['train', 'holdout'].flatMap((part) =>
  ['records.ndjson.gz', 'rows.parquet', 'matrix.npz', 'columns.json'].map((file) => `${part}/${file}`),
);

const at = ownFolder();
let spark: TestSpark | undefined;
beforeAll(async () => {
  spark = await startSpark({ master: TWO_EXECUTORS, settings: { 'spark.sql.shuffle.partitions': '3' } });
  if (!spark) return;
  await ingest(simulated(120), { out: at('first'), minPatients: 4 });
  await train(at('first'), { model: 'marginals', out: at('model'), engine: 'wasm' });
  await generate(at('model'), { number: 100, out: at('synth'), engine: 'wasm', workers: 1 });
  await exportFhir(at('synth'), { out: at('fhir'), format: 'ndjson' });
  addOdd();
});
afterAll(() => spark?.stop());
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

const on = () => ({ on: spark!.url, executor: OURS, path: `file:${at('fhir')}/*.ndjson` });

/** What refers to what is elsewhere, is there twice, or cannot be read. */
function addOdd(): void {
  const [{ id }, other] = readFileSync(at('fhir', 'Patient.ndjson'), 'utf8')
    .split('\n', 2)
    .map((line) => JSON.parse(line) as { id: string });
  const drug = (of: string, reference: string, more = {}) => ({
    ...{ resourceType: 'MedicationRequest', id: `of-${of}-${reference.length}`, status: 'completed', intent: 'order' },
    ...{ subject: { reference: `https://example.org/fhir/Patient/${of}` }, authoredOn: '2020-03-04', ...more },
    medicationReference: { reference },
  });
  const ndc = { system: 'http://hl7.org/fhir/sid/ndc', code: '00093-1048-01' };
  const lines = [
    drug(id, 'Medication/shared'),
    drug(other.id, 'Medication/shared'),
    drug(other.id, 'Medication/mix'),
    drug(other.id, 'Medication/nowhere'),
    { resourceType: 'Medication', id: 'shared', code: { coding: [ndc] } },
    { resourceType: 'Medication', id: 'mix', ingredient: [{ itemReference: { reference: 'Substance/a' } }] },
    { resourceType: 'Medication', id: 'unused', status: 'entered-in-error' },
    { resourceType: 'Substance', id: 'a', code: { coding: [ndc] } },
    { resourceType: 'Organization', id: 'o', name: 'Zoë’s “clinic”' },
    { ...drug(id, 'Medication/shared'), id: 'of-nobody-1', subject: { reference: 'Patient/missing' } },
    { ...drug(id, 'Medication/shared'), id: 'of-nobody-2', subject: { display: 'nobody' } },
  ];
  writeFileSync(at('fhir', 'Odd.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  appendFileSync(at('fhir', 'Odd.ndjson'), '{"resourceType":"Condition", broken\n\n');
}

const counts = ({ tally }: Ingested) => ({
  used: [...tally.used].sort(),
  skipped: [...tally.skipped].map(([type, reasons]) => [type, [...reasons].sort()]).sort(),
  notes: [...tally.notes].sort(),
  systems: [...tally.systems.values()].map(({ codes, ...rest }) => ({ ...rest, codes: codes.size })),
});

test('FHIR on a cluster gives the cohort of the same files here, to the byte, and the same counts', async () => {
  const kinds = ['condition', 'drug', 'procedure', 'measurement'] as ('condition' | 'drug')[];
  const here = await ingest(await fhirSource(at('fhir'), { kinds }), { out: at('here'), minPatients: 4 });
  const there = await ingest(fhirOnSpark({ ...on(), kinds }), { out: at('there'), minPatients: 4 });
  const lines = (...file: string[]) =>
    gunzipSync(readFileSync(at(...file)))
      .toString()
      .split('\n');
  for (const part of ['train', 'holdout']) {
    const [mine, theirs] = ['here', 'there'].map((cohort) => lines(cohort, part, 'records.ndjson.gz'));
    expect(theirs.filter((line, i) => line !== mine[i])).toEqual([]);
  }
  for (const file of COHORT)
    expect([file, readFileSync(at('there', file)).equals(readFileSync(at('here', file)))]).toEqual([file, true]);
  const [mine, theirs] = [here, there].map(counts);
  expect(theirs.used).toEqual(mine.used);
  expect(theirs.skipped).toEqual(mine.skipped);
  expect(theirs.notes).toEqual(mine.notes);
  expect(theirs.systems).toEqual(expect.arrayContaining(mine.systems));
  expect(JSON.stringify(there.tally.problems)).not.toContain('/tmp');
});

test('Bundles are refused, for their patients may be in other lines too', async () => {
  mkdirSync(at('bundles'));
  const patient = { resourceType: 'Patient', id: 'a', gender: 'female', birthDate: '1980-01-01' };
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient }] };
  writeFileSync(at('bundles', 'b.ndjson'), `${JSON.stringify(bundle)}\n`);
  const reading = ingest(fhirOnSpark({ ...on(), path: `file:${at('bundles')}` }), { out: at('none') });
  await expect(reading).rejects.toThrow(/A line holds patients within another resource, such as a Bundle/);
});
