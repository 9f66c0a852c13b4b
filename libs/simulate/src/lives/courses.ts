import type { Rng } from '@ehrsynth/random';
import { DAYS_A_YEAR } from './days.ts';
import type { Life, Spell } from './life.ts';
import type { Process } from './process.ts';
import type { Treatment } from './types.ts';
import type { Visit } from './visits/visit.ts';

/** A drug that a person takes: from when to when, and the days on which a supply is handed out. */
export interface Course {
  drug: string;
  begin: number;
  end: number;
  fills: { day: number; visit?: Visit }[];
}

/** Drugs of an episode are taken on for so long after it. */
const AFTER_EPISODE_DAYS = 60;
/** A pregnancy is known so many days after it has begun. */
const PREGNANCY_KNOWN_DAYS = 42;
/** A prescription is made at a visit within so many days of when it is due. */
const PRESCRIBED_WITHIN_DAYS = 400;

/**
 * What a person takes. A prescription is made at the first visit on or after the day it is due; refills follow when the supply
 * has run out, some days late or early; what was begun before entry is filled on.
 */
export function drawCourses(process: Process, life: Life, visits: Visit[], rng: Rng): Course[] {
  const courses: Course[] = [];
  for (const spell of life.spells) {
    for (const treatment of process.treatments[spell.condition]) {
      const course = prescribe(treatment, spell, { process, life, visits, rng });
      if (course && !isTaken(course, courses, process)) courses.push(course);
    }
  }
  for (const visit of visits) {
    for (const drug of visit.infusions)
      courses.push({ drug, begin: visit.day, end: visit.day + 1, fills: [{ day: visit.day, visit }] });
  }
  return courses;
}

interface Given {
  process: Process;
  life: Life;
  visits: Visit[];
  rng: Rng;
}

function prescribe(
  { probability, options, delayDays: [from, to] = [0, 0], stopsAYear = 0 }: Treatment,
  spell: Spell,
  given: Given,
): Course | undefined {
  const { process, life, visits, rng } = given;
  if (!rng.chance(probability)) return undefined;
  const chosen = Object.keys(options)[rng.weighted(Object.values(options))];
  const drug = tolerated(chosen, life);
  const { daysSupply, refills } = process.world.drugs[drug];
  const due = Math.floor(spell.begin + from + rng.next() * (to - from));
  const lasts = stopsAYear > 0 ? (-Math.log(1 - rng.next()) / stopsAYear) * DAYS_A_YEAR : Infinity;
  const { entry } = life.person;
  if (due < entry && refills === 0) return undefined;
  const visit =
    due < entry
      ? undefined
      : visits.find(
          ({ day, lastDay }) => lastDay >= due - 2 && day <= due + PRESCRIBED_WITHIN_DAYS && lastDay >= spell.begin - 2,
        );
  if (due >= entry && !visit) return undefined;
  const begin = visit ? Math.min(Math.max(visit.day, due), visit.lastDay) : due;
  if (begin > spell.end) return undefined;
  const planned = refills === 0 ? begin + daysSupply : Math.min(begin + lasts, spell.end + AFTER_EPISODE_DAYS);
  const end = Math.min(planned, stoppedByPregnancy(drug, begin, given));
  if (end < entry || end < begin) return undefined;
  return { drug, begin, end, fills: fillsOf(drug, begin, end, visit, given) };
}

/** The drug, or what is given in its place in those who are allergic to it. */
function tolerated(drug: string, { person }: Life): string {
  return person.allergies.find(({ excludes }) => excludes && Object.hasOwn(excludes, drug))?.excludes![drug] ?? drug;
}

/** The day on which a pregnancy ends the course: before `begin` where it is known already. */
function stoppedByPregnancy(drug: string, begin: number, { process, life }: Given): number {
  if (!process.world.drugs[drug].notInPregnancy) return Infinity;
  const pregnancy = process.index.get('pregnancy');
  const next = life.spells.find(({ condition, end }) => condition === pregnancy && end > begin);
  return next ? Math.floor(next.begin + PREGNANCY_KNOWN_DAYS) : Infinity;
}

function fillsOf(
  drug: string,
  begin: number,
  end: number,
  visit: Visit | undefined,
  { process, life, rng }: Given,
): Course['fills'] {
  const { fillLate, fillSd } = process.world.visits;
  const { daysSupply, refills } = process.world.drugs[drug];
  const first = visit ? begin : life.person.entry + rng.next() * daysSupply;
  const fills: Course['fills'] = [{ day: Math.floor(first), visit }];
  if (refills === 0) return fills;
  const last = Math.min(end, life.end);
  for (;;) {
    const late = Math.max(-daysSupply / 3, fillLate + fillSd * rng.normal());
    const day = fills.at(-1)!.day + Math.round(daysSupply + late);
    if (day > last) break;
    fills.push({ day });
  }
  return fills.filter(({ day }) => day <= last);
}

/** True where the same drug, or one of its group, is being taken already. */
function isTaken({ drug, begin, end }: Course, courses: Course[], { world }: Process): boolean {
  const { group, refills } = world.drugs[drug];
  return courses.some((other) => {
    const isSame = other.drug === drug || (group !== undefined && world.drugs[other.drug].group === group);
    return isSame && other.begin < end && begin < other.end && (refills > 0 || other.begin === begin);
  });
}
