import type { Rng } from '@ehrsynth/random';
import type { Life } from '../life.ts';
import type { Process } from '../process.ts';
import type { VisitKind } from '../types.ts';
import { cycleVisits } from './cycles.ts';
import { onsetVisits } from './onsets.ts';
import { pregnancyVisits } from './pregnancies.ts';
import { routineVisits } from './routine.ts';
import { vaccinate } from './vaccinations.ts';
import type { Visit } from './visit.ts';

/** Of two visits on a day, the one that is kept. */
const RANK: VisitKind[] = [
  'stay',
  'emergency',
  'cycle',
  'prenatal',
  'acute',
  'checkUp',
  'wellChild',
  'followUp',
  'control',
  'vaccination',
];
/** A routine visit this soon after another visit in the clinic is not made. */
const SOON_DAYS = 12;
const ROUTINE = new Set<VisitKind>(['control', 'checkUp']);

/** All visits of a life in order of time, no two on a day and none during a stay. */
export function planVisits(process: Process, life: Life, rng: Rng): Visit[] {
  const planning = { process, life, rng };
  const { entry } = life.person;
  const planned = [
    ...onsetVisits(planning),
    ...pregnancyVisits(planning),
    ...cycleVisits(planning),
    ...routineVisits(planning),
  ].filter(({ day }) => day >= entry && day <= life.end);
  return vaccinate(withoutSoon(oneADay(withinStays(planned))), planning);
}

/** What comes up during a stay becomes a reason of the stay. */
function withinStays(visits: Visit[]): Visit[] {
  const stays: Visit[] = [];
  for (const visit of visits.filter(({ kind }) => kind === 'stay').sort((a, b) => a.day - b.day)) {
    const before = stays.at(-1);
    if (!before || visit.day > before.lastDay) stays.push({ ...visit });
    else {
      join(before, visit);
      before.lastDay = Math.max(before.lastDay, visit.lastDay);
    }
  }
  const others = visits.filter((visit) => {
    if (visit.kind === 'stay') return false;
    const during = stays.find(({ day, lastDay }) => day <= visit.day && visit.day <= lastDay);
    if (during && (visit.kind === 'acute' || visit.kind === 'emergency')) join(during, visit);
    return !during;
  });
  return [...stays, ...others];
}

function oneADay(visits: Visit[]): Visit[] {
  const days = new Map<number, Visit>();
  const ranked = [...visits].sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  for (const visit of ranked) {
    const there = days.get(visit.day);
    if (there) join(there, visit);
    else days.set(visit.day, { ...visit });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

function withoutSoon(visits: Visit[]): Visit[] {
  let last = -Infinity;
  return visits.filter(({ kind, day }) => {
    if (ROUTINE.has(kind) && day - last < SOON_DAYS) return false;
    if (kind !== 'emergency') last = day;
    return true;
  });
}

/** The first visit takes over what the second is about. */
function join(visit: Visit, other: Visit): void {
  visit.reasons = [...new Set([...visit.reasons, ...other.reasons])];
  visit.infusions = [...visit.infusions, ...other.infusions];
  visit.vaccines = [...visit.vaccines, ...other.vaccines];
  visit.procedures = [...visit.procedures, ...other.procedures];
  if (other.kind !== 'followUp' && other.kind !== 'control')
    visit.codes = [...new Set([...visit.codes, ...other.codes])];
}
