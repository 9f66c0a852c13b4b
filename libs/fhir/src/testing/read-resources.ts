import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { readPatientRecords, type ReadOptions } from '../read/patient-records.ts';
import { SystemAliases } from '../read/systems.ts';

const vocabulary = new Vocabulary();

/** What is read of these resources, as lines of one file, and what is counted. */
export function readTheseResources(resources: object[], more: Partial<ReadOptions> = {}) {
  return readTheseLines(
    resources.map((resource) => JSON.stringify(resource)),
    more,
  );
}

/** The same of lines that may be anything. */
export async function readTheseLines(lines: string[], more: Partial<ReadOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'resources-'));
  try {
    writeFileSync(join(folder, 'x.ndjson'), lines.join('\n'));
    const tally = new Tally();
    const records: PatientRecord[] = [];
    const options: ReadOptions = {
      aliases: new SystemAliases(),
      vocabulary,
      kinds: ['condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy'],
      ...more,
    };
    for await (const record of readPatientRecords(folder, options, tally)) records.push(record);
    const skipped = Object.fromEntries(
      [...tally.skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)]),
    );
    return { records, skipped, tally };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
