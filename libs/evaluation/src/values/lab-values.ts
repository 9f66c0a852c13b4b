import type { Histories } from '@ehrsynth/histories';
import { Comparator } from '@ehrsynth/records';
import { eventsOf, type Lab, LabFinder } from './labs.ts';

/** Number of the comparator that says no more than the value alone. */
const EXACTLY = 1 + Comparator.options.indexOf('=');

/** The values of one lab on one side, in order of patients and, of each, in order of time. */
export interface LabValues {
  value: Float64Array;
  /** 1 where the value is a bound, as in <5. */
  isBound: Uint8Array;
  day: Int32Array;
  patient: Int32Array;
  visit: Int32Array;
  group: Uint8Array;
}

/** The values of each lab. @param groups of each patient */
export function labValues(histories: Histories, labs: readonly Lab[], groups: Uint8Array): LabValues[] {
  const { arrays } = histories;
  const finder = new LabFinder(labs);
  const counts = new Int32Array(labs.length);
  for (let at = 0; at < histories.events; at++) {
    const lab = finder.find(arrays, at);
    if (lab !== -1) counts[lab]++;
  }
  const all = Array.from(counts, (length): LabValues => ({
    value: new Float64Array(length),
    isBound: new Uint8Array(length),
    day: new Int32Array(length),
    patient: new Int32Array(length),
    visit: new Int32Array(length),
    group: new Uint8Array(length),
  }));
  counts.fill(0);
  for (let patient = 0; patient < histories.patients; patient++) {
    let visit = arrays.visitStarts[patient];
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      while (at >= arrays.eventStarts[visit + 1]) visit++;
      const lab = finder.find(arrays, at);
      if (lab === -1) continue;
      const own = all[lab];
      const place = counts[lab]++;
      own.value[place] = arrays.value[at];
      own.isBound[place] = arrays.comparator[at] === 0 || arrays.comparator[at] === EXACTLY ? 0 : 1;
      own.day[place] = arrays.day[at];
      own.patient[place] = patient;
      own.visit[place] = visit;
      own.group[place] = groups[patient];
    }
  }
  return all;
}

/** Patients who have a value. */
export function peopleOf({ patient }: Pick<LabValues, 'patient'>): number {
  let people = 0;
  for (let i = 0; i < patient.length; i++) if (i === 0 || patient[i] !== patient[i - 1]) people++;
  return people;
}

/** 0.1 and 99.9 % quantiles and quartiles of sorted values. */
export interface Spread {
  low: number;
  quartiles: [number, number];
  high: number;
}

export function spreadOf(values: Float64Array): Spread {
  const sorted = values.slice().sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(0.001), quartiles: [at(0.25), at(0.75)], high: at(0.999) };
}
