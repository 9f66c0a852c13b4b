import { ageInYears, type Code, type CodedEvent, type Encounter, type PatientRecord } from '@ehrsynth/records';
import { toDosage } from '../dosage.ts';
import { plainText } from '../plain-text.ts';

/** What a note is called, by what kind of stay it is of. */
export type NoteKind = 'visit note' | 'emergency note' | 'discharge summary';

/** Sentences of each statement; one of them is taken. Each says the same, and each part of it stands in the record. */
export const SENTENCES = {
  visit: [
    '{who} seen on {date} ({place}).',
    'On {date} this {who} was seen ({place}).',
    'Encounter of {date} ({place}): {who}.',
  ],
  stay: [
    '{who} admitted on {date} and discharged on {end} ({place}).',
    'This {who} was in our care from {date} to {end} ({place}).',
  ],
  died: ['The patient died on {date}.', 'Date of death: {date}.'],
  noDiagnosis: ['No diagnosis was recorded.', 'Nothing was diagnosed.'],
  diagnoses: ['Diagnosed: {list}.', 'Diagnoses recorded at this encounter: {list}.', 'Assessment: {list}.'],
  known: ['Known from before: {list}.', 'History: {list}.', 'Diagnosed earlier: {list}.'],
  latestKnown: [
    'Known from before and not recorded as over, the ten most recent of {count}: {list}.',
    'History, the ten most recent of {count} diagnoses not recorded as over: {list}.',
    'Diagnosed earlier and not recorded as over ({count} diagnoses, of which these are the ten most recent): {list}.',
  ],
  drugs: ['Medications ordered: {list}.', 'Prescribed: {list}.', 'Orders for medication: {list}.'],
  procedures: ['Procedures done: {list}.', 'Procedures: {list}.'],
  vaccines: ['Vaccines given: {list}.', 'Immunized with {list}.'],
  allergies: ['Allergies noted: {list}.', 'Allergic to {list}.'],
  results: ['Results: {list}.', 'Measured: {list}.'],
} as const;
export type Statement = keyof typeof SENTENCES;

const SECTIONS: [heading: string, statements: Statement[]][] = [
  ['', ['visit', 'stay']],
  ['HISTORY', ['known', 'latestKnown']],
  ['ASSESSMENT', ['diagnoses', 'noDiagnosis']],
  ['RESULTS', ['results']],
  ['TREATMENT', ['procedures', 'drugs', 'vaccines']],
  ['ALLERGIES', ['allergies']],
  ['OUTCOME', ['died']],
];
/** Diagnoses of a history that are listed; of a longer one the ten most recent, and how many there are. */
const MOST_KNOWN = 10;
const FIRST_LINE = 'This note was written by a program about a synthetic patient. Nobody real is meant.';

/**
 * A note about one encounter, of nothing but what the record says of it: its diagnoses, values, procedures and drugs, what was diagnosed
 * before, and death where it ended in one. Undefined where it has no day.
 * @param pick which of several sentences that say the same is taken
 */
export function noteOf(
  record: PatientRecord,
  index: number,
  clinician: string,
  pick: (sentences: readonly string[], statement: Statement) => string,
): { kind: NoteKind; text: string } | undefined {
  const { start } = record.encounters[index];
  if (start === undefined) return undefined;
  const kind = kindOf(record.encounters[index].class);
  const facts = factsOf(record, index, start);
  const sections = SECTIONS.flatMap(([heading, statements]) => {
    const sentences = statements.flatMap((statement) => {
      const slots = facts[statement];
      return slots ? [filled(pick(SENTENCES[statement], statement), slots)] : [];
    });
    return sentences.length > 0 ? [[heading, ...sentences].filter(Boolean).join('\n')] : [];
  });
  const head = [kind.toUpperCase(), FIRST_LINE, `Author: ${clinician}`].join('\n');
  return { kind, text: `${[head, ...sections].join('\n\n')}\n` };
}

export function kindOf(encounterClass: string): NoteKind {
  if (encounterClass === 'EMER') return 'emergency note';
  return ['IMP', 'ACUTE', 'NONAC'].includes(encounterClass) ? 'discharge summary' : 'visit note';
}

type Slots = Record<string, string>;

function factsOf(record: PatientRecord, index: number, start: string): Partial<Record<Statement, Slots>> {
  const encounter = record.encounters[index];
  const { end } = encounter;
  const own = record.events.filter((event) => event.encounter === index);
  const of = (kind: CodedEvent['kind']) => own.filter((event) => event.kind === kind);
  const isStay = kindOf(encounter.class) === 'discharge summary' && end !== undefined && end >= start;
  const beginning = { who: personOn(record, start), date: start, place: PLACES[encounter.class] ?? 'visit' };
  const diagnoses = listed(of('condition').map(nameOf));
  const known = knownBefore(record, start);
  const history = listed(known.slice(-MOST_KNOWN).map((event) => `${nameOf(event)} (${event.start})`));
  const isLong = known.length > MOST_KNOWN;
  return {
    ...(isStay ? { stay: { ...beginning, end } } : { visit: beginning }),
    ...(diagnoses ? { diagnoses } : { noDiagnosis: {} }),
    ...(history && (isLong ? { latestKnown: { ...history, count: String(known.length) } } : { known: history })),
    drugs: listed(of('drug').map((event) => [nameOf(event), toDosage(event)?.text].filter(Boolean).join(': '))),
    procedures: listed(of('procedure').map(nameOf)),
    vaccines: listed(of('immunization').map(nameOf)),
    allergies: listed(of('allergy').map(nameOf)),
    results: listed(of('measurement').flatMap(resultOf)),
    ...(endedInDeath(record, encounter) && { died: { date: record.deathDate! } }),
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

/** "Hemoglobin A1c 7.2 % (H)"; none without a value. */
export function resultOf(event: CodedEvent): string[] {
  const { quantity, answer, interpretation } = event;
  const { comparator = '', value, unit = '' } = quantity ?? {};
  const number = value === undefined ? undefined : `${comparator === '=' ? '' : comparator}${value} ${unit}`.trim();
  const found = number ?? (answer && answerOf(answer));
  const meaning = interpretation && plainText(interpretation)?.replace(/[;\s]+/g, ' ');
  return found === undefined ? [] : [`${nameOf(event)} ${found}${meaning ? ` (${meaning})` : ''}`];
}

/** Each once. */
function listed(names: readonly string[]): Slots | undefined {
  const own = [...new Set(names)];
  return own.length > 0 ? { list: own.join('; ') } : undefined;
}

function filled(sentence: string, slots: Slots): string {
  const text = sentence.replace(/\{(\w+)\}/g, (_, name: string) => slots[name]);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
