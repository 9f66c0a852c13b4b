import { ageInYears, PatientRecord } from '@ehrsynth/records';
import { plausibility, Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { DISEASES } from './diseases.ts';
import { DRUGS } from './drugs.ts';
import { simulatePatients, SIMULATION_END } from './simulate.ts';

const vocabulary = new Vocabulary();
const patients = [...simulatePatients({ patients: 4000, seed: 5 }, vocabulary)];
const codesOf = (record: PatientRecord) => new Set(record.events.map(({ code }) => code.code));
const share = (group: PatientRecord[], code: string) =>
  group.filter((record) => codesOf(record).has(code)).length / group.length;

describe('the simulated patients', () => {
  it('have codes of the dictionaries, in order, at plausible ages and in the right sex', () => {
    for (const record of patients) {
      PatientRecord.parse(record);
      record.encounters.forEach(({ start, end }, i) => {
        expect(start! >= record.birthDate! && end! >= start! && end! <= SIMULATION_END).toBe(true);
        if (i > 0) expect(start! >= record.encounters[i - 1].start!).toBe(true);
      });
      for (const { code, start } of record.events) {
        expect(vocabulary.find(code.system, code.code)).toBeDefined();
        const age = ageInYears(record.birthDate!, start!);
        expect(plausibility(code.system, code.code, { sex: record.sex, age })).toEqual([]);
      }
    }
  });

  it('are the same for the same seed, each whatever the number of others', () => {
    const [first] = [...simulatePatients({ patients: 1, seed: 5 }, vocabulary)];
    expect(first).toEqual(patients[0]);
    expect([...simulatePatients({ patients: 1, seed: 6 }, vocabulary)][0]).not.toEqual(first);
  });

  it('have the effects that the model states: clusters, age, sex, treatment', () => {
    const withCode = (code: string, has: boolean) => patients.filter((record) => codesOf(record).has(code) === has);
    expect(share(withCode('I10', true), 'E78.5')).toBeGreaterThan(2 * share(withCode('I10', false), 'E78.5'));
    const age = (record: PatientRecord) => ageInYears(record.birthDate!, SIMULATION_END);
    const old = patients.filter((record) => age(record) > 65);
    const young = patients.filter((record) => age(record) < 40);
    expect(share(old, 'I10')).toBeGreaterThan(3 * share(young, 'I10'));
    const [women, men] = (['female', 'male'] as const).map((sex) => patients.filter((record) => record.sex === sex));
    expect(share(women, 'E03.9')).toBeGreaterThan(2 * share(men, 'E03.9'));
    const levothyroxine = new Set(
      [...vocabulary.ndc]
        .filter(({ ingredients }) => ingredients.join() === 'levothyroxine sodium')
        .flatMap(({ packages }) => packages),
    );
    const treated = (group: PatientRecord[]) =>
      group.filter((record) => record.events.some(({ code }) => levothyroxine.has(code.code))).length / group.length;
    // 0.85 of those with the disease are treated, 0.002 of the others.
    expect(treated(withCode('E03.9', true))).toBeCloseTo(0.85, 1);
    expect(
      treated(patients.filter((record) => !codesOf(record).has('E03.9') && !codesOf(record).has('E06.3'))),
    ).toBeLessThan(0.01);
  });

  it('are of a model that is whole: shares add up, treatments name diseases', () => {
    const names = new Set(DISEASES.map(({ name }) => name));
    for (const { codes, name } of DISEASES) {
      expect(
        Object.values(codes).reduce((sum, value) => sum + value, 0),
        name,
      ).toBeCloseTo(1, 6);
      for (const code of Object.keys(codes)) expect(vocabulary.icd10cm.find(code)?.billable, code).toBe(true);
    }
    for (const { treats, ingredient } of DRUGS) {
      for (const disease of Object.keys(treats)) expect(names.has(disease), `${ingredient}: ${disease}`).toBe(true);
    }
  });
});
