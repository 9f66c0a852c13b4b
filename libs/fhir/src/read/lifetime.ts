import {
  addMonths,
  AFTER_DEATH_DAYS,
  daysBetween,
  DOUBTFUL_DAYS,
  isPlaceholder,
  isPlaceholderOfBirth,
  isTooLongAgo,
  LONGEST_YEARS,
  ZONE_DAYS,
} from '@ehrsynth/records';
import { dayAtAge } from './ages.ts';
import type { Fact } from './facts.ts';
import type { Note } from './note.ts';

type PatientFact = Fact & { type: 'patient' };
type DatedFact = Exclude<Fact, PatientFact>;

/** Between which days a patient's record can lie. */
export interface Lifetime {
  birthDate?: string;
  deathDate?: string;
  /** The last day of the longest life. */
  last?: string;
}

/** The patient's birth and death, each dropped and noted where it cannot be; the others' dates are as they were written. */
export function lifetimeOf(patient: PatientFact, others: DatedFact[], today: string): Lifetime {
  const notes = (patient.notes ??= []);
  const dropped = (reason: string, what: string) => void notes.push({ reason, detail: what });
  let { birthDate } = patient;
  if (birthDate && isPlaceholderOfBirth(birthDate)) {
    dropped(PLACEHOLDER_DATE, `Patient.birthDate: ${birthDate}`);
    birthDate = undefined;
  }
  let first: string | undefined;
  let last = '';
  for (const { start } of others) {
    if (!start || isPlaceholder(start)) continue;
    if (start > last) last = start;
    if (birthDate && start >= birthDate && (first === undefined || start < first)) first = start;
  }
  if (birthDate && isTooLongAgo(birthDate, first, today)) {
    dropped('birth date too long ago, dropped', `Patient.birthDate: ${birthDate}`);
    birthDate = undefined;
  }
  const life: Lifetime = { birthDate, last: birthDate && addMonths(birthDate, LONGEST_YEARS * 12) };
  const detail = 'Patient.deceasedDateTime';
  const deathDate = within(life, patient.deathDate, patient.deathDigits, detail, notes);
  const isDoubtful = deathDate && last && DOUBTFUL_DAYS.has(deathDate);
  if (isDoubtful && daysBetween(deathDate, last) > AFTER_DEATH_DAYS)
    dropped(PLACEHOLDER_DATE, `${detail}: ${deathDate}`);
  else if (deathDate) life.deathDate = deathDate;
  return life;
}

/** Puts the dates of a fact into the patient's life: ages become days, and what cannot be is dropped and noted. */
export function settle(fact: DatedFact, life: Lifetime): void {
  if (fact.startTime && fact.endTime && fact.start === fact.end && fact.endTime < fact.startTime) {
    (fact.notes ??= []).push({
      reason: 'end before start on the same day, its time dropped',
      detail: `${fact.endTime} before ${fact.startTime}`,
    });
    fact.endTime = undefined;
  }
  const { start, end, startAge, endAge, recorded, startDigits, endDigits } = fact;
  const isSettled =
    (start === undefined || isWithin(life, start)) &&
    (end === undefined || (isWithin(life, end) && !(start && end < start)));
  if (isSettled && !startAge && !endAge) return;
  const notes: Note[] = (fact.notes ??= []);
  const { resourceType } = fact;
  const atAge = (age: typeof startAge, name: string) => {
    if (!age) return undefined;
    if (!life.birthDate) return void notes.push({ reason: 'age without a birth date, dropped', detail: name });
    return dayAtAge(life.birthDate, age);
  };
  const { startTime, endTime, recordedTime } = fact;
  fact.start =
    atAge(startAge, `${resourceType}, start`) ??
    within(life, start, startDigits, `${resourceType}, start`, notes) ??
    within(life, recorded, undefined, `${resourceType}, recorded`, notes);
  fact.startTime =
    fact.start === undefined || (startAge && life.birthDate)
      ? undefined
      : fact.start === start
        ? startTime
        : fact.start === recorded
          ? recordedTime
          : undefined;
  fact.end = atAge(endAge, `${resourceType}, end`) ?? within(life, end, endDigits, `${resourceType}, end`, notes);
  fact.endTime = !(endAge && life.birthDate) && fact.end !== undefined && fact.end === end ? endTime : undefined;
  if (!fact.start || !fact.end || fact.end >= fact.start) return;
  if (endDigits && fact.start.startsWith(fact.end.slice(0, endDigits))) {
    fact.end = fact.start;
    return;
  }
  notes.push(endBeforeStart(fact.end, fact.start));
  fact.end = undefined;
  fact.endTime = undefined;
}

/** What is worth knowing of a fact whose end was dropped. */
export function endBeforeStart(end: string, start: string): Note {
  return { reason: 'end before start, dropped', detail: `${end} before ${start}` };
}

const PLACEHOLDER_DATE = 'placeholder date, dropped';

/** @param digits of a date that is a year (4) or a month (7) alone, which begins no earlier than the patient's life */
function within(
  life: Lifetime,
  day: string | undefined,
  digits: number | undefined,
  what: string,
  notes: Note[],
): string | undefined {
  if (day === undefined || isWithin(life, day)) return day;
  const { birthDate } = life;
  if (!isPlaceholder(day) && birthDate && digits && birthDate.startsWith(day.slice(0, digits))) return birthDate;
  const reason = isPlaceholder(day)
    ? PLACEHOLDER_DATE
    : birthDate && day < birthDate
      ? 'date before birth, dropped'
      : 'date after the longest life, dropped';
  notes.push({ reason, detail: `${what}: ${day}` });
  return undefined;
}

function isWithin({ birthDate, last }: Lifetime, day: string): boolean {
  if (isPlaceholder(day)) return false;
  if (birthDate === undefined) return true;
  return day >= birthDate ? day <= last! : daysBetween(day, birthDate) <= ZONE_DAYS;
}
