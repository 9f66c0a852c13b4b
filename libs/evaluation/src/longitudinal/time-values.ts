import { NO_DAY } from '@ehrsynth/histories';
import { packed } from './distances.ts';
import type { Side } from './side.ts';

/** Gives each whole number that a side has of something, with its patient. Patients come in order. */
export type Values = (side: Side, give: (patient: number, value: number) => void) => void;

/** Visits of each record, with or without codes. */
export const visitsPerRecord: Values = ({ histories: { arrays, patients } }, give) => {
  for (let patient = 0; patient < patients; patient++)
    give(patient, arrays.visitStarts[patient + 1] - arrays.visitStarts[patient]);
};

/** Days from the first visit to the last, of records that have a visit. */
export const spans: Values = ({ histories: { arrays, patients } }, give) => {
  for (let patient = 0; patient < patients; patient++) {
    const [from, to] = [arrays.visitStarts[patient], arrays.visitStarts[patient + 1]];
    if (to > from) give(patient, arrays.firstDay[to - 1] - arrays.firstDay[from]);
  }
};

/** Days from the beginning of a visit to that of the next. */
export const gaps: Values = ({ histories: { arrays, patients } }, give) => {
  for (let patient = 0; patient < patients; patient++)
    for (let visit = arrays.visitStarts[patient] + 1; visit < arrays.visitStarts[patient + 1]; visit++)
      give(patient, arrays.firstDay[visit] - arrays.firstDay[visit - 1]);
};

/** Distinct codes of each visit. */
export const codesPerVisit: Values = ({ histories: { arrays, patients }, sequences }, give) => {
  let at = 0;
  for (let patient = 0; patient < patients; patient++) {
    for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++) {
      const holds = sequences.visits[at] === visit;
      give(patient, holds ? sequences.codeStarts[at + 1] - sequences.codeStarts[at] : 0);
      if (holds) at++;
    }
  }
};

/** Days from birth to each visit, of patients whose birth date is known. */
export const agesAtVisit: Values = ({ histories: { arrays, patients } }, give) => {
  for (let patient = 0; patient < patients; patient++) {
    const birth = arrays.birthDay[patient];
    if (birth === NO_DAY) continue;
    for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++)
      give(patient, arrays.firstDay[visit] - birth);
  }
};

/** Days from the beginning of a visit of a class to its end. */
export function lengthsOfStay(visitClass: number): Values {
  return ({ histories: { arrays, patients } }, give) => {
    for (let patient = 0; patient < patients; patient++)
      for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++)
        if (arrays.visitClass[visit] === visitClass) give(patient, arrays.lastDay[visit] - arrays.firstDay[visit]);
  };
}

/** How many patients have a value. */
export function peopleWith(side: Side, values: Values): number {
  let [people, last] = [0, -1];
  values(side, (patient) => {
    if (patient === last) return;
    last = patient;
    people++;
  });
  return people;
}

/** The values with the groups of their patients, sorted, as `ksDistance` takes them. */
export function packedValues(side: Side, values: Values): Int32Array {
  let count = 0;
  values(side, () => count++);
  const found = new Int32Array(count);
  count = 0;
  values(side, (patient, value) => {
    found[count++] = packed(clamped(value), side.groups[patient]);
  });
  return found.sort();
}

/** Days of more than 80,000 years are not distinguished. */
const LARGEST = 2 ** 25;

function clamped(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}
