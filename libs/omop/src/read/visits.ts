import { classOfWords, type Encounter, ENCOUNTER_CODES, quoted } from '@ehrsynth/records';
import { isKindOf } from '../cdm/visit-classes.ts';
import { VISIT } from '../cdm/concepts.ts';
import { readable } from './fates.ts';
import type { Meanings } from './meanings.ts';
import { minuteOf } from './sql-times.ts';
import { isAfter, timeText } from './times.ts';

export type VisitRow = [
  person: bigint,
  id: bigint | null,
  concept: bigint | null,
  sourceConcept: bigint | null,
  source: string | null,
  start: string,
  /** Minutes since midnight. */
  startMinute: number | null,
  end: string | null,
  endMinute: number | null,
];
type Note = (reason: string, detail: string) => void;

/** SQL of the visits in the order of their persons. @param isOrdered false: in any order */
export function visitRows(isOrdered = true): string {
  const minutes = [minuteOf('visit_start_date'), minuteOf('visit_end_date')];
  return `
  SELECT person_id, visit_occurrence_id, visit_concept_id, visit_source_concept_id, visit_source_value, CAST(visit_start_date AS VARCHAR),
    ${minutes[0]} AS start_minute, CAST(visit_end_date AS VARCHAR), ${minutes[1]} AS end_minute
  FROM (${readable('visit_occurrence')}) r${isOrdered ? VISIT_ORDER : ''}`;
}

const VISIT_ORDER = `
  ORDER BY person_id, visit_start_date, start_minute NULLS FIRST, visit_occurrence_id NULLS LAST, visit_end_date NULLS LAST,
    visit_concept_id NULLS LAST`;

export function toEncounter(
  [, , concept, sourceConcept, source, start, startMinute, end, endMinute]: VisitRow,
  { classes }: Meanings,
  note: Note,
): Encounter {
  return {
    class: classOf(Number(concept ?? 0), Number(sourceConcept ?? 0), source?.trim() ?? '', classes, note),
    start,
    startTime: timeText(startMinute),
    end: end && end >= start ? end : undefined,
    endTime: end && isAfter([end, endMinute], [start, startMinute]) ? timeText(endMinute) : undefined,
  };
}

/**
 * A class of HL7's in the source value, where the concept does not say otherwise; else what the concept means, the source's concept,
 * the words of the source value; else ambulatory.
 */
function classOf(
  concept: number,
  sourceConcept: number,
  source: string,
  classes: Map<number, string>,
  note: Note,
): string {
  const known = classes.get(concept) ?? classes.get(sourceConcept);
  const isCode = ENCOUNTER_CODES.has(source);
  if (isCode && (!known || VISIT[source] === concept || isKindOf(source, known))) return source;
  if (known) return known;
  const read = CODES[source.toUpperCase()] ?? classOfWords(source);
  const detail = [`concept ${concept}`, source && quoted(source)].filter(Boolean).join(', ');
  if (read) note('visit concept of no known class, read from the source value', `${detail} as ${read}`);
  else note('visit concept of no known class, read as outpatient', detail);
  return read ?? 'AMB';
}

/** OHDSI's own codes, PCORnet's and those of HL7 version 2. */
const CODES: Partial<Record<string, string>> = {
  IP: 'IMP',
  I: 'IMP',
  INP: 'IMP',
  ERIP: 'IMP',
  EI: 'IMP',
  ICU: 'IMP',
  IS: 'NONAC',
  LTCP: 'NONAC',
  LTC: 'NONAC',
  SNF: 'NONAC',
  ER: 'EMER',
  ED: 'EMER',
  E: 'EMER',
  OP: 'AMB',
  O: 'AMB',
  AV: 'AMB',
  OA: 'AMB',
  WELLNESS: 'AMB',
  OS: 'OBSENC',
  TH: 'VR',
};
