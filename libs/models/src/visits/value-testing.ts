import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';

const LOINC = 'http://loinc.org';
export const CODES = ['2160-0', '3094-0'];
export const columns = CODES.map((code): Column => ({ kind: 'measurement', system: LOINC, code, level: 'code' }));
export const columnOf = ({ code }: CodedEvent) => CODES.indexOf(code.code);

/**
 * Two values of each visit of people, who differ from one another more than from themselves; a few are much higher than all others. Both are
 * high on the same days.
 */
export function peopleOf(count: number, seed: number): PatientRecord[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, (_, i) => {
    const own = CODES.map(() => rng.normal());
    const encounters = Array.from({ length: 8 }, (__, visit) => addDays('2018-01-01', 30 * visit + rng.int(5))).map(
      (day) => ({ class: 'AMB', start: day, end: day }),
    );
    return {
      id: `p${i}`,
      sex: 'female',
      birthDate: '1970-01-01',
      encounters,
      events: encounters.flatMap(({ start }, encounter) => {
        const ofDay = rng.normal();
        return CODES.map((code, j) => ({
          kind: 'measurement' as const,
          code: { system: LOINC, code },
          start,
          encounter,
          quantity: {
            value: Math.round(100 * Math.exp(own[j] + 0.2 * (0.9 * ofDay + 0.4 * rng.normal()))) / 100,
            unit: 'mg/dL',
          },
        }));
      }),
    };
  });
}

export function valuesOf({ events }: PatientRecord, code: string): number[] {
  return events.flatMap((event) => (event.code.code === code ? [event.quantity!.value!] : []));
}

const meanOf = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
const squaresOf = (list: readonly number[]) => list.reduce((sum, one) => sum + (one - meanOf(list)) ** 2, 0);

/** The share of the variance that is between people. */
export function intraclass(records: readonly PatientRecord[], code: string): number {
  const own = records.map((record) => valuesOf(record, code)).filter(({ length }) => length > 1);
  const all = own.flat();
  const within = own.reduce((sum, list) => sum + squaresOf(list), 0) / (all.length - own.length);
  return 1 - within / (squaresOf(all) / all.length);
}

/** Correlation of how far both values of a visit are from the person's own means, as logs. */
export function together(records: readonly PatientRecord[]): number {
  const away = CODES.map((code) =>
    records.flatMap((record) => {
      const logs = valuesOf(record, code).map(Math.log);
      return logs.map((one) => one - meanOf(logs));
    }),
  );
  const product = away[0].reduce((sum, one, i) => sum + one * away[1][i], 0);
  return product / Math.sqrt(squaresOf(away[0]) * squaresOf(away[1]));
}
