import { atAge } from '../by-age.ts';
import { DAYS_A_YEAR, workingDay, workingDayFrom } from '../days.ts';
import { interval, isKept, type Planning, type Visit, visit } from './visit.ts';

/** Check-ups once a year, well-child visits by the schedule, and visits at the rhythm that the chronic diseases need. */
export function routineVisits(planning: Planning): Visit[] {
  return [...wellChild(planning), ...checkUps(planning), ...controls(planning)];
}

function wellChild(planning: Planning): Visit[] {
  const { process, life, rng } = planning;
  const { wellChildDays, wellChildKept, checkUpDays, variation } = process.world.visits;
  const { birth, entry } = life.person;
  const days = wellChildDays.map((day) => birth + Math.max(2, Math.round(day + day * 0.03 * rng.normal())));
  const until = birth + 18 * DAYS_A_YEAR;
  for (let day = birth + 4 * DAYS_A_YEAR; day < until; day += interval(checkUpDays, variation, rng)) days.push(day);
  return days
    .map((day) => (day - birth < 30 ? workingDayFrom : workingDay)(Math.floor(day)))
    .filter((day) => day >= entry && day <= life.end && day < until - 3 && isKept(wellChildKept, planning))
    .map((day) => {
      const weeks = day - birth;
      const code = weeks < 8 ? 'Z00.110' : weeks < 29 ? 'Z00.111' : 'Z00.129';
      return visit('wellChild', day, { codes: [code] });
    });
}

function checkUps(planning: Planning): Visit[] {
  const { process, life, rng } = planning;
  const { checkUp, checkUpDays, variation } = process.world.visits;
  const { sex, birth, entry } = life.person;
  const found: Visit[] = [];
  const adult = birth + 18.1 * DAYS_A_YEAR;
  let day = Math.max(entry, adult) + rng.next() * checkUpDays;
  for (; day <= life.end; day += interval(checkUpDays, variation, rng)) {
    const share = atAge(checkUp[sex === 'female' ? 'women' : 'men'], (day - birth) / DAYS_A_YEAR);
    if (isKept(share, planning)) found.push(visit('checkUp', workingDay(Math.floor(day)), { codes: ['Z00.00'] }));
  }
  return found;
}

/** The next visit is due after the shortest interval among the diseases that are there; a new disease brings it forward. */
function controls(planning: Planning): Visit[] {
  const { process, life, rng } = planning;
  const { variation, controlKept } = process.world.visits;
  const needs = life.spells
    .map(({ begin, end, condition }) => ({
      begin,
      end,
      days: process.conditions[condition].controlDays ?? Infinity,
    }))
    .filter(({ days, end }) => days < Infinity && end > life.person.entry);
  const found: Visit[] = [];
  let day = life.person.entry;
  let isFirst = true;
  while (day <= life.end) {
    const now = needs.filter(({ begin, end }) => begin <= day && day < end);
    const shortest = Math.min(Infinity, ...now.map(({ days }) => days));
    let next = day + (isFirst ? rng.next() * shortest : interval(shortest, variation, rng));
    if (shortest === Infinity) next = Infinity;
    isFirst = false;
    for (const { begin, days } of needs) {
      if (begin > day && begin < next) next = Math.min(next, Math.max(day + 1, begin + interval(days, variation, rng)));
    }
    if (next > life.end) break;
    day = next;
    const isNeeded = needs.some(({ begin, end }) => begin <= day && day < end);
    if (isNeeded && isKept(controlKept, planning)) found.push(visit('control', workingDay(Math.floor(day))));
  }
  return found;
}
