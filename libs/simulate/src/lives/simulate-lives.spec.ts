import { ageInYears, type CodedEvent, compareInstants, type Encounter, PatientRecord, System } from '@ehrsynth/records';
import { plausibility, Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { ANALYTES } from './data/analytes.ts';
import { QUESTIONS } from './data/answers.ts';
import { VACCINES } from './data/immunizations.ts';
import { SIMULATION_END } from './days.ts';
import { simulateLives } from './simulate-lives.ts';

const vocabulary = new Vocabulary();
const patients = [...simulateLives({ patients: 700, seed: 3 }, vocabulary)];
const events = patients.flatMap((record) => record.events);
const died = patients.filter(({ deathDate }) => deathDate !== undefined);

describe('the lives', () => {
  it('are records, in order, between birth and death or the end', () => {
    for (const record of patients) PatientRecord.parse(record);
    expect(patients.flatMap(outOfOrder)).toEqual([]);
    expect(died.length).toBeGreaterThan(10);
    expect(died.length).toBeLessThan(120);
  });

  it('have codes of the dictionaries, plausible for sex and age', () => {
    const wrong = patients.flatMap((record) =>
      record.events.filter(({ code, start }) => {
        if (!vocabulary.has(code.system)) return false;
        const age = ageInYears(record.birthDate!, start!);
        const isKnown = vocabulary.find(code.system, code.code) !== undefined;
        return !isKnown || plausibility(code.system, code.code, { sex: record.sex, age }).length > 0;
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('have drugs that stand in RxNorm too, so that US Core can be met', () => {
    const drugs = events.filter(({ kind }) => kind === 'drug').map(({ code }) => code.code);
    expect(new Set(drugs).size).toBeGreaterThan(100);
    expect(drugs.filter((code) => !vocabulary.rxnormOf(code))).toEqual([]);
  });

  it('have LOINC codes whose check digits are right', () => {
    const codes = [
      ...Object.values(ANALYTES).map(({ loinc }) => loinc),
      ...Object.values(QUESTIONS).map(([code]) => code),
      '85354-9',
    ];
    for (const code of codes) expect(mod10(code.slice(0, -2)), code).toBe(Number(code.at(-1)));
    expect(mod10('4548')).not.toBe(5);
    const used = new Set(events.filter(({ code }) => code.system === System.loinc).map(({ code }) => code.code));
    expect([...used].filter((code) => !codes.includes(code))).toEqual([]);
    expect(used.size).toBeGreaterThan(35);
  });

  it('are the same for the same seed, each whatever the number of others', () => {
    const [first] = simulateLives({ patients: 1, seed: 3 }, vocabulary);
    expect(first).toEqual(patients[0]);
    const [other] = simulateLives({ patients: 1, seed: 4 }, vocabulary);
    expect(other).not.toEqual(first);
  });

  it('show vaccines in autumn, allergies, comparators and coded answers', () => {
    const vaccines = events.filter(({ kind }) => kind === 'immunization');
    expect(vaccines.every(({ code }) => Object.hasOwn(VACCINES, code.code))).toBe(true);
    const influenza = vaccines.filter(({ code }) => code.display!.startsWith('Influenza'));
    expect(influenza.length).toBeGreaterThan(200);
    expect(influenza.every(({ start }) => ['09', '10', '11', '12'].includes(start!.slice(5, 7)))).toBe(true);
    expect(events.some(({ kind, active }) => kind === 'allergy' && active)).toBe(true);
    const lessThan = events.filter(({ quantity }) => quantity?.comparator === '<');
    expect(new Set(lessThan.map(({ code }) => code.code)).has('10839-9')).toBe(true);
    const answers = events.filter(({ answer }) => answer);
    expect(new Set(answers.map(({ code }) => code.code))).toEqual(
      new Set(Object.values(QUESTIONS).map(([code]) => code)),
    );
  });

  it('have values within the range of each quantity, CRP up to 500 mg/L', () => {
    for (const { loinc, limits } of Object.values(ANALYTES)) {
      expect(limits.every(Number.isFinite)).toBe(true);
      const values = events.flatMap(({ code, quantity }) => (code.code === loinc ? [quantity!.value!] : []));
      expect(values.every((value) => value >= limits[0] && value <= limits[1])).toBe(true);
      // No heap at the limit: what is out of range is rare.
      if (limits[1] > 100) expect(values.filter((v) => v === limits[1]).length).toBeLessThan(3);
    }
    expect(ANALYTES['c-reactive protein'].limits[1]).toBe(500);
  });

  it('measure the two pressures of a panel at one instant, once', () => {
    const pressures = events.filter(({ panel }) => panel?.code === '85354-9');
    expect(pressures.length).toBeGreaterThan(5000);
    expect(new Set(pressures.map(({ code }) => code.code))).toEqual(new Set(['8480-6', '8462-4']));
    for (const record of patients) {
      const instants = record.events
        .filter(({ code }) => code.code === '8462-4')
        .map(({ start, startTime }) => `${start} ${startTime}`);
      expect(new Set(instants).size).toBe(instants.length);
    }
  });

  it('have pressures of their age: spread of small children, no shock and no narrow pulse in the clinic', () => {
    const pairs = patients.flatMap(({ birthDate, encounters, events: own }) =>
      own.flatMap(({ code, quantity, start, startTime, encounter }) => {
        if (code.code !== '8480-6' || encounters[encounter!].class !== 'AMB') return [];
        const other = own.find((e) => e.code.code === '8462-4' && e.start === start && e.startTime === startTime);
        return [
          {
            age: ageInYears(birthDate!, start!),
            systolic: quantity!.value!,
            diastolic: other?.quantity?.value,
          },
        ];
      }),
    );
    const small = pairs.filter(({ age }) => age >= 1 && age <= 5).map(({ systolic }) => systolic);
    const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
    const sd = Math.sqrt(small.reduce((sum, value) => sum + (value - mean) ** 2, 0) / small.length);
    expect(sd).toSatisfy((value: number) => value > 7 && value < 12);
    const adults = pairs.filter(({ age }) => age >= 18);
    expect(adults.filter(({ systolic }) => systolic < 80).length / adults.length).toBeLessThan(0.002);
    const pulses = adults.flatMap(({ systolic, diastolic }) => (diastolic ? [systolic - diastolic] : []));
    expect(Math.min(...pulses)).toBeGreaterThanOrEqual(12);
  });

  it('happen in the clinic by day, on weekdays, and in emergency rooms at any hour', () => {
    const visits = patients.flatMap(({ encounters }) => encounters);
    const clinic = visits.filter(({ class: of }) => of === 'AMB');
    const inHours = clinic.filter(({ startTime }) => startTime! >= '08:00' && startTime! < '17:00');
    expect(inHours.length / clinic.length).toBeGreaterThan(0.99);
    expect(clinic.filter(({ start }) => new Date(start!).getUTCDay() % 6 === 0).length / clinic.length).toBeLessThan(
      0.01,
    );
    const byWeekday = Array.from({ length: 5 }, (_, i) =>
      clinic.filter(({ start }) => new Date(start!).getUTCDay() === i + 1),
    );
    for (const own of byWeekday) expect(own.length / clinic.length).toSatisfy((s: number) => s > 0.18 && s < 0.22);
    const emergencies = visits.filter(({ class: of }) => of === 'EMER');
    const atNight = emergencies.filter(({ startTime }) => startTime! < '07:00').length / emergencies.length;
    expect(atNight).toSatisfy((share: number) => share > 0.05 && share < 0.2);
    const stays = visits.filter(({ class: of }) => of === 'IMP');
    expect(stays.filter(({ start, end }) => end! > start!).length / stays.length).toBeGreaterThan(0.9);
  });
});

describe('what is written down', () => {
  const laterThan = (record: PatientRecord, isFirst: (code: string) => boolean, isLater: (code: string) => boolean) => {
    const first = record.events.find(({ kind, code }) => kind === 'condition' && isFirst(code.code));
    return first
      ? record.events.filter(
          ({ kind, code, start }) => kind === 'condition' && start! > first.start! && isLater(code.code),
        )
      : [];
  };

  it.each([
    ['N18.4', ['N18.31', 'N18.32']],
    ['N18.6', ['N18.31', 'N18.32', 'N18.4']],
    ['E11.9', ['R73.03']],
    ['E11.65', ['R73.03']],
  ])('is the current stage: after %s no %s', (current, before) => {
    const had = patients.filter((record) => record.events.some(({ code }) => code.code === current));
    expect(had.length).toBeGreaterThan(0);
    expect(
      had.flatMap((record) =>
        laterThan(
          record,
          (code) => code === current,
          (code) => before.includes(code),
        ),
      ),
    ).toEqual([]);
  });

  it('has no drug of a class that the patient is allergic to', () => {
    const excluded: [allergy: string, drugs: RegExp][] = [
      ['penicillin G', /^amoxicillin/i],
      ['ibuprofen', /^(ibuprofen|meloxicam)/i],
      ['aspirin', /^(ibuprofen|meloxicam)/i],
    ];
    for (const [allergy, drugs] of excluded) {
      const isGiven = ({ kind, code }: CodedEvent) => kind === 'drug' && drugs.test(code.display!);
      const [allergic, others] = [true, false].map((has) =>
        patients.filter(
          (record) => has === record.events.some(({ kind, code }) => kind === 'allergy' && code.display === allergy),
        ),
      );
      expect(allergic.length).toBeGreaterThan(2);
      expect(allergic.filter(({ events: own }) => own.some(isGiven))).toEqual([]);
      expect(others.some(({ events: own }) => own.some(isGiven))).toBe(true);
    }
  });
});

/** The check digit of LOINC: Luhn's. */
function mod10(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/** What is before something that it comes after, or beyond the visit or the life that it belongs to. */
function outOfOrder({ birthDate, deathDate, encounters, events: own }: PatientRecord): unknown[] {
  const last = deathDate ?? SIMULATION_END;
  const wrong: unknown[] = [];
  let before: [string?, string?] = [birthDate];
  for (const visit of encounters) {
    const [start, end] = spanOf(visit);
    if (compareInstants(start, before) < 0 || compareInstants(end, start) < 0 || visit.end! > last) wrong.push(visit);
    before = end;
  }
  before = [birthDate];
  for (const event of own) {
    const at: [string?, string?] = [event.start, event.startTime];
    const [start, end] = event.encounter === undefined ? [at, at] : spanOf(encounters[event.encounter]);
    const isOutside = compareInstants(at, start) < 0 || compareInstants(at, end) > 0;
    if (compareInstants(at, before) < 0 || event.start! > last || isOutside) wrong.push(event);
    before = at;
  }
  return wrong;
}

function spanOf({ start, startTime, end, endTime }: Encounter): [[string?, string?], [string?, string?]] {
  return [
    [start, startTime],
    [end, endTime],
  ];
}
