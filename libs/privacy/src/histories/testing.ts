import { Dictionary, type Histories, HistoriesBuilder } from '@ehrsynth/histories';
import type { Rng } from '@ehrsynth/random';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';

/** One visit: its day, its codes, and the values of some of them. */
export interface TestVisit {
  day: number;
  codes: number[];
  values?: number[];
}

export type TestHistory = TestVisit[];

/** Histories of all sides with one dictionary. Codes with a value are measurements. */
export function histories<Sides extends TestHistory[][]>(...sides: Sides): { [Side in keyof Sides]: Histories } {
  const dictionary = new Dictionary();
  return sides.map((side) => {
    const builder = new HistoriesBuilder(dictionary);
    side.forEach((visits, i) => builder.add(recordOf(visits, String(i))));
    return builder.build();
  }) as { [Side in keyof Sides]: Histories };
}

function recordOf(visits: TestHistory, id: string): PatientRecord {
  const dateOf = (day: number) => new Date((day + 15_000) * 86_400_000).toISOString().slice(0, 10);
  return {
    id,
    sex: 'female',
    encounters: visits.map(({ day }) => ({ class: 'AMB', start: dateOf(day) })),
    events: visits.flatMap(({ day, codes, values }, encounter) =>
      codes.map((code, i): CodedEvent => {
        const value = values?.[i];
        const kind = value === undefined ? 'condition' : 'measurement';
        const own = {
          kind,
          code: { system: 'urn:test', code: `c${code}` },
          start: dateOf(day),
          encounter,
        } as const;
        return value === undefined ? own : { ...own, quantity: { value, unit: 'u' } };
      }),
    ),
  };
}

const CODES = 60;
/** Codes from this on are measured at each visit, with a value. */
const FIRST_LAB = 100;

/** People of a few habits, each with visits of a few codes and two labs. */
export function people(count: number, rng: Rng): TestHistory[] {
  return Array.from({ length: count }, () => {
    const habit = rng.int(4);
    const level = rng.normal();
    let day = rng.int(1000);
    return Array.from({ length: 2 + rng.int(6) }, () => {
      day += 1 + rng.int(200);
      const codes = Array.from({ length: CODES }, (_, i) => i).filter((i) => rng.chance(i % 4 === habit ? 0.2 : 0.02));
      const labs = [Math.round(120 + 15 * level + 8 * rng.normal()), Math.round(10 * (6 + level + rng.normal())) / 10];
      return {
        day,
        codes: [...codes, FIRST_LAB, FIRST_LAB + 1],
        values: [...codes.map(() => undefined as unknown as number), ...labs],
      };
    });
  });
}
