import type { Dictionary } from './dictionary.ts';
import type { EntryNumbers } from './growing.ts';

/** Numbers of sexes: places in `Sex.options` of `PatientRecord`, female 0 and male 1. */
export const FEMALE = 0;
export const MALE = 1;

/**
 * Records over time in typed arrays: patients, their visits in order of time, and the events of each visit in order of time. About 21
 * bytes per event. Days are day numbers (days since 1970-01-01), `NO_DAY` where there is none. Codes, classes, units, answers, races
 * and ethnicities are numbers of the dictionary.
 */
export interface HistoryArrays {
  ids: readonly string[];
  sex: Uint8Array;
  birthDay: Int32Array;
  deathDay: Int32Array;
  race: Int32Array;
  ethnicity: Int32Array;
  /** Patients + 1 offsets into the visits. */
  visitStarts: Int32Array;
  /** Of each visit. */
  firstDay: Int32Array;
  lastDay: Int32Array;
  visitClass: Int32Array;
  /** Visits + 1 offsets into the events. */
  eventStarts: Int32Array;
  /** Of each event. */
  code: EntryNumbers;
  day: Int32Array;
  /** Minutes from midnight; −1 where only the day is known. */
  minute: Int16Array;
  /** NaN where there is none. */
  value: Float64Array;
  /** 0 for none; otherwise 1 + its place in `Comparator.options`. */
  comparator: Uint8Array;
  unit: EntryNumbers;
  answer: EntryNumbers;
}

/** What of the records is not in their histories. */
export interface LeftOut {
  /** Events that have no day and whose encounter has none. */
  undatedEvents: number;
  /** Encounters without a day, and without a dated event that would give them one. */
  undatedEncounters: number;
}

export class Histories {
  constructor(
    readonly dictionary: Dictionary,
    readonly arrays: HistoryArrays,
    readonly leftOut: LeftOut = { undatedEvents: 0, undatedEncounters: 0 },
  ) {}

  get patients(): number {
    return this.arrays.ids.length;
  }

  get visits(): number {
    return this.arrays.firstDay.length;
  }

  get events(): number {
    return this.arrays.code.length;
  }

  /** The named patients, in that order; one that is named twice is there twice. A copy. What was left out is that of all. */
  pick(rows: ArrayLike<number>): Histories {
    const own = this.arrays;
    const visits = ranges(rows, own.visitStarts);
    const events = ranges(visits.members, own.eventStarts);
    const patient = <T extends Numbers>(values: T) => gathered(values, rows);
    const visit = <T extends Numbers>(values: T) => gathered(values, visits.members);
    const event = <T extends Numbers>(values: T) => gathered(values, events.members);
    return new Histories(
      this.dictionary,
      {
        ids: Array.from(rows, (row) => own.ids[row]),
        sex: patient(own.sex),
        birthDay: patient(own.birthDay),
        deathDay: patient(own.deathDay),
        race: patient(own.race),
        ethnicity: patient(own.ethnicity),
        visitStarts: visits.starts,
        firstDay: visit(own.firstDay),
        lastDay: visit(own.lastDay),
        visitClass: visit(own.visitClass),
        eventStarts: events.starts,
        code: event(own.code),
        day: event(own.day),
        minute: event(own.minute),
        value: event(own.value),
        comparator: event(own.comparator),
        unit: event(own.unit),
        answer: event(own.answer),
      },
      this.leftOut,
    );
  }
}

type Numbers = Uint8Array | Int16Array | Uint16Array | Int32Array | Float64Array;

/** All members of some ranges, one range after another, and where each begins. */
function ranges(chosen: ArrayLike<number>, offsets: Int32Array): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(chosen.length + 1);
  for (let i = 0; i < chosen.length; i++) starts[i + 1] = starts[i] + offsets[chosen[i] + 1] - offsets[chosen[i]];
  const members = new Int32Array(starts[chosen.length]);
  for (let i = 0; i < chosen.length; i++) {
    let at = starts[i];
    for (let member = offsets[chosen[i]]; member < offsets[chosen[i] + 1]; member++) members[at++] = member;
  }
  return { starts, members };
}

function gathered<T extends Numbers>(values: T, members: ArrayLike<number>): T {
  const found = new (values.constructor as new (length: number) => T)(members.length);
  for (let i = 0; i < members.length; i++) found[i] = values[members[i]];
  return found;
}
