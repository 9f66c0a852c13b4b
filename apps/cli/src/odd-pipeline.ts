import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { PatientRecord } from '@ehrsynth/records';
import { expect } from 'vitest';
import type { commandLine } from './testing.ts';

/**
 * For tests: resources → ingest → train → generate → export → validate, in FHIR and OMOP. What ingest writes satisfies its own
 * schema, and the validators find no error in what is written after training.
 */
export async function expectOddSourcesToPass(
  { at, ehrsynth, output, forget }: ReturnType<typeof commandLine>,
  resources: object[],
): Promise<void> {
  rmSync(at('odd'), { recursive: true, force: true });
  mkdirSync(at('odd', 'source'), { recursive: true });
  writeFileSync(at('odd', 'source', 'x.ndjson'), resources.map((one) => JSON.stringify(one)).join('\n'));
  const run = async (line: string) => {
    forget();
    expect(await ehrsynth(line), `${line}\n${output()}`).toBe(0);
  };
  const kinds = 'condition,drug,procedure,measurement';
  await run(`ingest fhir @odd/source -o @odd/cohort --kinds ${kinds} --min-patients 1 --claims read`);
  for (const part of ['train', 'holdout']) {
    const text = gunzipSync(readFileSync(at('odd', 'cohort', part, 'records.ndjson.gz'))).toString();
    for (const line of text.split('\n').filter(Boolean)) {
      const { error } = PatientRecord.safeParse(JSON.parse(line));
      expect(error?.issues, line).toBeUndefined();
    }
  }
  await run('train @odd/cohort -m marginals -o @odd/model');
  await run('generate @odd/model -n 60 -o @odd/synth');
  await run('export fhir @odd/synth -o @odd/fhir --format ndjson');
  await run('validate fhir @odd/fhir --threads 0');
  expect(output()).toMatch(/\b0 errors/);
  await run('export omop @odd/synth -o @odd/omop --format csv');
  // Completeness and plausibility are of standard concepts, which want Athena's vocabularies, and of dates as the source has them.
  forget();
  await ehrsynth('validate omop @odd/omop');
  expect(output()).toMatch(/Conformance +[\d,]+ +0 /);
}
