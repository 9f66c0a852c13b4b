import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { dayNumber, SIMULATION_END } from '../days.ts';
import { type Estimate, meanEstimate, normalEstimate } from './estimate.ts';

/** Days between two fills of a drug beyond what the first lasted, where one was a refill of the other. */
export function refillLateness(records: Iterable<PatientRecord>): { mean: Estimate; sd: number } {
  const late: number[] = [];
  for (const { events } of records) {
    const last = new Map<string, CodedEvent>();
    for (const event of events) {
      if (event.kind !== 'drug') continue;
      const before = last.get(event.code.code);
      const isRefill = before && event.encounter === undefined && before.daysSupply! >= 28;
      if (isRefill) late.push(dayNumber(event.start!) - dayNumber(before.start!) - before.daysSupply!);
      last.set(event.code.code, event);
    }
  }
  const mean = meanEstimate(late);
  const sd = Math.sqrt(late.reduce((sum, days) => sum + (days - mean.value) ** 2, 0) / (late.length - 1));
  return { mean, sd };
}

/** Share of discharges from hospital (alive, and seen for long enough) with a visit to the clinic so many days later. */
export function visitsAfterDischarge(records: Iterable<PatientRecord>, [least, most]: [number, number]): Estimate {
  let [discharges, kept] = [0, 0];
  for (const { encounters, deathDate } of records) {
    const end = dayNumber(deathDate ?? SIMULATION_END);
    encounters.forEach(({ class: of, end: out }) => {
      const from = dayNumber(out!);
      if (of !== 'IMP' || from + most > end) return;
      const isBackIn = encounters.some(
        ({ class: other, start }) => other === 'IMP' && dayNumber(start!) > from && dayNumber(start!) <= from + most,
      );
      if (isBackIn) return;
      discharges++;
      const isThere = ({ class: other, start }: (typeof encounters)[number]) => {
        const days = dayNumber(start!) - from;
        return other === 'AMB' && days >= least && days <= most;
      };
      if (encounters.some(isThere)) kept++;
    });
  }
  const share = kept / discharges;
  return normalEstimate(share, Math.sqrt((share * (1 - share)) / discharges));
}

/** Share of a condition's codes by month, January first. */
export function byMonth(records: Iterable<PatientRecord>, codes: string[]): number[] {
  const months = Array.from({ length: 12 }, () => 0);
  for (const { events } of records) {
    for (const { code, start } of events) if (codes.includes(code.code)) months[Number(start!.slice(5, 7)) - 1]++;
  }
  const total = months.reduce((sum, count) => sum + count, 0);
  return months.map((count) => count / total);
}

/** Kaplan–Meier: the share alive so many years after the first of the codes, of those who had a year without it. */
export function survival(records: Iterable<PatientRecord>, codes: string[], years: number): Estimate {
  const followed: { days: number; died: boolean }[] = [];
  for (const { events, deathDate } of records) {
    const first = events.find(({ kind, code }) => kind === 'condition' && codes.includes(code.code));
    if (!first || dayNumber(first.start!) - dayNumber(events[0].start!) < 365) continue;
    const days = dayNumber(deathDate ?? SIMULATION_END) - dayNumber(first.start!);
    followed.push({ days, died: deathDate !== undefined });
  }
  followed.sort((a, b) => a.days - b.days);
  let [alive, variance] = [1, 0];
  followed.forEach(({ days, died }, i) => {
    if (!died || days > years * 365.25) return;
    const atRisk = followed.length - i;
    alive *= 1 - 1 / atRisk;
    variance += 1 / (atRisk * Math.max(1, atRisk - 1));
  });
  return normalEstimate(alive, alive * Math.sqrt(variance));
}
