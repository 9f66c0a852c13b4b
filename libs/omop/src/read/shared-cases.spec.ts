import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PatientRecord, systemName, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import type { OmopReadOptions } from './options.ts';
import { readOmop } from './read-records.ts';

const folder = fileURLToPath(new URL('../../../../../shared/cases/omop', import.meta.url));
const vocabulary = new Vocabulary();

interface Case {
  /** Sex, birth, death, classes of visits, then kind and code of each event; patients in the order of their ids. */
  people: string[];
  /** Kind and system of the codes. */
  systems?: string[];
  /** Rows not used, or worth knowing: the reason and how often. */
  told?: Record<string, number>;
  options?: Partial<OmopReadOptions>;
}

const CASES: Record<string, Case> = {
  '01-rows-merged-across-tables': {
    people: ['male 1980-01-01 AMB measurement 104001=7 kg, procedure 104001'],
  },
  '03-condition-turned-drug': { people: ['male 1980-01-01 condition 38341003, drug 38341003'] },
  '04-cpt4-concept-missing': {
    people: ['male 1980-01-01 measurement 85025=7 kg, procedure 99213'],
    systems: ['measurement: source value of measurement', 'procedure: source value of procedure_occurrence'],
  },
  '05-observation-is-condition': {
    people: ['male 1980-01-01 measurement 365980008, measurement 3718001, measurement A0428'],
    systems: ['measurement: HCPCS', 'measurement: SNOMED CT'],
  },
  '06-omop-generated-system': {
    people: ['male 1980-01-01 condition E11, condition L1, drug A1, drug A1, drug OMOP123'],
  },
  '08-birth-datetime-beats-year': {
    people: ['male 1980-09-17', 'female 1980-01-01', 'female 1980-09-17', 'female 1980-02-01', 'female 1980-05-20'],
  },
  '09-ids': {
    people: [
      'female 1972-01-01 condition I10',
      'female 1970-01-01 AMB condition E11.9',
      'male 1980-01-01 IMP condition I10',
      'female 1971-01-01 condition I10',
    ],
  },
  '10-uuid-ids': { people: ['male 1980-01-01 condition I10'] },
  '11-float-ids': { people: Array<string>(3).fill('male 1980-01-01 condition I10') },
  '12-person-source-value-twice': {
    people: [
      'male 1980-01-01 condition I10',
      'female 1950-01-01 condition E11.9',
      'female 1950-01-01',
      'female 1951-01-01',
    ],
  },
  '13-dates': {
    people: [`male 1980-01-01 ${Array<string>(7).fill('condition I10').join(', ')}`],
    told: { 'no date': 6, 'placeholder date': 2 },
  },
  '14-visits': {
    people: [
      'male 1980-01-01 IMP IMP AMB IMP IMP IMP FLD condition I10, condition I10',
      'male 1981-01-01 condition I10, condition I10',
    ],
    told: {
      'row id twice': 1,
      'person unknown': 1,
      'visit of another person, or of none': 2,
      'ends before it begins': 1,
    },
  },
  '15-drugs': {
    people: [
      `male 1980-01-01 ${['', '', '', '', '=-5', '=0.12345678901234568', '=1e+308'].map((number) => `drug 00093714656${number}`).join(', ')}`,
    ],
    told: { 'quantity is no numeric': 3, 'ends before it begins': 1 },
  },
  '16-death': {
    people: ['male 1980-01-01 died 2015-01-01', 'male 1980-01-01 died 2012-05-05'],
    told: {
      'further death of the person': 1,
      'date before birth': 1,
      'date more than 60 days after death': 1,
      'no date, day of the date with time read': 1,
    },
  },
  '17-quoted-newlines': {
    people: ['male 1980-01-01 condition E11.9, condition I10, drug 00093714656, drug 00093714656'],
  },
  '18-bom-crlf': { people: ['male 1980-01-01 condition E11.9, condition I10'] },
  '18b-all-quoted-upper': { people: ['male 1980-01-01 condition E11.9, condition I10'] },
  '19-utf16': { people: ['male 1980-01-01 condition E11.9, condition I10'] },
  '21-tab-quoted': { people: ['male 1980-01-01 condition E11.9, condition I10'] },
  '20-latin1': {
    people: ['male 1980-01-01 condition E11.9, condition I10'],
    options: { encoding: 'latin1' },
  },
  '22-extra-and-missing': {
    people: ['male 1980-01-01 condition E11.9, condition I10, condition I10', 'female 1970-01-01'],
    told: { 'no code: neither a source value nor a source concept': 1 },
  },
  '24-shards': {
    people: [
      'male 1980-01-01 condition I10'.concat(', condition I10'.repeat(4)),
      'female 1970-01-01 condition I10'.concat(', condition I10'.repeat(4)),
    ],
  },
  '24b-two-files-one-table': {
    people: [
      'male 1980-01-01 condition I10'.concat(', condition I10'.repeat(4)),
      'female 1970-01-01 condition I10'.concat(', condition I10'.repeat(4)),
    ],
  },
  '25-duckdb-schemas/x.duckdb': {
    people: [
      'male 1980-01-01 condition I10'.concat(', condition I10'.repeat(4)),
      'female 1970-01-01 condition I10'.concat(', condition I10'.repeat(4)),
    ],
    options: { schema: 'cdm' },
  },
  '26b-parquet-date-int': { people: ['male 1980-09-17', 'unknown 1970-01-01'], told: { 'no date': 2 } },
  '26d-parquet-yyyymmdd-int': {
    people: ['male 1980-09-17 condition I10', 'unknown 1970-01-01 condition E11.9'],
  },
  '26e-int96': { people: ['male 1980-09-17 condition I10', 'unknown 1970-01-01 condition E11.9'] },
  '27-cdm53': { people: ['male 1980-01-01 IMP condition E11.9, condition I10'] },
  '28-no-rows': { people: [] },
  '29-backslash-escape': { people: ['male 1980-01-01 condition Z79.4, condition Z79.4, condition Z79.4'] },
  '32-placeholder-dates': {
    people: Array.from({ length: 60 }, (_, i) => `${i % 2 ? 'female' : 'male'} ${1941 + i}-01-01`),
    told: { 'placeholder date': 60 },
  },
  '30-infinity-date': { people: ['male 1980-01-01 drug 00093714656, drug 00093714656'] },
  '30b-infinity-start': { people: ['male 1980-01-01 condition I10'] },
  '34-duplicate-person': {
    people: ['male 1980-01-01 IMP condition I10', 'female 1950-01-01 condition E11.9'],
    told: { 'person id twice': 1, 'row id twice': 1 },
  },
  '35-born-at-ten': { people: ['male 2024-12-31 IMP'] },
  '36-code-of-two-concepts': {
    people: ['male 1980-01-01 condition E11.22, condition E11.22, condition E11.22'],
  },
  '39-visit-concepts': {
    people: ['male 1980-01-01 IMP IMP IMP IMP IMP IMP EMER EMER OBSENC AMB IMP NONAC NONAC HH VR FLD AMB AMB'],
  },
  '37-tab-with-quotes-and-N': {
    people: ['male 1980-01-01 condition I10, drug 00093714656', 'female 1970-01-01 condition E11.9'],
    told: { 'no code: neither a source value nor a source concept': 2 },
  },
};

