import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { eachSide } from '../sides.ts';
import { classGivenCode } from './class-given-code.ts';
import { type Figure, figureOf } from './figure.ts';
import { firstAge } from './first-age.ts';
import { order } from './order.ts';
import { recurrence } from './recurrence.ts';
import { singleCodes } from './single-codes.ts';
import { successions } from './successions.ts';
import { lives, sidesOf } from './testing.ts';
import {
  type Fault,
  faulty,
  longerStays,
  movedCodes,
  neverAgain,
  redrawnDates,
  shuffledClasses,
  shuffledVisits,
  younger,
} from './testing-faults.ts';
import { timeFit } from './time.ts';
import { totalsOf } from './totals.ts';
import { visitPairs } from './visit-pairs.ts';

const PATIENTS = 600;
const [training, holdout, others] = [lives(PATIENTS, 1), lives(PATIENTS, 2), lives(PATIENTS, 3)];

async function figuresOf(synthetic: PatientRecord[]): Promise<Record<string, Figure>> {
  const sides = await sidesOf(holdout, synthetic, training);
  const totals = eachSide((name) => totalsOf(sides[name]));
  const single = singleCodes(sides, totals);
  const pairs = await visitPairs(sides, totals);
  const next = await successions(sides, totals, single.visits, 11);
  const time = await timeFit(sides, 11);
  const again = await recurrence(sides);
  const of = (values: Parameters<typeof figureOf>[0]) => figureOf(values, 'not measured', -Infinity);
  return {
    recordCodes: of(single.recordCodes),
    visitCodes: of(single.visitCodes),
    recordBigrams: of(pairs.recordBigrams),
    visitBigrams: of(pairs.visitBigrams),
    sequentialRecordBigrams: of(next.recordBigrams),
    sequentialVisitBigrams: of(next.visitBigrams),
    lift: of(next.lift),
    visits: time.visitsPerRecord,
    span: time.span,
    gaps: time.gaps,
    codesPerVisit: time.codesPerVisit,
    ageAtVisit: time.ageAtVisit,
    lengthOfStay: time.lengthOfStay,
    months: time.months,
    weekdays: time.weekdays,
    recurrence: of(again.difference),
    recurrenceDays: of(again.days),
    order: of((await order(sides)).r),
    firstAge: of((await firstAge(sides)).distance),
    classGivenCode: of((await classGivenCode(sides)).variation),
  };
}

/** Figures whose interval does not meet the floor's. */
async function caughtBy(fault: Fault): Promise<string[]> {
  const figures = await figuresOf(faulty(others, fault));
  return Object.entries(figures)
    .filter(([, { synthetic, floor }]) => synthetic!.lower > floor!.upper || synthetic!.upper < floor!.lower)
    .map(([name]) => name);
}

it('an independent draw meets the floor in every figure', async () => {
  expect(await caughtBy((record) => record)).toEqual([]);
});

it.each<[string, Fault, caught: string[], others: string[]]>([
  [
    'visits in another order',
    shuffledVisits,
    ['sequentialRecordBigrams', 'sequentialVisitBigrams', 'lift', 'order'],
    ['recordCodes', 'visitCodes', 'recordBigrams', 'visitBigrams', 'span', 'gaps', 'months', 'classGivenCode'],
  ],
  [
    'days drawn anew',
    redrawnDates,
    ['span', 'gaps', 'recurrenceDays'],
    ['recordCodes', 'visitBigrams', 'sequentialVisitBigrams', 'lift', 'visits', 'codesPerVisit', 'order'],
  ],
  [
    'codes in other visits',
    movedCodes,
    ['recordBigrams', 'visitBigrams', 'sequentialVisitBigrams', 'order', 'classGivenCode'],
    ['recordCodes', 'visits', 'span', 'gaps', 'lengthOfStay', 'months'],
  ],
  ['born ten years later', younger, ['firstAge', 'ageAtVisit'], ['recordCodes', 'lift', 'gaps', 'recurrence']],
  ['classes in another order', shuffledClasses, ['classGivenCode'], ['visitBigrams', 'lift', 'gaps', 'firstAge']],
  ['codes that never come again', neverAgain, ['recurrence'], ['recordCodes', 'gaps', 'firstAge']],
  ['longer stays', longerStays, ['lengthOfStay'], ['gaps', 'visitBigrams', 'classGivenCode', 'order']],
])('%s', async (_, fault, meant, unmoved) => {
  const caught = await caughtBy(fault);
  for (const name of meant) expect(caught).toContain(name);
  for (const name of unmoved) expect(caught).not.toContain(name);
});
