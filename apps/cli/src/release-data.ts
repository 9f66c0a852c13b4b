import { isDeepStrictEqual } from 'node:util';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { validateFhir, writeFhir } from '@ehrsynth/fhir';
import { CHECKS, checkOmop, writeOmop } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import type { Figures } from '@ehrsynth/release';
import { Vocabulary } from '@ehrsynth/vocab';
import { type CsvOptions, writeCsv } from './csv-export.ts';
import { readCsv } from './csv-records.ts';
import { athenaFile } from './omop.ts';
import { Progress } from './progress.ts';
import { readRecords } from './records-file.ts';

export const RELEASE_FORMATS = ['fhir', 'omop', 'csv'] as const;
export type ReleaseFormat = (typeof RELEASE_FORMATS)[number];

/**
 * Writes records into data/ in each format, and checks what was written: each FHIR resource, of OMOP each check of conformance, and of
 * CSV each patient, who is to be read back as written.
 * @returns how many were checked, and how many have an error
 */
export async function writeRelease(
  records: string,
  folder: string,
  formats: readonly ReleaseFormat[],
  patients: number,
  csv: CsvOptions = {},
): Promise<NonNullable<Figures['records']>> {
  const total = { checked: 0, invalid: 0 };
  for (const format of formats) {
    const to = join(folder, 'data', format);
    await mkdir(to, { recursive: true });
    const { checked, invalid } = await WRITERS[format](records, to, patients, csv);
    total.checked += checked;
    total.invalid += invalid;
  }
  return total;
}

type Writer = (
  records: string,
  folder: string,
  patients: number,
  csv: CsvOptions,
) => Promise<NonNullable<Figures['records']>>;

const WRITERS: Record<ReleaseFormat, Writer> = {
  async fhir(records, folder, patients) {
    const progress = new Progress('Writing FHIR', 'patients', patients);
    await writeFhir(readRecords(records), folder, new Vocabulary(), {
      format: 'ndjson',
      gzip: false,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    const checking = new Progress('Validating FHIR', 'resources');
    const broken = new Set<string>();
    let checked = 0;
    await validateFhir(folder, {
      vocabulary: new Vocabulary(),
      onProgress: (done) => checking.update((checked = done)),
      onFinding: ({ severity, where }) => {
        if (severity === 'error') broken.add(where);
      },
    });
    checking.stop();
    return { checked, invalid: broken.size };
  },
  async omop(records, folder, patients) {
    const progress = new Progress('Writing OMOP', 'patients', patients);
    const today = new Date().toISOString().slice(0, 10);
    await writeOmop(readRecords(records), folder, {
      format: 'csv',
      athena: athenaFile(),
      today,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    const { results } = await checkOmop(folder, { athena: athenaFile(), today });
    const conformance = results.filter(({ name, notApplicable }) => CHECKS[name][2] === 'Conformance' && !notApplicable);
    return { checked: conformance.length, invalid: conformance.filter(({ hasFailed }) => hasFailed).length };
  },
  async csv(records, folder, _patients, options) {
    await writeCsv(records, folder, options);
    const total = { checked: 0, invalid: 0 };
    const found = readCsv(folder, options);
    for await (const record of readRecords(records)) {
      const { value } = await found.next();
      total.checked++;
      if (!isDeepStrictEqual(asInCsv(value as PatientRecord | undefined), asInCsv(record))) total.invalid++;
    }
    return total;
  },
}; // prettier-ignore

/** A record without what the tables do not have, as JSON has it. */
function asInCsv(record: PatientRecord | undefined): unknown {
  const events = record?.events.map((event) => ({ ...event, end: undefined, quantity: undefined }));
  return JSON.parse(JSON.stringify({ ...record, events }));
}
