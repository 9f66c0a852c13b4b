import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { toDosage } from '../write/dosage.ts';
import { sentenceFault } from '../write/full/read-sentence.ts';
import type { Fact, Facts, Statement } from '../write/full/sentences.ts';

/** The sections of a note, as the description of the notes has them. */
const SECTIONS: [heading: string, statements: Statement[]][] = [
  ['', ['visit', 'stay']],
  ['HISTORY', ['known', 'latestKnown']],
  ['ASSESSMENT', ['diagnoses', 'noDiagnosis']],
  ['RESULTS', ['results']],
  ['TREATMENT', ['procedures', 'drugs', 'vaccines']],
  ['ALLERGIES', ['allergies']],
  ['OUTCOME', ['died']],
];
const PLACES: Record<string, string> = {
  AMB: 'outpatient',
  EMER: 'emergency department',
  IMP: 'inpatient',
  VR: 'virtual',
};
/** The longest history that is listed whole. */
const WHOLE_HISTORY = 10;

/**
 * Reads a note of an encounter: what it says and the record does not, and what it leaves out. What it should say is found from the record here, and not by
 * what wrote the note.
 */
export function noteFaults(text: string, record: PatientRecord, index: number): string[] {
  const facts = shouldSay(record, index);
  const lines = text.trimEnd().split('\n\n').slice(1).join('\n').split('\n');
  const faults: string[] = [];
  for (const [heading, statements] of SECTIONS) {
    const own = statements.filter((statement) => facts[statement]);
    if (own.length > 0 && heading !== '' && lines.shift() !== heading) faults.push(`no section ${heading}`);
    for (const statement of own) {
      const line = lines.shift() ?? '';
      const found = sentenceFault(line, statement, facts[statement]!, record.sex);
      if (found) faults.push(`${statement}: ${found.fault}: ${found.at} (${line})`);
    }
  }
  return [...faults, ...lines.map((line) => `not understood: ${line}`)];
}

function shouldSay(record: PatientRecord, index: number): Facts {
  const { class: kind, start, end } = record.encounters[index];
  const own = record.events.filter((event) => event.encounter === index);
  const named = (wanted: CodedEvent['kind'], more: (event: CodedEvent) => string = () => '') =>
    each(
      own
        .filter((event) => event.kind === wanted)
        .map((event) => [titleOf(event.code), more(event)].filter((part) => part !== '')),
    );
  const opening = { who: whoIs(record, start!), date: start!, place: PLACES[kind] ?? 'visit' };
  const isStay = kind === 'IMP' && end !== undefined && end >= start!;
  const results = own.filter(
    ({ kind, quantity, answer }) => kind === 'measurement' && (quantity?.value !== undefined || answer),
  );
  const diagnoses = named('condition');
  const isDead = record.deathDate !== undefined && record.deathDate >= start! && record.deathDate <= (end ?? start!);
  return {
    ...(isStay ? { stay: { slots: { ...opening, end }, items: [] } } : { visit: { slots: opening, items: [] } }),
    ...historyOf(record, start!),
    ...(diagnoses ? { diagnoses } : { noDiagnosis: { slots: {}, items: [] } }),
    results: each(results.map((event) => [titleOf(event.code), valueOf(event)])),
    procedures: named('procedure'),
    drugs: named('drug', (event) => inList(toDosage(event)?.text ?? '')),
    vaccines: named('immunization'),
    allergies: named('allergy'),
    ...(isDead && { died: { slots: { date: record.deathDate! }, items: [] } }),
  };
}

/**
 * Earlier diagnoses: each once, with the last day on which it was recorded, unless every record of that day says it is over; of
 * many the ten latest, and how many.
 */
function historyOf({ events }: PatientRecord, start: string): Facts {
  const earlier = events.filter(
    (event) => event.kind === 'condition' && event.start !== undefined && event.start < start,
  );
  const names = [...new Set(earlier.map(({ code }) => titleOf(code)))];
  const lasting = names.flatMap((name) => {
    const own = earlier.filter(({ code }) => titleOf(code) === name);
    const day = own
      .map((event) => event.start!)
      .sort()
      .at(-1)!;
    return own.some((event) => event.start === day && event.active !== false) ? [[name, day]] : [];
  });
  if (lasting.length === 0) return {};
  if (lasting.length <= WHOLE_HISTORY) return { known: { slots: {}, items: lasting } };
  const latest = lasting.sort(([, a], [, b]) => a.localeCompare(b)).slice(-WHOLE_HISTORY);
  return { latestKnown: { slots: { count: String(lasting.length) }, items: latest } };
}

/** Each once. */
function each(items: readonly string[][]): Fact | undefined {
  const distinct = items.filter((item, i) => items.findIndex((other) => String(other) === String(item)) === i);
  return distinct.length > 0 ? { slots: {}, items: distinct } : undefined;
}

function whoIs({ sex, birthDate }: PatientRecord, day: string): string {
  const isBorn = birthDate !== undefined && birthDate <= day;
  const age = isBorn ? yearsBetween(birthDate, day) : undefined;
  const [grown, child] = { female: ['woman', 'girl'], male: ['man', 'boy'], other: [], unknown: [] }[sex];
  const word = (age !== undefined && age < 18 ? child : grown) ?? 'patient';
  return age === undefined ? word : `${age}-year-old ${word}`;
}

/** Birthdays between two days. */
function yearsBetween(birth: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

function titleOf({ code, display }: CodedEvent['code']): string {
  return inList(display?.trim() ? display : code);
}

function valueOf({ quantity, answer, interpretation }: CodedEvent): string {
  const { comparator, value, unit } = quantity ?? {};
  const number = value === undefined ? [] : [`${comparator && comparator !== '=' ? comparator : ''}${value}`, unit];
  const { display, code } = answer ?? { code: '' };
  const found = value === undefined ? [inList(display?.trim() ? display : `coded answer ${code}`)] : number;
  return [...found, interpretation && `(${inList(interpretation)})`].filter(Boolean).join(' ');
}

function inList(text: string): string {
  return text.replace(/[;\s]+/g, ' ').trim();
}
