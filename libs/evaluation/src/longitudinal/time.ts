import { civilOf, weekdayOf } from '@ehrsynth/histories';
import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, eachSide, type SideName } from '../sides.ts';
import { ksDistance, totalVariation } from './distances.ts';
import { both, type Figure, figureOf, GROUPS, type Jackknifed, WITHOUT } from './figure.ts';
import { MeanSums } from './jackknife-sums.ts';
import type { Side, Sides } from './side.ts';
import {
  agesAtVisit,
  codesPerVisit,
  gaps,
  lengthsOfStay,
  packedValues,
  peopleWith,
  spans,
  type Values,
  visitsPerRecord,
} from './time-values.ts';

/** When and how often people are seen: Kolmogorov–Smirnov distances, and total variation where it says so. */
export interface TimeFit {
  visitsPerRecord: Figure;
  /** Days from the first visit to the last. */
  span: Figure;
  /** Days between the beginnings of a visit and the next. */
  gaps: Figure;
  /** Distinct codes. */
  codesPerVisit: Figure;
  ageAtVisit: Figure;
  /** Mean over the classes of visits, each as often as the held-out visits have it. */
  lengthOfStay: Figure;
  lengthOfStayByClass: { class: string; distance: Figure }[];
  /** Total variation of the shares of visits by month of the year, and by day of the week. */
  months: Figure;
  weekdays: Figure;
  /** Shares of visits that begin in each month, January first, and on each weekday, Monday first. */
  byMonth: Record<SideName, (number | null)[]>;
  byWeekday: Record<SideName, (number | null)[]>;
}

/** @param minPatients figures that fewer people of a real side have a part in are not measured */
export async function timeFit(sides: Sides, minPatients: number, pause: Pause = yieldToEventLoop): Promise<TimeFit> {
  const distances = async (values: Values): Promise<Both<Jackknifed>> => {
    await pause();
    const isMeasured = (name: SideName) => peopleWith(sides[name], values) >= minPatients;
    if (!isMeasured('holdout')) return { synthetic: undefined, floor: undefined };
    const reference = packedValues(sides.holdout, values);
    return both((other) => (isMeasured(other) ? ksDistance(reference, packedValues(sides[other], values)) : undefined));
  };
  const figure = async (values: Values, what: string) =>
    figureOf(await distances(values), `fewer than ${minPatients} patients of one of the groups have ${what}`);
  const stays = await lengthOfStay(sides, minPatients, distances);
  const calendar = (kinds: number, kindOf: (day: number) => number) => {
    const counts = eachSide((name) => visitsBy(sides[name], kinds, kindOf));
    return {
      figure: figureOf(
        both((other) =>
          peopleWith(sides.holdout, spans) < minPatients || peopleWith(sides[other], spans) < minPatients
            ? undefined
            : totalVariation(counts.holdout.visits, counts[other].visits, kinds),
        ),
        `fewer than ${minPatients} patients of one of the groups have a visit`,
      ),
      shares: eachSide((name) => sharesOf(counts[name], name === 'synthetic' ? 0 : minPatients)),
    };
  };
  const months = calendar(12, (day) => civilOf(day)[1] - 1);
  const weekdays = calendar(7, weekdayOf);
  return {
    visitsPerRecord: await figure(visitsPerRecord, 'records'),
    span: await figure(spans, 'a visit'),
    gaps: await figure(gaps, 'two visits'),
    codesPerVisit: await figure(codesPerVisit, 'a visit'),
    ageAtVisit: await figure(agesAtVisit, 'a visit and a birth date'),
    ...stays,
    months: months.figure,
    weekdays: weekdays.figure,
    byMonth: months.shares,
    byWeekday: weekdays.shares,
  };
}

async function lengthOfStay(
  { holdout }: Sides,
  minPatients: number,
  distances: (values: Values) => Promise<Both<Jackknifed>>,
): Promise<Pick<TimeFit, 'lengthOfStay' | 'lengthOfStayByClass'>> {
  const { arrays, dictionary } = holdout.histories;
  const visits = new Float64Array(dictionary.classes.texts.length);
  for (const one of arrays.visitClass) visits[one]++;
  const mean = both(() => new MeanSums());
  const byClass: TimeFit['lengthOfStayByClass'] = [];
  for (let one = 0; one < visits.length; one++) {
    // Of events without an encounter nobody knows how long they took.
    if (one === 0 || visits[one] === 0 || peopleWith(holdout, lengthsOfStay(one)) < minPatients) continue;
    const found = await distances(lengthsOfStay(one));
    for (const key of ['synthetic', 'floor'] as const)
      if (found[key] && Number.isFinite(found[key][GROUPS])) mean[key].add(found[key], visits[one]);
    const reason = `fewer than ${minPatients} patients of one of the groups have a visit of the class`;
    byClass.push({ class: dictionary.classes.texts[one], distance: figureOf(found, reason) });
  }
  return {
    lengthOfStay: figureOf(
      both((other) => mean[other === 'training' ? 'floor' : other].values()),
      `no class of visits occurs in ${minPatients} patients of each group`,
    ),
    lengthOfStayByClass: byClass,
  };
}

interface CalendarCounts {
  /** Visits by kind and group. */
  visits: Int32Array;
  /** People with a visit of the kind. */
  people: Int32Array;
}

function visitsBy(
  { histories: { arrays, patients }, groups }: Side,
  kinds: number,
  kindOf: (day: number) => number,
): CalendarCounts {
  const [visits, people] = [new Int32Array(kinds * WITHOUT), new Int32Array(kinds)];
  const last = new Int32Array(kinds).fill(-1);
  for (let patient = 0; patient < patients; patient++) {
    for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++) {
      const kind = kindOf(arrays.firstDay[visit]);
      visits[kind * WITHOUT + groups[patient]]++;
      visits[kind * WITHOUT + GROUPS]++;
      if (last[kind] === patient) continue;
      last[kind] = patient;
      people[kind]++;
    }
  }
  return { visits, people };
}

/**
 * Shares of the visits; null of a kind that some people have, but fewer than k. Where that is one kind alone its share would follow
 * from the others: the next smallest is left out too.
 */
function sharesOf({ visits, people }: CalendarCounts, k: number): (number | null)[] {
  const counts = Array.from(people, (_, kind) => visits[kind * WITHOUT + GROUPS]);
  const total = Math.max(
    1,
    counts.reduce((a, b) => a + b, 0),
  );
  const hidden = new Set([...people.keys()].filter((kind) => people[kind] > 0 && people[kind] < k));
  if (hidden.size === 1) {
    const others = [...people.keys()].filter((kind) => people[kind] > 0 && !hidden.has(kind));
    if (others.length > 0) hidden.add(others.sort((a, b) => counts[a] - counts[b] || a - b)[0]);
  }
  return counts.map((count, kind) => (hidden.has(kind) ? null : count / total));
}
