import type { CodedEvent } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Course } from './courses.ts';
import { dateOf } from './days.ts';
import type { Pharmacy } from './pharmacy.ts';
import type { Process } from './process.ts';
import { DAY_MINUTES, eventAt, type Timed } from './timed.ts';
import type { Drug } from './types.ts';
import { clock } from './visits/clock.ts';

const PRESCRIBED_AFTER_MINUTES = 15;
const PHARMACY = { opens: 9 * 60, minutes: 10 * 60 };

/** The first supply of a prescription at its visit; refills at the pharmacy, which are no visits. */
export function dispensed(
  courses: Course[],
  timed: Timed[],
  { world }: Process,
  pharmacy: Pharmacy,
  rng: Rng,
): CodedEvent[] {
  const byVisit = new Map(timed.map((at) => [at.visit, at]));
  const products = new Map<string, CodedEvent['code']>();
  return courses.flatMap(({ drug: name, fills }) => {
    const drug = world.drugs[name];
    const code = products.get(name) ?? pharmacy.dispense(name, rng);
    products.set(name, code);
    return fills.map(({ day, visit }): CodedEvent => {
      const event = { kind: 'drug' as const, code, ...supply(drug) };
      const at = visit && byVisit.get(visit);
      if (!at) return { ...event, start: dateOf(day), startTime: clock(PHARMACY.opens + rng.int(PHARMACY.minutes)) };
      const minute = day > visit.day ? day * DAY_MINUTES + PHARMACY.opens : at.from + PRESCRIBED_AFTER_MINUTES;
      return eventAt({ ...event, ...(drug.refills > 0 && { refills: drug.refills }) }, minute, at);
    });
  });
}

function supply({ daysSupply, timesPerDay, dose, route }: Drug): Omit<CodedEvent, 'kind' | 'code'> {
  return {
    dose,
    timesPerDay,
    daysSupply,
    quantity: { value: Math.round(dose.value * timesPerDay * daysSupply * 100) / 100, unit: dose.unit },
    route: { text: route },
  };
}
