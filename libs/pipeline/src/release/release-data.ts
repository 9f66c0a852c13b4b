import { isDeepStrictEqual } from 'node:util';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { validateFhir, writeFhir } from '@ehrsynth/fhir';
import { CHECKS, checkOmop, writeOmop } from '@ehrsynth/omop';
import type { Figures } from '@ehrsynth/release';
import { Vocabulary } from '@ehrsynth/vocab';
import { asInCsv } from '../export/as-in-csv.ts';
import { type CsvOptions, writeCsv } from '../export/csv-export.ts';
import { readCsv } from '../export/csv-records.ts';
import { athenaFile } from '../export/athena-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import type { ReleaseFormat } from './formats.ts';
import { readRecords } from '../cohort/records-file.ts';

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
  running: Running = {},
): Promise<NonNullable<Figures['records']>> {
  const total = { checked: 0, invalid: 0 };
  for (const format of formats) {
    const to = join(folder, 'data', format);
    await mkdir(to, { recursive: true });
    const { checked, invalid } = await WRITERS[format](records, to, patients, csv, running);
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
  running: Running,
) => Promise<NonNullable<Figures['records']>>;

const WRITERS: Record<ReleaseFormat, Writer> = {
  async fhir(records, folder, patients, _csv, running) {
    const progress = new Work(running, 'Writing FHIR', 'patients', patients);
    await writeFhir(untilStopped(readRecords(records), running), folder, new Vocabulary(), {
      format: 'ndjson',
      gzip: false,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    const checking = new Work(running, 'Validating FHIR', 'resources');
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
  async omop(records, folder, patients, _csv, running) {
    const progress = new Work(running, 'Writing OMOP', 'patients', patients);
    const today = new Date().toISOString().slice(0, 10);
    await writeOmop(untilStopped(readRecords(records), running), folder, {
      format: 'csv',
      athena: athenaFile(),
      today,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    const { results } = await checkOmop(folder, { athena: athenaFile(), today });
    const conformance = results.filter(
      ({ name, notApplicable }) => CHECKS[name][2] === 'Conformance' && !notApplicable,
    );
    return { checked: conformance.length, invalid: conformance.filter(({ hasFailed }) => hasFailed).length };
  },
  async csv(records, folder, _patients, options, running) {
    await writeCsv(records, folder, options);
    const total = { checked: 0, invalid: 0 };
    const found = readCsv(folder, options);
    for await (const record of untilStopped(readRecords(records), running)) {
      const { value } = await found.next();
      total.checked++;
      if (!value || !isDeepStrictEqual(asInCsv(value), asInCsv(record))) total.invalid++;
    }
    return total;
  },
};
