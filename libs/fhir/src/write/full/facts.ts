import { ageInYears, type Code, type CodedEvent, type Encounter, type PatientRecord } from '@ehrsynth/records';
import { toDosage } from '../dosage.ts';
import { plainText } from '../plain-text.ts';
import type { Fact, Facts } from './sentences.ts';

/** What a note is called, by what kind of stay it is of. */
export type NoteKind = 'visit note' | 'emergency note' | 'discharge summary';

/** Diagnoses of a history that are listed; of a longer one the ten most recent, and how many there are. */
const MOST_KNOWN = 10;

export function kindOf(encounterClass: string): NoteKind {
  if (encounterClass === 'EMER') return 'emergency note';
  return ['IMP', 'ACUTE', 'NONAC'].includes(encounterClass) ? 'discharge summary' : 'visit note';
}

/** What a record says of one of its encounters. @param start its day */
export function factsOf(record: PatientRecord, index: number, start: string): Facts {
  const encounter = record.encounters[index];
  const { end } = encounter;
  const own = record.events.filter((event) => event.encounter === index);
  const of = (kind: CodedEvent['kind']) => own.filter((event) => event.kind === kind);
  const named = (kind: CodedEvent['kind']) => listed(of(kind).map((event) => [nameOf(event)]));
  const isStay = kindOf(encounter.class) === 'discharge summary' && end !== undefined && end >= start;
  const beginning = { who: personOn(record, start), date: start, place: PLACES[encounter.class] ?? 'visit' };
  const diagnoses = named('condition');
  const known = knownBefore(record, start);
  const lately = known.slice(-MOST_KNOWN).map((event) => [nameOf(event), event.start!]);
  const history = listed(lately, ([name, day]) => `${name} (${day})`);
  const isLong = known.length > MOST_KNOWN;
  return {
    ...(isStay ? { stay: alone({ ...beginning, end }) } : { visit: alone(beginning) }),
    ...(diagnoses ? { diagnoses } : { noDiagnosis: alone({}) }),
    ...(history && (isLong ? { latestKnown: counted(history, known.length) } : { known: history })),
    drugs: listed(
      of('drug').map((event) => [nameOf(event), inList(toDosage(event)?.text ?? '')].filter(Boolean)),
      (parts) => parts.join(': '),
    ),
    procedures: named('procedure'),
    vaccines: named('immunization'),
    allergies: named('allergy'),
    results: listed(of('measurement').flatMap(resultOf), (parts) => parts.join(' ')),
    ...(endedInDeath(record, encounter) && { died: alone({ date: record.deathDate! }) }),
  };
}

/** The class of encounter in words. */
export const PLACES: Record<string, string> = {
  AMB: 'outpatient',
  EMER: 'emergency department',
  IMP: 'inpatient',
  ACUTE: 'acute inpatient',
  NONAC: 'non-acute inpatient',
  OBSENC: 'observation',
  SS: 'short stay',
  PRENC: 'pre-admission',
  FLD: 'in the field',
  HH: 'at home',
  VR: 'virtual',
};

/** 54-year-old woman; boy; patient. */
export function personOn({ sex, birthDate }: PatientRecord, day: string): string {
  const age = birthDate !== undefined && birthDate <= day ? Math.floor(ageInYears(birthDate, day)) : undefined;
  const isChild = age !== undefined && age < 18;
  const words = {
    female: isChild ? 'girl' : 'woman',
    male: isChild ? 'boy' : 'man',
    other: 'patient',
    unknown: 'patient',
  };
  return age === undefined ? words[sex] : `${age}-year-old ${words[sex]}`;
}

/**
 * Conditions of earlier days, each once as it was recorded last, in the order of these days, without those that this record
 * says are over. Of several records of that day, all must say so.
 */
export function knownBefore({ events }: PatientRecord, day: string): CodedEvent[] {
  const known = new Map<string, CodedEvent>();
  for (const event of events) {
    if (event.kind !== 'condition' || event.start === undefined || event.start >= day) continue;
    const name = nameOf(event);
    const before = known.get(name);
    if (!before || event.start > before.start! || (event.start === before.start && before.active === false))
      known.set(name, event);
  }
  const lasting = [...known.values()].filter(({ active }) => active !== false);
  return lasting.sort((a, b) => (a.start! < b.start! ? -1 : Number(a.start! > b.start!)));
}

export function endedInDeath({ deathDate }: PatientRecord, { start, end }: Encounter): boolean {
  return deathDate !== undefined && start !== undefined && deathDate >= start && deathDate <= (end ?? start);
}

/** What a code is called, or the code; without the semicolon that separates a list. */
export function nameOf({ code }: CodedEvent): string {
  return inList(plainText(code.display ?? '') ?? plainText(code.code) ?? 'unnamed');
}

/** What an answer is called; of one without a title, that it is a code: cohorts keep no titles of answers. */
function answerOf({ display, code }: Code): string {
  return inList(plainText(display ?? '') ?? `coded answer ${plainText(code) ?? 'unnamed'}`);
}

/** A text on one line, without what separates the texts of a list. */
function inList(text: string): string {
  return text.replace(/[;\s]+/g, ' ').trim();
}

/** "Hemoglobin A1c" and "7.2 % (H)"; none without a value. */
function resultOf(event: CodedEvent): [name: string, value: string][] {
  const { quantity, answer, interpretation } = event;
  const { comparator = '', value, unit = '' } = quantity ?? {};
  const number = value === undefined ? undefined : `${comparator === '=' ? '' : comparator}${value} ${unit}`.trim();
  const found = number ?? (answer && answerOf(answer));
  const meaning = interpretation && plainText(interpretation)?.replace(/[;\s]+/g, ' ');
  return found === undefined ? [] : [[nameOf(event), `${found}${meaning ? ` (${meaning})` : ''}`]];
}

function alone(slots: Record<string, string>): Fact {
  return { slots, items: [] };
}

/** Each once; undefined where there is nothing. */
function listed(items: readonly string[][], inWords = ([name]: string[]) => name): Fact | undefined {
  const byText = new Map(items.map((item) => [inWords(item), item]));
  return byText.size > 0 ? { slots: { list: [...byText.keys()].join('; ') }, items: [...byText.values()] } : undefined;
}

function counted({ slots, items }: Fact, count: number): Fact {
  return { slots: { ...slots, count: String(count) }, items };
}
