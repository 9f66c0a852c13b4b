import type { Column } from '@ehrsynth/matrix';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { WrittenCodes } from './written-codes.ts';

const vocabulary = new Vocabulary();
const icd = (code: string, level: Column['level'] = 'code'): Column => ({
  kind: 'condition',
  system: System.icd10cm,
  code,
  level,
});
const product: Column = { kind: 'drug', system: System.ndc, code: '681800513', level: 'product' };
const codes = new WrittenCodes([icd('E11', 'category'), icd('I10'), product], vocabulary);

const patient = (...events: [kind: 'condition' | 'drug', system: string, code: string, day?: string][]) =>
  ({
    id: 'a',
    sex: 'female',
    birthDate: '1970-01-01',
    encounters: [],
    events: events.map(([kind, system, code, start]) => ({ kind, code: { system, code }, start })),
  }) satisfies PatientRecord;

it('a rolled-up code is written as one of the finest level, and others as they are', () => {
  const { events } = codes.of(
    patient(
      ['condition', System.icd10cm, 'E11'],
      ['condition', System.icd10cm, 'I10'],
      ['drug', System.ndc, '681800513'],
    ),
  );
  const written = events.map(({ code }) => code.code);
  expect(vocabulary.icd10cm.find(written[0])).toMatchObject({ billable: true });
  expect(written[0]).toMatch(/^E11\./);
  expect(written[1]).toBe('I10');
  expect(written[2]).toBe(vocabulary.ndc.find('681800513')!.packages[0]);
});

it('a record of which nothing is rolled up is the record itself', () => {
  const record = patient(['condition', System.icd10cm, 'I10']);
  expect(codes.of(record)).toBe(record);
});

it('an event of a history keeps its code, however coarse', () => {
  const both = patient(
    ['condition', System.icd10cm, 'E11', '2019-01-01'],
    ['condition', System.icd10cm, 'E11', '2021-01-01'],
  );
  const { events } = codes.of(both, ({ start }) => start! > '2020-01-01');
  expect(events[0].code.code).toBe('E11');
  expect(events[1].code.code).toMatch(/^E11\./);
});
