import { OMOP_CONCEPT, System, systemName } from '@ehrsynth/records';
import { afterAll, describe, expect, it } from 'vitest';
import type { Row } from '../cdm/own-concepts.ts';
import type { Cdm } from '../testing/cdm.ts';
import {
  codesFromBoth,
  concept,
  condition,
  drug,
  measurement,
  observation,
  person,
  procedure,
  valueOf,
} from '../testing/coded-cdm.ts';

const { places, stop } = await codesFromBoth();
afterAll(stop);

describe.each(places)('codes of a CDM in %s', (_, read, isThere) => {
  const test = it.runIf(isThere);

  describe('one event of several standard concepts of one source row', () => {
    const E11 = 'condition ICD-10-CM E11.22';
    const concepts = [concept(7, 'ICD10CM', 'E11.22'), concept(8, 'ICD10CM', 'I10')];
    const day = { condition_start_date: '2020-02-01' };
    test.each<[string, Row[], number, number]>([
      ['the two concepts of a code', [condition(1, 51, 7, 'E11.22'), condition(2, 52, 7, 'E11.22')], 1, 1],
      [
        'a concept twice is two events',
        [
          condition(1, 51, 7, 'E11.22'),
          condition(2, 52, 7, 'E11.22'),
          condition(3, 51, 7, 'E11.22'),
          condition(4, 52, 7, 'E11.22'),
          condition(5, 51, 7, 'E11.22', day),
        ],
        3,
        2,
      ],
      ['the same concept is not a further one', [condition(1, 51, 7, 'E11.22'), condition(2, 51, 7, 'E11.22')], 2, 0],
      ['a row that is not mapped stands alone', [condition(1, 51, 7, 'E11.22'), condition(2, 0, 7, 'E11.22')], 2, 0],
      [
        'three concepts',
        [condition(1, 51, 7, 'E11.22'), condition(2, 52, 7, 'E11.22'), condition(3, 53, 7, 'E11.22')],
        1,
        2,
      ],
      ['another day', [condition(1, 51, 7, 'E11.22'), condition(2, 52, 7, 'E11.22', day)], 2, 0],
      [
        'another end',
        [condition(1, 51, 7, 'E11.22'), condition(2, 52, 7, 'E11.22', { condition_end_date: '2020-02-02' })],
        2,
        0,
      ],
      [
        'another hour',
        [
          condition(1, 51, 7, 'E11.22', { condition_start_datetime: '2020-01-01 08:00:00' }),
          condition(2, 52, 7, 'E11.22', { condition_start_datetime: '2020-01-01 09:00:00' }),
        ],
        2,
        0,
      ],
      [
        'another provider',
        [condition(1, 51, 7, 'E11.22', { provider_id: 1 }), condition(2, 52, 7, 'E11.22', { provider_id: 2 })],
        2,
        0,
      ],
      [
        'another detail of a visit',
        [condition(1, 51, 7, 'E11.22', { visit_detail_id: 1 }), condition(2, 52, 7, 'E11.22')],
        2,
        0,
      ],
      [
        'another status',
        [condition(1, 51, 7, 'E11.22', { condition_status_source_value: 'active' }), condition(2, 52, 7, 'E11.22')],
        2,
        0,
      ],
      ['another source value', [condition(1, 51, 7, 'E11.22'), condition(2, 52, 7, 'E1122')], 2, 0],
    ])('%s', async (_, rows, events, merged) => {
      const found = await read({ person, concept: concepts, condition_occurrence: rows });
      expect(found.events).toEqual(Array<string>(events).fill(E11));
      const reasons = Object.fromEntries(found.tally.skipped.get('condition_occurrence') ?? []);
      expect(reasons).toEqual(merged > 0 ? { 'further standard concept of the same source row': merged } : {});
    });

    test('is not of two tables, nor of two kinds', async () => {
      const cdm: Cdm = {
        person,
        concept: [
          concept(9, 'SNOMED', '104001'),
          concept(51, 'SNOMED', '1', 'Procedure'),
          concept(52, 'SNOMED', '2', 'Measurement'),
        ],
        condition_occurrence: [condition(1, 51, 9, '104001')],
        procedure_occurrence: [procedure(1, 51, 9, '104001')],
        drug_exposure: [drug(1, 0, 9, '104001', { drug_exposure_end_date: '2020-01-08' })],
        measurement: [
          measurement(1, 51, 9, '104001', { value_as_number: 7, value_as_concept_id: 1 }),
          measurement(2, 52, 9, '104001', { value_as_number: 7, value_as_concept_id: 1 }),
        ],
        observation: [observation(1, 51, '', 'x'), observation(2, 52, '', 'x')],
      };
      const { events, tally } = await read(cdm);
      expect(events).toEqual([
        'condition SNOMED CT 104001',
        'drug SNOMED CT 104001',
        'measurement SNOMED CT 104001',
        'measurement source value of observation x',
        'procedure SNOMED CT 104001',
        'procedure source value of observation x',
      ]);
      expect([...tally.skipped.keys()]).toEqual(['measurement']);
      const few = await read(cdm, { kinds: ['condition', 'procedure'] });
      expect(few.events.length).toBe(3);
      expect(Object.fromEntries(few.tally.skipped.get('measurement')!)).toEqual({ 'measurement not requested': 2 });
      expect((await read(cdm, { codes: 'standard' })).events.length).toBe(6);
    });
  });

  test('rows with different answers are events of their own', async () => {
    const answer = (id: number, standard: number, value: number) =>
      measurement(id, standard, 1, 'UA', { value_as_concept_id: value });
    const { events, tally } = await read({
      person,
      concept: [concept(1, 'Local', 'UA')],
      measurement: [answer(1, 51, 9191), answer(2, 52, 9189), answer(3, 53, 9189)],
      observation: [201826, 316866].map((value, i) =>
        observation(i + 1, 61 + i, '', 'FAMHX', { value_as_concept_id: value }),
      ),
    });
    expect(events.map((event) => event.split(' ').at(-1))).toEqual(['UA', 'UA', 'FAMHX', 'FAMHX']);
    expect([...tally.skipped]).toEqual([
      ['measurement', new Map([['further standard concept of the same source row', 1]])],
    ]);
  });

  test('a condition is active, resolved or ruled out as its status says', async () => {
    const statuses = [
      'Active',
      'RESOLVED',
      ' resolved ',
      'Ruled out',
      'entered_in_error',
      'REFUTED',
      'rule out',
      '',
      'Final diagnosis',
    ];
    const rows = statuses.map((status, i) => condition(i + 1, 0, '', 'I10', { condition_status_source_value: status }));
    rows.push(condition(20, 0, '', 'I10', { condition_status_concept_id: 32906 }));
    const { actives, tally } = await read({ person, condition_occurrence: rows });
    const few = [true, false, undefined].map((active) => actives.filter((one) => one === active).length);
    expect(few).toEqual([1, 3, 3]);
    expect([...tally.skipped]).toEqual([['condition_occurrence', new Map([['condition ruled out', 3]])]]);
  });

  test('takes the concept once that stands in the concept table twice, and counts those that do not', async () => {
    const { events, tally } = await read({
      person,
      concept: [
        concept(7, 'ICD10CM', 'E11.9'),
        concept(7, 'ICD10CM', 'E11.9'),
        concept(2_000_000_007, 'None', 'L7'),
        { concept_id: 30, vocabulary_id: 'Custom A', concept_code: '' },
      ],
      vocabulary: ['Custom A', 'ICD10CM', 'ICD10CM'].map((id) => ({
        vocabulary_id: id,
        vocabulary_reference: 'OMOP generated',
      })),
      condition_occurrence: [
        condition(1, 0, 7, 'x'),
        condition(2, 0, 2_000_000_007, 'x'),
        condition(3, 0, 30, 'I10'),
        condition(4, 0, 99, 'I10'),
        condition(5, 0, 99, ''),
        condition(6, 0, '', 'UNK'),
      ],
      procedure_occurrence: [procedure(1, 0, 98, '99213')],
    });
    expect(events).toEqual([
      'condition ICD-10-CM E11.9',
      'condition ICD-10-CM I10',
      'condition ICD-10-CM I10',
      'condition None (OMOP vocabulary) L7',
      `condition ${systemName(OMOP_CONCEPT)} 99`,
      'procedure source value of procedure_occurrence 99213',
    ]);
    expect([...tally.skipped]).toEqual([['condition_occurrence', new Map([['source value that names no code', 1]])]]);
    expect(Object.fromEntries(tally.notes)).toEqual({
      'source concept not in the concept table': 3,
      'source concept without a code or a vocabulary': 1,
      'source value of no known code system, kept': 1,
    });
  });

  test("takes the user's word for the system of all values without a known concept", async () => {
    const cdm = { person, condition_occurrence: [condition(1, 0, '', '250.00'), condition(2, 0, 5, 'I10')] };
    const { events } = await read(cdm, { systems: { condition: System.icd9cm } });
    expect(events).toEqual(['condition ICD-9-CM 250.00', 'condition ICD-9-CM I10']);
  });

  test('reads the standard concepts, and says where there is nothing else', async () => {
    const cdm: Cdm = {
      person,
      concept: [
        concept(51, 'SNOMED', '59621000'),
        concept(52, 'RxNorm', '861007', 'Drug'),
        concept(53, 'LOINC', '4548-4', 'Measurement'),
        concept(54, 'SNOMED', '710815001', 'Observation'),
      ],
      condition_occurrence: [
        condition(1, 51, '', ''),
        condition(2, 51, '', ''),
        condition(3, 0, '', ''),
        condition(4, 99, '', 'L1'),
      ],
      drug_exposure: [drug(1, 52, '', '')],
      measurement: [measurement(1, 53, '', '')],
      observation: [observation(1, 54, 0, '')],
    };
    const { events, tally } = await read(cdm, { codes: 'standard' });
    expect(events).toEqual([
      'condition OMOP concept ids 99',
      'condition SNOMED CT 59621000',
      'condition SNOMED CT 59621000',
      'drug RxNorm 861007',
      'measurement LOINC 4548-4',
      'measurement SNOMED CT 710815001',
    ]);
    expect(Object.fromEntries(tally.skipped.get('condition_occurrence')!)).toEqual({
      'standard concept 0: not mapped': 1,
    });
    expect(Object.fromEntries(tally.notes)).toEqual({ 'standard concept not in the concept table': 1 });
    const source = await read(cdm);
    expect(source.events).toEqual([`condition ${valueOf('condition_occurrence')} L1`]);
    expect([...source.tally.hints].sort()[0]).toBe(
      '1 rows of drug_exposure have a standard concept, and neither a source value nor a source concept: read the standard concepts with --codes standard',
    );
    expect(source.tally.hints.size).toBe(4);
  });
});
