import { afterAll, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { readAsFiles, readFromServer } from '../testing/small-cdm.ts';

const OUTPATIENT = 'visit concept of no known class, read as outpatient';
const FROM_TEXT = 'visit concept of no known class, read from the source value';

type Row = [what: string, concept: number | undefined, source: string | undefined, code: string, note?: string];
const ROWS: Row[] = [
  ['inpatient', 9201, undefined, 'IMP'],
  ['inpatient hospital', 8717, undefined, 'IMP'],
  ['intensive care', 32037, 'ICU', 'IMP'],
  ['inpatient critical care', 581379, undefined, 'IMP'],
  ['inpatient nursery', 581384, undefined, 'IMP'],
  ['inpatient psychiatric', 8971, undefined, 'IMP'],
  ['inpatient rehabilitation', 8920, undefined, 'IMP'],
  ['psychiatric hospital', 38004284, undefined, 'IMP'],
  ['hospital', 38004515, undefined, 'IMP'],
  ['emergency room and inpatient', 262, 'Inpatient', 'IMP'],
  ['emergency room', 9203, undefined, 'EMER'],
  ['emergency room of a hospital', 8870, undefined, 'EMER'],
  ['emergency room, critical care', 581381, undefined, 'EMER'],
  ['outpatient', 9202, undefined, 'AMB'],
  ['office', 8940, undefined, 'AMB'],
  ['office visit', 581477, undefined, 'AMB'],
  ['outpatient hospital', 8756, undefined, 'AMB'],
  ['urgent care', 8782, undefined, 'AMB'],
  ['a radiology clinic', 38004250, undefined, 'AMB'],
  ['family practice', 38004453, undefined, 'AMB'],
  ['laboratory', 32036, undefined, 'AMB'],
  ['pharmacy', 581458, undefined, 'AMB'],
  ['skilled nursing', 8863, undefined, 'NONAC'],
  ['no hospital', 42898160, undefined, 'NONAC'],
  ['hospice', 8546, undefined, 'NONAC'],
  ['residential treatment of addiction', 8957, undefined, 'NONAC'],
  ["PCORnet's non-acute institutional stay", 44814710, undefined, 'NONAC'],
  ["PCORnet's emergency department", 44814709, undefined, 'EMER'],
  ['home health', 38004195, undefined, 'HH'],
  ['interactive telemedicine', 581399, undefined, 'VR'],
  ['home visit', 581476, undefined, 'HH'],
  ['home health agency', 38004519, undefined, 'HH'],
  ['telehealth', 5083, undefined, 'VR'],
  ['observation', 581385, undefined, 'OBSENC'],
  ['ambulance', 581478, undefined, 'FLD'],
  ['a word against the concept', 9201, 'OUTPATIENT', 'IMP'],
  ['a code against the concept', 9202, 'IMP', 'AMB'],
  ['a code that says more than the concept', 9201, 'ACUTE', 'ACUTE'],
  ['an id of the source', 9201, 'b2a6f7d3-bed4-4e23-aaf3-74bc5ad2d0c6', 'IMP'],
  ['a code without a concept', 0, 'IMP', 'IMP'],
  ['a code without a concept of its own', 0, 'PRENC', 'PRENC'],
  ['words without a concept', 0, 'Inpatient', 'IMP', FROM_TEXT],
  ["OHDSI's code", 0, 'ER', 'EMER', FROM_TEXT],
  ['ambulatory', undefined, 'ambulatory', 'AMB', FROM_TEXT],
  ["PCORnet's", 0, 'IS', 'NONAC', FROM_TEXT],
  ['emergency', 0, 'EMERGENCY ROOM', 'EMER', FROM_TEXT],
  ["MIMIC's emergency of the emergency ward", 0, 'EW EMER.', 'EMER', FROM_TEXT],
  ["MIMIC's direct emergency", 0, 'DIRECT EMER.', 'EMER', FROM_TEXT],
  ['an emergency inpatient', 0, 'Emergency inpatient', 'IMP', FROM_TEXT],
  ['an inpatient on video', 0, 'Video EEG inpatient', 'IMP', FROM_TEXT],
  ['an inpatient of a hospice', 0, 'Inpatient hospice', 'NONAC', FROM_TEXT],
  ['not an inpatient', 0, 'Not an inpatient', 'AMB', OUTPATIENT],
  ['a non-inpatient emergency', 0, 'Emergency, non-inpatient', 'EMER', FROM_TEXT],
  ['an unknown concept with a word', 123456789, 'outpatient', 'AMB', FROM_TEXT],
  ['nothing', 0, undefined, 'AMB', OUTPATIENT],
  ['an unknown concept', 123456789, undefined, 'AMB', OUTPATIENT],
  ['a letter that says nothing', 0, 'Z', 'AMB', OUTPATIENT],
  ['a concept of the source by what it maps to', 2000000001, undefined, 'IMP'],
  ['a concept of the source by its name', 2000000002, undefined, 'VR'],
];

const read = await readAsFiles({
  person: [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 1980 }],
  visit_occurrence: ROWS.map(([, concept, source], i) => ({
    visit_occurrence_id: i + 1,
    person_id: 1,
    visit_concept_id: concept,
    visit_source_value: source,
    visit_start_date: `2010-${String(Math.floor(i / 28) + 1).padStart(2, '0')}-${String((i % 28) + 1).padStart(2, '0')}`,
  })),
  concept: [
    { concept_id: 2000000001, concept_name: 'Ward 7', concept_code: 'a', vocabulary_id: 'Local' },
    { concept_id: 2000000002, concept_name: 'Video consultation', concept_code: 'b', vocabulary_id: 'Local' },
  ],
  concept_relationship: [{ concept_id_1: 2000000001, concept_id_2: 8717, relationship_id: 'Maps to' }],
});

it.each(ROWS.map((row, i): [string, number, Row] => [row[0], i, row]))(
  'class of a visit: %s',
  (_, i, [, , , code, note]) => {
    expect(read.records.get('1')!.encounters[i].class).toBe(code);
    expect(read.reasons.get(`visit_occurrence ${i + 1}`) ?? []).toEqual(note ? [note] : []);
  },
);

const server = await startPostgres();
afterAll(() => server?.stop());

it.skipIf(!server)('asks the ancestors in a database, which no folder is read for', async () => {
  const { records } = await readFromServer(
    {
      person: [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 1980, race_concept_id: 2000000003 }],
      visit_occurrence: [
        {
          visit_occurrence_id: 1,
          person_id: 1,
          visit_concept_id: 2000000001,
          visit_start_date: '2010-01-01',
        },
      ],
      concept_ancestor: [
        { ancestor_concept_id: 9202, descendant_concept_id: 2000000001, min_levels_of_separation: 2 },
        { ancestor_concept_id: 9203, descendant_concept_id: 2000000001, min_levels_of_separation: 1 },
        { ancestor_concept_id: 8557, descendant_concept_id: 2000000003, min_levels_of_separation: 1 },
      ],
    },
    server!.url,
    'ancestors',
  );
  expect(records.get('1')).toMatchObject({ race: '2076-8', encounters: [{ class: 'EMER' }] });
});
