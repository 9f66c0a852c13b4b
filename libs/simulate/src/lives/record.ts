import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import { Body } from './body.ts';
import { Coding } from './coding.ts';
import type { Course } from './courses.ts';
import { VACCINES } from './data/immunizations.ts';
import { AT_ONSET, PROCEDURES, SCREENING } from './data/procedures.ts';
import { dateOf, DAYS_A_YEAR } from './days.ts';
import { dispensed } from './dispensed.ts';
import type { Life } from './life.ts';
import { Measurements } from './measurements.ts';
import type { Pharmacy } from './pharmacy.ts';
import type { Process } from './process.ts';
import { eventAt, type Timed, timeVisits, toEncounter } from './timed.ts';
import type { Visit } from './visits/visit.ts';

export interface Writing {
  process: Process;
  /** The title of an ICD-10-CM code. */
  titleOf: (code: string) => string;
  pharmacy: Pharmacy;
}

/** The record of a life: what was written down at its visits, and the supplies that a pharmacy handed out between them. */
export function toRecord(
  id: string,
  life: Life,
  visits: Visit[],
  courses: Course[],
  writing: Writing,
  rng: Rng,
): PatientRecord {
  const { process, pharmacy } = writing;
  const { sex, birth, race, ethnicity } = life.person;
  const body = new Body(process, life, courses, rng.fork('body'));
  const coding = new Coding(process, life, body, rng.fork('coding'));
  const measurements = new Measurements(process, life, body, rng.fork('measurements'));
  const own = rng.fork('record');
  const timed = timeVisits(visits, life, own);
  const events = timed.flatMap((at) => [
    ...conditions(at, coding, life, writing),
    ...procedures(at, process, life, own),
    ...measurements.at(at),
    ...vaccines(at),
  ]);
  if (timed.length > 0) events.push(...allergies(timed[0], life));
  events.push(...dispensed(courses, timed, process, pharmacy, rng.fork('pharmacy')));
  events.sort(byInstant);
  return {
    id,
    sex,
    birthDate: dateOf(birth),
    ...(life.died && { deathDate: dateOf(life.end) }),
    ...(race !== undefined && { race }),
    ethnicity,
    encounters: timed.map(toEncounter),
    events,
  };
}

/** Every event has a day and a time. */
function byInstant(a: CodedEvent, b: CodedEvent): number {
  const [one, other] = a.start === b.start ? [a.startTime!, b.startTime!] : [a.start!, b.start!];
  return one < other ? -1 : one > other ? 1 : 0;
}

function conditions(at: Timed, coding: Coding, life: Life, { titleOf, process }: Writing): CodedEvent[] {
  const own = at.visit.codes.map((code) => ({ code, active: false }));
  const others = coding.at(at.visit).map(({ spell, code }) => ({
    code,
    active:
      spell.end > life.end &&
      process.conditions[spell.condition].recall !== undefined &&
      coding.replacing(spell, life.end) === undefined,
  }));
  return [...own, ...others].map(({ code, active }) => {
    const coded = { system: System.icd10cm, code, display: titleOf(code) };
    return eventAt({ kind: 'condition', code: coded, active }, at.from, at);
  });
}

function procedures(at: Timed, { names }: Process, { person }: Life, rng: Rng): CodedEvent[] {
  const { kind, day, reasons, procedures: planned } = at.visit;
  const age = (day - person.birth) / DAYS_A_YEAR;
  const isFor = ({ ages, sex }: (typeof SCREENING)[number]) =>
    kind === 'checkUp' && age >= ages[0] && age < ages[1] && (!sex || sex === person.sex);
  const found = new Set([
    ...planned,
    ...(kind === 'cycle' ? ['chemotherapy'] : []),
    ...(kind === 'followUp' || kind === 'cycle' || kind === 'prenatal' ? [] : reasons).flatMap(({ condition }) =>
      Object.entries(AT_ONSET[names[condition]] ?? {}).flatMap(([name, share]) => (rng.chance(share) ? [name] : [])),
    ),
    ...SCREENING.filter((screening) => isFor(screening) && rng.chance(screening.probability)).map(({ name }) => name),
  ]);
  return [...found].map((name) => {
    const [code, display] = PROCEDURES[name];
    const minute = at.from + 15 + rng.int(kind === 'stay' ? 300 : 30);
    return eventAt({ kind: 'procedure', code: { system: System.snomed, code, display } }, minute, at);
  });
}

function vaccines(at: Timed): CodedEvent[] {
  return at.visit.vaccines.map((cvx) =>
    eventAt(
      { kind: 'immunization', code: { system: System.cvx, code: cvx, display: VACCINES[cvx] } },
      at.from + 12,
      at,
    ),
  );
}

/** Noted at the first visit. */
function allergies(first: Timed, { person }: Life): CodedEvent[] {
  return person.allergies.map(({ system, code, display }) =>
    eventAt({ kind: 'allergy', code: { system, code, display }, active: true }, first.from, first),
  );
}
