import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CodedEvent, EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '@ehrsynth/duckdb';
import { CHECKS, checkOmop, importAthena, readOmop, writeOmop } from '../index.ts';
import { writeAthena } from '../testing/athena.ts';
import { plainEvents } from '../testing/valued-records.ts';

const START = '2010-01-02';
/** id, name, domain, vocabulary, code of standard concepts. */
const CONCEPTS = [
  [101, 'Cardiac pacemaker', 'Device', 'SNOMED', '14106009'],
  [102, 'Influenza, seasonal, injectable, preservative free', 'Drug', 'CVX', '140'],
  [103, 'Allergy to penicillin', 'Observation', 'SNOMED', '91936005'],
  [104, 'penicillin G', 'Drug', 'RxNorm', '7980'],
  [105, 'Blood pressure panel', 'Measurement', 'LOINC', '85354-9'],
  [106, 'Systolic blood pressure', 'Measurement', 'LOINC', '8480-6'],
  [107, 'Tobacco smoking status', 'Observation', 'LOINC', '72166-2'],
] as const;
const panel = { system: System.loinc, code: '85354-9' };
const at = { start: START, startTime: '08:30' };
const event = (kind: EventKind, system: string, code: string, more: Partial<CodedEvent> = {}): CodedEvent => ({
  kind,
  code: { system, code },
  ...at,
  ...more,
});
const record: PatientRecord = {
  id: 'a',
  sex: 'female',
  birthDate: '1960-01-02',
  encounters: [],
  events: [
    event('procedure', System.snomed, '14106009', { quantity: { value: 2, unit: 'pieces' }, end: '2010-01-05' }),
    event('immunization', System.cvx, '140', { quantity: { value: 1 } }),
    event('allergy', System.rxnorm, '7980', { active: true }),
    {
      ...event('allergy', System.snomed, '91936005', { active: false }),
      code: { system: System.snomed, code: '91936005', display: 'Allergy to penicillin' },
    },
    event('measurement', System.loinc, '8480-6', { panel, quantity: { value: 120, unit: 'mm[Hg]' } }),
    event('measurement', System.loinc, '72166-2', { panel }),
  ],
};

describe('with vocabularies', () => {
  const work = mkdtempSync(join(tmpdir(), 'mapped-places-'));
  const cdm = join(work, 'cdm');
  afterAll(() => rmSync(work, { recursive: true }));
  beforeAll(async () => {
    const download = writeAthena(join(work, 'download'));
    const dates = '19700101\t20991231\t';
    for (const [id, name, domain, vocabulary, code] of CONCEPTS) {
      const concept = [id, name, domain, vocabulary, 'x', 'S', code, dates].join('\t');
      appendFileSync(join(download, 'CONCEPT.csv'), `${concept}\n`);
      appendFileSync(join(download, 'CONCEPT_RELATIONSHIP.csv'), `${id}\t${id}\tMaps to\t${dates}\n`);
    }
    appendFileSync(join(download, 'VOCABULARY.csv'), 'CVX\tCVX\tOMOP\t\t0\n');
    const athena = join(work, 'athena.duckdb');
    await importAthena(download, athena);
    mkdirSync(cdm);
    const stream = (async function* () {
      yield record;
    })();
    const { lost } = await writeOmop(stream, cdm, { format: 'parquet', today: '2026-01-01', athena });
    expect(Object.fromEntries(lost)).toEqual({});
  });

  it('devices, vaccines, allergies and panels stand where OHDSI has them', async () => {
    const database = await openDatabase();
    const rows = async (table: string, columns: string) => {
      const file = join(cdm, `${table}.parquet`);
      const found = await database.all<object>(`SELECT ${columns} FROM read_parquet('${file}') ORDER BY ALL`);
      return found.map((row) => Object.values(row).map((value) => (value === null ? null : Number(value))));
    };
    expect(await rows('device_exposure', 'device_concept_id, quantity')).toEqual([[101, 2]]);
    expect(await rows('drug_exposure', 'drug_concept_id, drug_type_concept_id')).toEqual([[102, 32818]]);
    expect(await rows('measurement', 'measurement_concept_id, measurement_event_id')).toEqual([
      [105, null],
      [106, 1],
    ]);
    const observed = 'observation_concept_id, value_as_concept_id, observation_event_id';
    expect(await rows('observation', observed)).toEqual([
      [103, null, null],
      [107, null, 1],
      [439224, 104, null],
    ]);
    await database.close();
  });

  it('come back as they were, by the codes of the source', async () => {
    const tally = new Tally('stop');
    const options = { vocabulary: new Vocabulary(), kinds: EventKind.options };
    for await (const back of readOmop(cdm, options, tally)) expect(plainEvents(back)).toEqual(plainEvents(record));
    expect(tally.unaccounted()).toEqual([]);
  });

  it('break none of the rules of the CDM', async () => {
    const { results } = await checkOmop(cdm, { today: '2026-01-01' });
    const rules = results.filter(({ name }) => CHECKS[name][2] !== 'Completeness');
    expect(rules.filter(({ hasFailed }) => hasFailed)).toEqual([]);
    expect(rules.filter(({ field, rows }) => field === 'meas_event_field_concept_id' && rows > 0)).not.toEqual([]);
  });
});