describe.skipIf(!existsSync(folder))('the cases written for reading OMOP', () => {
  it.each(Object.entries(CASES))('%s', async (name, { people, systems, told, options }) => {
    const tally = new Tally();
    const records = await read(join(folder, name), tally, options);
    expect(records.map(toLine)).toEqual(people);
    expect(tally.unaccounted()).toEqual([]);
    if (systems) expect(systemsOf(tally)).toEqual(systems);
    if (told) expect(toldIn(tally)).toMatchObject(told);
  });
});

async function read(path: string, tally: Tally, options?: Partial<OmopReadOptions>): Promise<PatientRecord[]> {
  const records: PatientRecord[] = [];
  const kinds = ['condition', 'drug', 'procedure', 'measurement'] as const;
  for await (const record of readOmop(path, { vocabulary, kinds: [...kinds], ...options }, tally)) records.push(record);
  return records;
}

function toLine({ sex, birthDate, deathDate, encounters, events }: PatientRecord): string {
  const what = events.map(({ kind, code, quantity }) =>
    [kind, ' ', code.code, quantity && `=${quantity.value}`, quantity?.unit && ` ${quantity.unit}`]
      .filter(Boolean)
      .join(''),
  );
  const parts = [
    sex,
    birthDate,
    deathDate && `died ${deathDate}`,
    ...encounters.map((one) => one.class),
    what.sort().join(', '),
  ];
  return parts.filter(Boolean).join(' ');
}

function systemsOf(tally: Tally): string[] {
  return [...new Set([...tally.systems.values()].map(({ kind, system }) => `${kind}: ${systemName(system)}`))].sort();
}

function toldIn(tally: Tally): Record<string, number> {
  const told = Object.fromEntries(tally.notes);
  for (const reasons of tally.skipped.values())
    for (const [reason, count] of reasons) told[reason] = (told[reason] ?? 0) + count;
  return told;
}
