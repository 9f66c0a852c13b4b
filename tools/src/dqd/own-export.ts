import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE, importAthena, writeOmop } from '@ehrsynth/omop';
import { writeAthena } from '@ehrsynth/omop/testing';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

/** Domain, source vocabulary and the vocabulary of the standard concepts that stand in for Athena's, by kind of event. */
const BY_SYSTEM: Record<string, [domain: string, source: string, standard: string]> = {
  [System.icd10cm]: ['Condition', 'ICD10CM', 'SNOMED'],
  [System.ndc]: ['Drug', 'NDC', 'RxNorm'],
  [System.icd10pcs]: ['Procedure', 'ICD10PCS', 'SNOMED'],
  [System.loinc]: ['Measurement', 'LOINC', 'LOINC'],
};
/** Long-term use of insulin, a code of conditions whose concept is an observation. */
const OF_OBSERVATION = 'Z79.4';
/** Invented concepts begin here; OHDSI's lie below a hundred million. */
const FIRST = 1_000_000_000;

/** How much of the codes the vocabularies map: all, those few of the test vocabularies, none (no vocabularies). */
export const MAPPINGS = ['all', 'few', 'none'] as const;
export type Mapping = (typeof MAPPINGS)[number];

/** Simulated patients as a CDM of our own in a DuckDB file; gives its path. */
export async function exportOwn(folder: string, mapping: Mapping, patients: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const records = [...simulatePatients({ patients, seed: 1 }, new Vocabulary())].map(withEveryKind);
  const athena = mapping === 'none' ? undefined : join(folder, 'athena.duckdb');
  if (athena) {
    const download = join(folder, 'download');
    await importAthena(mapping === 'few' ? writeAthena(download) : writeAthenaFor(records, download), athena);
  }
  await writeOmop(streamOf(records), folder, { format: 'duckdb', today: today(), athena });
  return join(folder, DATABASE);
}

/** @returns YYYY-MM-DD in UTC */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function* streamOf(records: PatientRecord[]): AsyncGenerator<PatientRecord> {
  yield* records;
}

/** The simulator knows conditions and drugs only: a procedure, a measurement and what belongs into observation besides. */
function withEveryKind(record: PatientRecord): PatientRecord {
  const { start } = record.encounters[0] ?? {};
  if (!start) return record;
  const more = [
    ['procedure', System.icd10pcs, '0DTJ4ZZ'],
    ['measurement', System.loinc, '4548-4'],
    ['condition', System.icd10cm, OF_OBSERVATION],
  ] as const;
  const events = more.map(([kind, system, code]): CodedEvent => ({
    ...{ kind, code: { system, code }, start, encounter: 0 },
    ...(kind === 'measurement' && { quantity: { value: 6.1, unit: '%' } }),
  }));
  return { ...record, events: [...record.events, ...events] };
}

/** A download from Athena, invented, in which each code of the records maps to a standard concept of its own. */
function writeAthenaFor(records: PatientRecord[], folder: string): string {
  writeAthena(folder);
  const codes = new Map(
    records.flatMap(({ events }) => events.map(({ code }) => [`${code.system} ${code.code}`, code])),
  );
  const concepts: string[] = [
    '0\tNo matching concept\tMetadata\tNone\tUndefined\t\tNo matching concept\t19700101\t20991231\t',
  ];
  const relations: string[] = [];
  const ancestors: string[] = [];
  let id = FIRST;
  for (const { system, code } of codes.values()) {
    const [usual, source, standard] = BY_SYSTEM[system];
    const domain = code === OF_OBSERVATION ? 'Observation' : usual;
    const [from, to, ingredient] = [id++, id++, id++];
    const concept = (own: number, vocabulary: string, kind: string, isStandard: boolean, its: string) =>
      concepts.push(
        [
          own,
          `Concept of ${code}`,
          domain,
          vocabulary,
          kind,
          isStandard ? 'S' : '',
          its,
          '19700101',
          '20991231',
          '',
        ].join('\t'),
      );
    concept(from, source, 'Code', false, code);
    concept(to, standard, domain === 'Drug' ? 'Clinical Drug' : 'Disorder', true, `S-${code}`);
    relations.push([from, to, 'Maps to', '19700101', '20991231', ''].join('\t'));
    if (domain !== 'Drug') continue;
    concept(ingredient, standard, 'Ingredient', true, `I-${code}`);
    ancestors.push([ingredient, to, 1, 1].join('\t'));
  }
  const file = (name: string, header: string, lines: string[]) =>
    writeFileSync(join(folder, `${name}.csv`), [header, ...lines].join('\n') + '\n');
  file(
    'CONCEPT',
    'concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code\tvalid_start_date\tvalid_end_date\tinvalid_reason',
    concepts,
  );
  file(
    'CONCEPT_RELATIONSHIP',
    'concept_id_1\tconcept_id_2\trelationship_id\tvalid_start_date\tvalid_end_date\tinvalid_reason',
    relations,
  );
  file(
    'CONCEPT_ANCESTOR',
    'ancestor_concept_id\tdescendant_concept_id\tmin_levels_of_separation\tmax_levels_of_separation',
    ancestors,
  );
  return folder;
}
