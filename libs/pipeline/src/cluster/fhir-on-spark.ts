import { NoPatientError } from '@ehrsynth/fhir';
import type { PatientRecord } from '@ehrsynth/records';
import { Tally } from '@ehrsynth/records';
import { sparkName, sparkText, withoutToken } from '@ehrsynth/spark';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { withPreset } from '../cohort/fhir-presets.ts';
import { FhirSourceOptions } from '../cohort/fhir-source.ts';
import { type RecordSource, shownOptions } from '../cohort/record-source.ts';
import { checkedOptions } from '../run/options.ts';
import { CLUSTER_OPTIONS, openExecutors } from './cluster.ts';
import { COUNTS, LINE } from './fhir-task.ts';
import { tallyOf } from './tally-json.ts';

const FhirOnSparkOptions = FhirSourceOptions.omit({ systemAliasFile: true }).extend({
  ...CLUSTER_OPTIONS,
  /** NDJSON on the cluster's storage, gzipped or not: a file, a folder, or a pattern (s3://bucket/*.ndjson). */
  path: z.string().min(1),
});
export type FhirOnSparkOptions = z.input<typeof FhirOnSparkOptions>;

/** Views of the session. */
const [LINES, READ] = ['ehrsynth_lines', 'ehrsynth_read'];

/**
 * FHIR R4 as NDJSON on a cluster's storage: its lines are put together by patient there, and read in the executors by the same reader as
 * files here. Only records travel, in the order in which one machine reads them.
 */
export function fhirOnSpark(options: FhirOnSparkOptions): RecordSource {
  const given = checkedOptions('fhirOnSpark', FhirOnSparkOptions, options);
  const { on, bundle, executor, path, preset, ...own } = given;
  const reading = withPreset(preset, own);
  const tally = new Tally(reading.onError);
  const name = `${withoutToken(on)}, ${path}`;

  async function* read(
    onProgress: (count: number) => void,
    _workFolder?: string,
    signal?: AbortSignal,
  ): AsyncGenerator<PatientRecord> {
    const executors = await openExecutors({ on, bundle, executor }, { signal });
    const { session } = executors;
    try {
      await session.run(`CREATE OR REPLACE TEMPORARY VIEW ${LINES} AS ${linesQuery(path)}`);
      const words = ['read-fhir', '--options', JSON.stringify(reading)];
      await session.keep(READ, executors.query(words, byPatient(), 'place INT, patient STRING, row STRING'));
      for await (const [row] of session.stream<[string]>(`SELECT row FROM ${READ} WHERE place = ${COUNTS}`))
        tally.add(tallyOf(JSON.parse(row)));
      let patients = 0;
      const records = `SELECT row FROM ${READ} WHERE place <> ${COUNTS} ORDER BY place, patient`;
      for await (const [row] of session.stream<[string]>(records)) {
        yield JSON.parse(row) as PatientRecord;
        onProgress(++patients);
      }
      if (patients === 0) throw new NoPatientError(name, '');
    } finally {
      await session.close();
    }
  }

  const shown = shownOptions(reading);
  const common = { command: 'ingest fhir', name, inputs: [], options: shown, vocabulary: new Vocabulary(), tally };
  return { ...common, spark: on, unit: 'patients', read };
}

/** Lines with what they are of. */
function linesQuery(path: string): string {
  const field = (name: string) => `get_json_object(value, '$.${name}')`;
  const reference = `coalesce(${field('subject.reference')}, ${field('patient.reference')})`;
  const patient = `regexp_extract(${reference}, ${sparkText('(?:^|/)(Patient/[^/|?#]+)')}, 1)`;
  // A line's place in the source: where lines say as much, the first counts.
  const place = `struct(_metadata.file_path AS file, _metadata.file_block_start AS block, monotonically_increasing_id() AS line) AS place`;
  return `SELECT value, place, type, id, CASE WHEN type = 'Patient' THEN concat('Patient/', id) ELSE coalesce(${patient}, '') END AS patient
    FROM (SELECT value, ${place}, ${field('resourceType')} AS type, ${field('id')} AS id FROM text.${sparkName(path)} WHERE trim(value) <> '')`;
}

/** Lines for the tasks: a patient's in one of them, with the drugs that they refer to, and those that these consist of. */
function byPatient(): string {
  const drugs = `SELECT concat(type, '/', id) AS ref, value, place FROM ${LINES} WHERE type IN ('Medication', 'Substance')`;
  const pattern = sparkText('"reference"\\s*:\\s*"[^"]*?((?:Medication|Substance)/[A-Za-z0-9.-]+)');
  const referred = (from: string) =>
    `SELECT DISTINCT patient, d.value, d.place FROM (SELECT patient, explode(regexp_extract_all(value, ${pattern}, 1)) AS ref FROM (${from})) JOIN (${drugs}) d USING (ref)`;
  const named = referred(`SELECT patient, value, place FROM ${LINES} WHERE patient <> '' AND type LIKE 'Medication%'`);
  return `SELECT line FROM (
    SELECT patient AS of, concat('${LINE.patient}', value) AS line, place FROM ${LINES} WHERE patient <> ''
    UNION ALL SELECT patient, concat('${LINE.drug}', value), place FROM (${named} UNION ${referred(named)})
    UNION ALL SELECT concat('#', coalesce(id, value)), concat('${LINE.other}', value), place FROM ${LINES} WHERE coalesce(patient, '') = ''
  ) DISTRIBUTE BY of SORT BY place`;
}
