import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { classPath } from '../hl7/java.ts';

export interface SyntheaOptions {
  /** Living at the end; those who die before come in addition. */
  patients: number;
  seed: number;
}

/** Says whose patients a folder holds. */
const MADE = 'made.json';
const VERSION = '3.3.0';
/** The last day of all lives, so that the same seed gives the same patients on any day. */
const LAST_DAY = '20260101';
const MEMORY = '-Xmx3g';
/** What a cohort is read from: claims, documents, plans and devices would be most of the bytes. */
const TYPES = [
  'Patient',
  'Encounter',
  'Condition',
  'MedicationRequest',
  'Medication',
  'Procedure',
  'Observation',
  'Immunization',
  'AllergyIntolerance',
];
/** @see Synthea's synthea.properties */
const SETTINGS = {
  'exporter.years_of_history': '0',
  'generate.only_alive_patients': 'false',
  // The order of the patients, and with it the files, would else depend on the threads.
  'generate.thread_pool_size': '1',
  'generate.log_patients.detail': 'none',
  'exporter.fhir.export': 'true',
  'exporter.fhir.bulk_data': 'true',
  'exporter.fhir.included_resources': TYPES.join(','),
  'exporter.pretty_print': 'false',
  'exporter.metadata.export': 'false',
  'exporter.hospital.fhir.export': 'false',
  'exporter.practitioner.fhir.export': 'false',
  'exporter.enable_custom_exporters': 'false',
};

/**
 * Whole lives of patients by Synthea, as gzipped NDJSON of FHIR R4 in a folder. A folder that holds them already is left as it is.
 * @throws Error where the folder holds something else, or Synthea fails
 */
export async function makeSource(folder: string, options: SyntheaOptions): Promise<void> {
  const made = JSON.stringify({ synthea: VERSION, ...options, lastDay: LAST_DAY });
  if (existsSync(folder)) {
    const found = existsSync(join(folder, MADE)) ? readFileSync(join(folder, MADE), 'utf8') : 'something else';
    if (found !== made) throw new Error(`${folder} contains ${found}, not ${made}: choose another folder`);
    return;
  }
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  await mkdir(join(making, 'gzipped'), { recursive: true });
  runSynthea(making, options);
  for (const type of TYPES) {
    // Of few patients a type can have none.
    const plain = join(making, 'fhir', `${type}.ndjson`);
    if (!existsSync(plain)) continue;
    const zipped = join(making, 'gzipped', `${type}.ndjson.gz`);
    await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(zipped));
    rmSync(plain);
  }
  await writeFile(join(making, 'gzipped', MADE), made);
  renameSync(join(making, 'gzipped'), folder);
  rmSync(making, { recursive: true });
}

function runSynthea(folder: string, { patients, seed }: SyntheaOptions): void {
  const settings = { ...SETTINGS, 'exporter.baseDirectory': folder };
  const given = [
    ...[MEMORY, '-cp', classPath('synthea'), 'App'],
    ...['-p', `${patients}`, '-s', `${seed}`, '-cs', `${seed}`, '-r', LAST_DAY, '-e', LAST_DAY],
    ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
  ];
  const done = spawnSync('java', given, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  // Synthea exits with 0 where a patient fails.
  if (done.status !== 0 || !existsSync(join(folder, 'fhir', 'Patient.ndjson')))
    throw new Error(`Synthea failed:\n${done.stdout}${done.stderr}`.slice(-4000));
}
