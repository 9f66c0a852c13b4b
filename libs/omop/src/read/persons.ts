import {
  Ethnicity,
  type Origin,
  originOfText,
  type PatientRecord,
  quoted,
  Race,
  type Sex,
  sexOfWord,
} from '@ehrsynth/records';
import { readable } from './fates.ts';
import type { Meanings } from './meanings.ts';

export type PersonRow = [
  id: bigint,
  recordId: string,
  born: string | null,
  died: string | null,
  gender: Evidence[0],
  genderConcept: Evidence[1],
  genderSource: Evidence[2],
  race: Evidence[0],
  raceConcept: Evidence[1],
  raceSource: Evidence[2],
  ethnicity: Evidence[0],
  ethnicityConcept: Evidence[1],
  ethnicitySource: Evidence[2],
];

/** What a row says of one thing: the standard concept, the source's concept, its text. */
type Evidence = [standard: bigint | null, source: bigint | null, text: string | null];
/** What the concepts and the text of the evidence mean. */
interface Said {
  concepts: Origin[];
  text: Origin[];
}
type Note = (reason: string, detail: string) => void;

/** The columns of person that say who somebody is, in the order of a row. */
export const EVIDENCE = ['gender', 'race', 'ethnicity'].flatMap((of) =>
  ['concept_id', 'source_concept_id', 'source_value'].map((column) => `${of}_${column}`),
);

/** SQL of the persons in the order of their ids. @param isOrdered false: in any order */
export function personRows(isOrdered = true): string {
  return `
  SELECT p.person_id, l.record_id, CAST(l.born AS VARCHAR), CAST(l.died AS VARCHAR), ${EVIDENCE.map((column) => `p.${column}`).join(', ')}
  FROM (${readable('person')}) p JOIN lives l ON l.person_id = p.person_id${isOrdered ? '\n  ORDER BY p.person_id' : ''}`;
}

/** What the person table says of a patient; what cannot be read is noted. */
export function toPerson(
  [, id, born, died, ...evidence]: PersonRow,
  meanings: Meanings,
  note: Note,
): Omit<PatientRecord, 'encounters' | 'events'> {
  const of = (first: number) => evidence.slice(first, first + 3) as Evidence;
  return {
    id,
    sex: sexOf(of(0), meanings, note),
    birthDate: born ?? undefined,
    deathDate: died ?? undefined,
    ...originsOf(of(3), of(6), meanings, note),
  };
}

/** By the standard concept, the source's, its word: the first that says more than unknown. */
function sexOf([standard, source, text]: Evidence, { sexes }: Meanings, note: Note): Sex {
  const word = text === null ? undefined : sexOfWord(text);
  for (const concept of [standard, source]) {
    const sex = concept === null ? undefined : sexes.get(Number(concept));
    if (!sex || sex === 'unknown') continue;
    if (word && word !== 'unknown' && word !== sex)
      note(
        'gender_source_value says otherwise than the gender concept, not read',
        `${quoted(text!, sexOfWord)} and ${concept}`,
      );
    return sex;
  }
  const unread = unreadOf([standard, source, text], (concept) => sexes.has(concept), word !== undefined);
  if (unread && word === undefined) note('gender not read', unread);
  return word ?? 'unknown';
}

/**
 * A concept of ethnicity that stands where the race should be, or the other way round, is read as what it is; so is the word hispanic
 * as a race.
 */
function originsOf(
  race: Evidence,
  ethnicity: Evidence,
  meanings: Meanings,
  note: Note,
): Pick<PatientRecord, 'race' | 'ethnicity'> {
  const ofRace = saidBy('race', race, meanings);
  const ofEthnicity = saidBy('ethnicity', ethnicity, meanings);
  const read = {
    race: firstOf([...ofRace.concepts, ...ofRace.text, ...ofEthnicity.concepts], 'race', Race),
    ethnicity: firstOf(
      [...ofEthnicity.concepts, ...ofEthnicity.text, ...ofRace.concepts, ...ofRace.text],
      'ethnicity',
      Ethnicity,
    ),
  };
  for (const [name, evidence, { concepts, text }] of [
    ['race', race, ofRace],
    ['ethnicity', ethnicity, ofEthnicity],
  ] as const) {
    noteText(name, evidence, { concepts, text }, note);
    if ([...concepts, ...text].some((origin) => origin[name] ?? (name === 'race' && origin.ethnicity))) continue;
    const isTextRead = text.some((origin) => !origin.race || origin.race === read.race);
    const unread = unreadOf(evidence, (concept) => meanings.origins.has(concept), isTextRead);
    if (unread) note(`${name} not read`, unread);
  }
  return read;
}

/** What each of the evidence means, where it is known. A single letter means nothing beside a concept that is not known. */
function saidBy(name: 'race' | 'ethnicity', [standard, source, text]: Evidence, { origins }: Meanings): Said {
  const ids = [standard, source].map((concept) => Number(concept ?? 0));
  const concepts = ids.map((id) => origins.get(id)).filter((origin) => origin !== undefined);
  const word = text === null ? undefined : (ofColumn(name, text) ?? originOfText(text));
  const isBesideUnknown = ids.some((id) => id !== 0 && !origins.has(id));
  return { concepts, text: word && !(word.isLetter && isBesideUnknown) ? [word] : [] };
}

/** HL7's table 0189 and PCORnet's HISPANIC, which are letters of the ethnicity alone. */
function ofColumn(name: 'race' | 'ethnicity', text: string): Origin | undefined {
  const code = name === 'ethnicity' ? ETHNICITY_LETTERS[text.trim().toUpperCase()] : undefined;
  return code === undefined ? undefined : { ethnicity: code };
}

/** Notes a text that contradicts the concepts, and a letter that is read though it is another thing elsewhere. */
function noteText(name: 'race' | 'ethnicity', [, , text]: Evidence, said: Said, note: Note): void {
  const [word] = said.text;
  if (!word) return;
  const ofConcepts = said.concepts.map((origin) => origin[name]).filter((code) => code !== undefined);
  if (ofConcepts.length === 0 && word.isLetter && !/w\s*$/i.test(text!))
    note(`letter of ${name} read as in the United States`, `${text} as ${word.race ?? word.ethnicity}`);
  if (ofConcepts.length > 0 && word[name] && !ofConcepts.includes(word[name]))
    note(`${name}_source_value says otherwise than the ${name} concept, not read`, `${text} and ${ofConcepts[0]}`);
}

const ETHNICITY_LETTERS: Partial<Record<string, string>> = { H: '2135-2', Y: '2135-2', N: '2186-5' };

function firstOf(origins: Origin[], what: 'race' | 'ethnicity', known: Record<string, string>): string | undefined {
  return origins.map((origin) => origin[what]).find((code) => code !== undefined && known[code] !== undefined);
}

/** What of the evidence nothing is known of; undefined where all of it is understood. */
function unreadOf(
  [standard, source, text]: Evidence,
  isKnown: (concept: number) => boolean,
  isTextKnown: boolean,
): string | undefined {
  const concepts = [standard, source].filter(
    (concept) => concept !== null && concept !== 0n && !isKnown(Number(concept)),
  );
  const unread = concepts.map((concept) => `concept ${concept}`);
  if (text !== null && text.trim() !== '' && !isTextKnown) unread.push(quoted(text));
  return unread.length > 0 ? unread.join(', ') : undefined;
}
