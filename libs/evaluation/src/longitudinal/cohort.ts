import { NO_DAY } from '@ehrsynth/histories';
import { type CodeSet, membersOf } from './code-set.ts';
import type { OutcomeDefinition } from './outcome-definitions.ts';
import type { Side } from './side.ts';

/** The people of a side who are followed for an outcome. */
export interface Cohort {
  patients: Int32Array;
  /** The day of each one's index event. */
  indexDays: Int32Array;
  /** Days from the end of the hold-off until the outcome, or until nothing more is known. */
  daysFollowed: Int32Array;
  /** Whether that is the outcome. */
  hasOutcome: Uint8Array;
  /** Whether the outcome came within the prediction window. */
  labels: Uint8Array;
}

/**
 * Those who have the index event, followed until the outcome, death or the last day of their record. One whose record ends before the
 * window does, and without the outcome, counts as without it: the same on all sides.
 */
export function cohortOf(side: Side, definition: OutcomeDefinition): Cohort {
  const { arrays, patients } = side.histories;
  const { index, outcome, from, firstOnly, holdOffDays, predictionDays } = definition;
  const isIndex = visitTest(side, index);
  const isOutcome = visitTest(side, outcome);
  const found: { patient: number; day: number; days: number; has: boolean }[] = [];
  for (let patient = 0; patient < patients; patient++) {
    const [first, end] = [arrays.visitStarts[patient], arrays.visitStarts[patient + 1]];
    const start = firstVisit(first, end, isIndex);
    if (start === undefined) continue;
    const day = from === 'start' ? arrays.firstDay[start] : arrays.lastDay[start];
    const begins = day + holdOffDays;
    const isBefore = (visit: number) => visit === start || arrays.firstDay[visit] <= begins;
    const had = firstVisit(first, end, (visit) => isBefore(visit) && isOutcome(visit));
    if (firstOnly && had !== undefined) continue;
    const event = firstVisit(first, end, (visit) => !isBefore(visit) && isOutcome(visit));
    const last = event === undefined ? lastDayOf(side, patient) : arrays.firstDay[event];
    found.push({ patient, day, days: Math.max(0, last - begins), has: event !== undefined });
  }
  return {
    patients: Int32Array.from(found, (one) => one.patient),
    indexDays: Int32Array.from(found, (one) => one.day),
    daysFollowed: Int32Array.from(found, (one) => one.days),
    hasOutcome: Uint8Array.from(found, (one) => Number(one.has)),
    labels: Uint8Array.from(found, (one) => Number(one.has && one.days <= predictionDays)),
  };
}

/** Whether a visit holds one of some codes, and is of one of some classes; where either is not given, the other decides. */
export function visitTest(
  { histories: { arrays, dictionary } }: Side,
  { codes, classes }: { codes?: CodeSet; classes?: readonly string[] },
): (visit: number) => boolean {
  const members = codes && membersOf(codes, dictionary);
  const isOfClass = classes && Uint8Array.from(dictionary.classes.texts, (text) => Number(classes.includes(text)));
  return (visit) => {
    if (isOfClass && !isOfClass[arrays.visitClass[visit]]) return false;
    if (!members) return true;
    for (let at = arrays.eventStarts[visit]; at < arrays.eventStarts[visit + 1]; at++)
      if (members[arrays.code[at]]) return true;
    return false;
  };
}

/** The day of death, or the last day of the last visit to end; `NO_DAY` of neither. */
export function lastDayOf({ histories: { arrays } }: Side, patient: number): number {
  if (arrays.deathDay[patient] !== NO_DAY) return arrays.deathDay[patient];
  let last = NO_DAY;
  for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++)
    last = Math.max(last, arrays.lastDay[visit]);
  return last;
}

function firstVisit(from: number, to: number, test: (visit: number) => boolean): number | undefined {
  for (let visit = from; visit < to; visit++) if (test(visit)) return visit;
  return undefined;
}
