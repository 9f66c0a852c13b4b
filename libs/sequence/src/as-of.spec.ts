import type { PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { knownOn, withFuture } from './as-of.ts';

const code = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' };
const record: PatientRecord = {
  id: 'a',
  sex: 'male',
  birthDate: '1950-01-01',
  deathDate: '2021-01-01',
  encounters: [
    { class: 'AMB', start: '2019-05-01', end: '2019-05-01' },
    { class: 'IMP', start: '2020-01-01', end: '2020-01-20' },
    { class: 'AMB', start: '2020-06-01', end: '2020-06-01' },
  ],
  events: [
    { kind: 'condition', code, start: '2019-05-01', end: '2020-03-01', encounter: 0 },
    { kind: 'condition', code, start: '2020-01-10', encounter: 1 },
    { kind: 'condition', code, start: '2020-01-11', encounter: 1 },
    { kind: 'condition', code },
  ],
};

describe('what was known on a day', () => {
  it('has no end, no death and nothing undated that was still to come', () => {
    expect(knownOn(record, '2020-01-10')).toEqual({
      id: 'a',
      sex: 'male',
      birthDate: '1950-01-01',
      encounters: [
        { class: 'AMB', start: '2019-05-01', end: '2019-05-01' },
        { class: 'IMP', start: '2020-01-01' },
      ],
      events: [
        { kind: 'condition', code, start: '2019-05-01', encounter: 0 },
        { kind: 'condition', code, start: '2020-01-10', encounter: 1 },
      ],
    });
    expect(knownOn(record, '2021-01-01').deathDate).toBe('2021-01-01');
  });

  it('is gone on with by what another record has of the days after it', () => {
    const known = knownOn(record, '2020-01-10');
    const drawn: PatientRecord = {
      id: 'x',
      sex: 'male',
      deathDate: '2020-09-01',
      encounters: [
        { class: 'IMP', start: '2020-01-01', end: '2020-01-15' },
        { class: 'AMB', start: '2020-04-01', end: '2020-04-01' },
      ],
      events: [
        { kind: 'condition', code, start: '2020-01-05', encounter: 0 },
        { kind: 'condition', code, start: '2020-01-12', encounter: 0 },
        { kind: 'condition', code, start: '2020-04-01', encounter: 1 },
      ],
    };
    const future = withFuture(known, drawn, '2020-01-10', 'a-1');
    expect(future).toMatchObject({ id: 'a-1', deathDate: '2020-09-01' });
    expect(future.encounters).toEqual([
      { class: 'AMB', start: '2019-05-01', end: '2019-05-01' },
      { class: 'IMP', start: '2020-01-01', end: '2020-01-15' },
      { class: 'AMB', start: '2020-04-01', end: '2020-04-01' },
    ]);
    expect(future.events.slice(2)).toEqual([
      { kind: 'condition', code, start: '2020-01-12', encounter: 1 },
      { kind: 'condition', code, start: '2020-04-01', encounter: 2 },
    ]);
  });
});
