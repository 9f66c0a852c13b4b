import { dateOf, readDate } from './dates.ts';
import type { Note } from './note.ts';
import type { Resource } from './resources.ts';

/** The day of a claim: of what it bills, or else the first of its lines', or else when it was made. */
export function claimDate(resource: Resource): string | undefined {
  const billed = dateOf(resource.billablePeriod?.start);
  if (billed !== undefined) return billed;
  const items = (resource.item ?? []) as Resource[];
  const procedures = (resource.procedure ?? []) as Resource[];
  const days = [
    ...items.map(({ servicedDate, servicedPeriod }) => dateOf(servicedDate ?? servicedPeriod?.start)),
    ...procedures.map(({ date }) => dateOf(date)),
  ].filter((day) => day !== undefined);
  return days.sort()[0] ?? dateOf(resource.billablePeriod?.end) ?? dateOf(resource.created);
}

/** What is given as a date of a claim and is none. */
export function datesNotRead({ resourceType, billablePeriod, item, procedure }: Resource): Note[] {
  const notes: Note[] = [];
  readDate(billablePeriod?.start, `${resourceType}.billablePeriod.start`, notes);
  readDate(billablePeriod?.end, `${resourceType}.billablePeriod.end`, notes);
  for (const { servicedDate, servicedPeriod } of (item ?? []) as Resource[]) {
    readDate(servicedDate, `${resourceType}.item.servicedDate`, notes);
    readDate(servicedPeriod?.start, `${resourceType}.item.servicedPeriod.start`, notes);
  }
  for (const { date } of (procedure ?? []) as Resource[]) readDate(date, `${resourceType}.procedure.date`, notes);
  return notes;
}
