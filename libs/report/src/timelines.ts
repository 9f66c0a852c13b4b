import { sectionOf } from './html.ts';

/** What a timeline shows of a record. */
export interface ShownRecord {
  sex: string;
  birthDate?: string;
  encounters: readonly { class: string; start?: string; end?: string }[];
  events: readonly {
    kind: string;
    code: { code: string; display?: string };
    start?: string;
    end?: string;
    daysSupply?: number;
    quantity?: { value?: number; unit?: string };
    answer?: { code: string; display?: string };
  }[];
}

/** Of each point its day since 1970, and its value or its last day. */
type Point = [day: number, value?: number];

interface TimelineRow {
  kind: 'visit' | 'condition' | 'drug' | 'value' | 'procedure' | 'immunization' | 'allergy' | 'finding';
  label: string;
  points: Point[];
}

export interface Timeline {
  title: string;
  rows: TimelineRow[];
}

/** Synthetic patients that a report shows one by one. */
export const MOST_TIMELINES = 20;

const dayOf = (date: string) => Math.round(Date.parse(date) / 86_400_000);

/** A synthetic record as rows of a timeline: visits, then a row for each code, in order of time. Undated events are left out. */
export function timelineOf({ sex, birthDate, encounters, events }: ShownRecord): Timeline {
  const rows = new Map<string, TimelineRow>();
  const add = (kind: TimelineRow['kind'], label: string, start: string | undefined, more?: number) => {
    if (start === undefined) return;
    const row = rows.get(`${kind} ${label}`) ?? { kind, label, points: [] };
    rows.set(`${kind} ${label}`, row);
    row.points.push(more === undefined ? [dayOf(start)] : [dayOf(start), more]);
  };
  for (const { class: kind, start, end } of encounters) add('visit', kind, start, end ? dayOf(end) : undefined);
  for (const { kind, code, start, end, daysSupply, quantity, answer } of events) {
    const name = code.display ?? code.code;
    const last = end ? dayOf(end) : start && daysSupply ? dayOf(start) + daysSupply : undefined;
    if (kind !== 'measurement') add(kind as TimelineRow['kind'], name, start, last);
    else if (quantity?.value === undefined)
      add('finding', answer ? `${name}: ${answer.display ?? answer.code}` : name, start);
    else add('value', quantity.unit ? `${name}, ${quantity.unit}` : name, start, quantity.value);
  }
  const all = [...rows.values()];
  for (const { points } of all) points.sort(([a], [b]) => a - b);
  return { title: [sex, birthDate && `born ${birthDate.slice(0, 4)}`].filter(Boolean).join(', '), rows: all };
}

/** Synthetic patients to look through, one at a time; nothing where there are none with a date. */
export function timelineSection(timelines: readonly Timeline[] = []): string {
  if (timelines.length === 0) return '';
  return sectionOf(
    'patients',
    'Synthetic patients',
    `<p>The first ${timelines.length} synthetic patients: visits, codes, values and drugs over time. None of them is a real patient.</p>`,
    `<div id="timelines"><p class="controls"><button id="previous">Previous</button><button id="next">Next</button> <span id="which" aria-live="polite"></span></p>
<div id="timeline"></div></div>`,
  );
}
