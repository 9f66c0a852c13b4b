import type { Column, Encoding } from '@ehrsynth/matrix';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { writtenEncoder } from './written-encoder.ts';

const vocabulary = new Vocabulary();
const finest: Encoding = { levels: {}, minPatients: 10, rare: 'drop' };
const column = (code: string, level: Column['level'] = 'code', system: string = System.icd10cm): Column => ({
  kind: system === System.ndc ? 'drug' : 'condition',
  system,
  code,
  level,
});
const event = (code: string, system: string = System.icd10cm): CodedEvent => ({
  kind: system === System.ndc ? 'drug' : 'condition',
  code: { system, code },
});
const female: Column = { kind: 'demographic', system: 'sex', code: 'female', level: 'code' };

describe('records that a decoder wrote', () => {
  it('a code of a wider column counts in it, and a code that no column covers nowhere', () => {
    // A source that wrote the header E11 itself, and a product without its package.
    const encoder = writtenEncoder(
      [column('E11', 'category'), column('I10'), column('681800513', 'product', System.ndc)],
      finest,
      vocabulary,
    );
    expect(encoder.columnOf(event('E11.9'))).toBe(0);
    expect(encoder.columnOf(event('I10'))).toBe(1);
    const [{ packages }] = [vocabulary.ndc.find('681800513')!];
    expect(encoder.columnOf(event(packages[0], System.ndc))).toBe(2);
    expect(encoder.columnOf(event('J45.909'))).toBeUndefined();
    // The same code of another kind is another thing.
    expect(encoder.columnOf({ ...event('I10'), kind: 'procedure' })).toBeUndefined();
  });

  it("a column of the code's own comes before a wider one", () => {
    const encoder = writtenEncoder([column('E11', 'category'), column('E11.9')], finest, vocabulary);
    expect(encoder.columnOf(event('E11.9'))).toBe(1);
  });

  it('a row has the demographics, and counts each event once', () => {
    const record: PatientRecord = {
      id: 'a',
      sex: 'female',
      encounters: [],
      events: [event('I10'), event('I10'), event('J45.909')],
    };
    const row = writtenEncoder([female, column('I10')], finest, vocabulary).rowOf(record);
    expect(row).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });
});
