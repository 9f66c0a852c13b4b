import { atAge } from '../by-age.ts';
import { ADULT_DOSES, CHILD_DOSES, COVID_DOSES, DOSE_GIVEN, influenzaVaccine } from '../data/immunizations.ts';
import { dateOf, DAYS_A_YEAR, dayNumber, workingDay } from '../days.ts';
import type { VisitKind } from '../types.ts';
import { type Planning, type Visit, visit } from './visit.ts';

/** Visits at which a vaccine may be given on the way. */
const ON_THE_WAY = new Set<VisitKind>([
  'checkUp',
  'control',
  'wellChild',
  'acute',
  'prenatal',
  'followUp',
  'vaccination',
]);
/** Spread of the willingness to be vaccinated between persons, on the log-odds. */
const WILLINGNESS = 1.3;
/** Share of those without a visit in autumn who come for the vaccine alone. */
const COMES_FOR_IT = 0.5;
const MONTH_DAYS = 30.44;
/** A child's dose is made up for within so many months. */
const LATE_MONTHS = 20;

/** The same visits with the vaccines that are given, and visits of their own where there is none. */
export function vaccinate(visits: Visit[], planning: Planning): Visit[] {
  childDoses(visits, planning);
  adultDoses(visits, planning);
  const added = [...influenza(visits, planning), ...covid(visits, planning)];
  return [...visits, ...added].sort((a, b) => a.day - b.day);
}

function childDoses(visits: Visit[], { life, rng }: Planning): void {
  const { birth, entry } = life.person;
  for (const [months, codes] of CHILD_DOSES) {
    const due = birth + months * MONTH_DAYS - 10;
    if (due < entry) continue;
    const at = visits.find(
      ({ kind, day }) => kind === 'wellChild' && day >= due && day < due + LATE_MONTHS * MONTH_DAYS,
    );
    at?.vaccines.push(...codes.filter((code) => !at.vaccines.includes(code) && rng.chance(DOSE_GIVEN)));
  }
  if (entry === birth && visits[0]?.day === birth) visits[0].vaccines.push('08');
}

function adultDoses(visits: Visit[], { life, rng }: Planning): void {
  const given = new Set<string>();
  for (const { kind, day, vaccines } of visits) {
    if (kind !== 'checkUp') continue;
    const age = (day - life.person.birth) / DAYS_A_YEAR;
    const year = Number(dateOf(day).slice(0, 4));
    for (const { cvx, probability, ages, years, once } of ADULT_DOSES) {
      const isFor = age >= ages[0] && age < ages[1] + 1 && year >= years[0] && year <= years[1];
      if (!isFor || (once && given.has(cvx)) || !rng.chance(probability)) continue;
      given.add(cvx);
      vaccines.push(cvx);
    }
  }
}

function influenza(visits: Visit[], { process, life, rng }: Planning): Visit[] {
  const { birth, entry } = life.person;
  const { influenzaVaccine: shares } = process.world.visits;
  const willing = Math.exp(WILLINGNESS * rng.normal());
  const added: Visit[] = [];
  const [first, last] = [entry, life.end].map((day) => Number(dateOf(day).slice(0, 4)));
  for (let year = first; year <= last; year++) {
    const [from, to] = [dayNumber(`${year}-09-05`), dayNumber(`${year}-12-10`)];
    const age = (from - birth) / DAYS_A_YEAR;
    const share = atAge(shares, age);
    const odds = (share / (1 - share)) * willing;
    // Most come in October.
    const wanted = Math.min(to, from + Math.floor(rng.gamma(3, 13)));
    if (age < 0.5 || !rng.chance(odds / (1 + odds))) continue;
    const code = influenzaVaccine(age, year);
    const onTheWay = visits.find(({ kind, day }) => ON_THE_WAY.has(kind) && day >= from && day <= to);
    if (onTheWay) onTheWay.vaccines.push(code);
    else if (rng.chance(COMES_FOR_IT)) added.push(...alone(Math.max(from, workingDay(wanted)), code, visits, life));
  }
  return added;
}

function covid(visits: Visit[], { life, rng }: Planning): Visit[] {
  const { share, from, to, apart, fromAge, codes } = COVID_DOSES;
  const first = dayNumber(from) + rng.int(dayNumber(to) - dayNumber(from));
  const code = Object.keys(codes)[rng.weighted(Object.values(codes))];
  const isOld = (first - life.person.birth) / DAYS_A_YEAR >= fromAge;
  if (!isOld || !rng.chance(share)) return [];
  return [first, first + apart].flatMap((day) => alone(workingDay(day), code, visits, life));
}

/** A visit for a vaccine alone, where nothing else is on the day. */
function alone(day: number, code: string, visits: Visit[], { person, end }: Planning['life']): Visit[] {
  const isTaken = visits.some((other) => other.day <= day && day <= other.lastDay + 1);
  if (isTaken || day < person.entry || day > end) return [];
  return [visit('vaccination', day, { vaccines: [code] })];
}
