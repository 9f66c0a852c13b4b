import { type Code, type EventKind, System } from '@ehrsynth/records';
import { codeFormFault } from '@ehrsynth/vocab';
import { BETWEEN_PARTS, BIRTH, DEATH } from '../standard.ts';
import { codeOfParts, LOCAL_SYSTEM, partsOf } from './code-text.ts';
import { kindOfSystem, systemNamed } from './systems.ts';
import { classOfPlace, classOfStay } from './visit-class.ts';
import { type StayOf, type Word, wordOf } from './words.ts';

/** What a row with a code says. */
export type Meaning =
  | { is: 'birth' }
  | { is: 'death' }
  | { is: 'sex' | 'origin'; text: string }
  | { is: 'visit'; of: StayOf; step: 'start' | 'end' | 'whole'; class?: string }
  | MeantEvent
  /** Left out for a good reason. */
  | { is: 'nothing'; reason: string };

export interface MeantEvent {
  is: 'event';
  code: Pick<Code, 'system' | 'code'>;
  /** What the code's words or its system say; undefined where they say nothing. */
  kind?: EventKind;
  /** Whether a word of the code says the kind, not the system alone. */
  isTold?: boolean;
  unit?: string;
}

/**
 * What a code of MEDS says, by its own words alone: MEDS_BIRTH, SYSTEM//CODE//UNIT, words before a system (LAB//LOINC//4548-4//%), the
 * forms of MIMIC-IV's ETL (DIAGNOSIS//ICD//10//E119) and of OMOP's (SNOMED/44054006). A code that names no system known here is of
 * `urn:meds:code`.
 */
export function meaningOf(text: string): Meaning {
  if (text === BIRTH || text === OLD_BIRTH) return { is: 'birth' };
  if (text === DEATH || text === OLD_DEATH) return { is: 'death' };
  const parts = wordsOf(text);
  const word = wordOf(parts[0]);
  const rest = parts.slice(1);
  // Numbers of races are OMOP's where OMOP's ETL writes them.
  if (/^race\/\d/i.test(text)) return { is: 'origin', text: `OMOP ${rest[0]}` };
  if (word && word.says !== 'kind') return ofWord(word, rest);
  if (plain(parts[0]) === PLACE_OF_SERVICE)
    return { is: 'visit', of: 'visit', step: 'whole', class: classOfPlace(rest[0] ?? '') };
  if (word && NO_EVENT.test(rest.at(-1) ?? '')) return { is: 'nothing', reason: NOT_GIVEN };
  if (word && /^(?:stop|end)$/i.test(rest[0] ?? '')) return { is: 'nothing', reason: END_OF_EVENT };
  return ofStandardCode(parts, word) ?? ofLocalCode(text, parts, word);
}

/** Rows that were made from other rows, as MEDS-transforms does. */
export const DERIVED = 'made from other rows, not recorded';
export const NOT_GIVEN = 'drug that was not given';
export const END_OF_EVENT = 'end of an event that another row begins';
export const TRANSFER = 'transfer within a stay';
/** Before MEDS 0.3. */
const OLD_BIRTH = 'SNOMED/3950001';
const OLD_DEATH = 'SNOMED/419620001';

/** What eMAR says of a dose that was planned. */
const NO_EVENT =
  /^(?:not\b.*|hold\b.*|held\b.*|refused|cancel.*|delayed|delayed not.*|stopped(?: .*)?|stopped|paused|removed)$/i;
const NO_UNIT = /^(?:|unk|unknown|none|nan|null|n\/a|na)$/i;
/** What tokenizers add. */
const BIN = /^(?:value_\[|_?Q\d+$)/;

/** The parts of a code; a single slash after the name of a system or a word (SNOMED/44054006, Visit/IP) ends one too. */
function wordsOf(text: string): string[] {
  const parts = partsOf(text).filter((part, i) => i === 0 || !BIN.test(part));
  return parts.flatMap((part, i) => slashed(part, i === 0));
}

function slashed(part: string, isFirst: boolean): string[] {
  const slash = part.indexOf('/');
  if (slash <= 0) return [part];
  const [head, rest] = [part.slice(0, slash), part.slice(slash + 1)];
  if (systemNamed(head) !== undefined) return [head, rest];
  if (!isFirst || !(wordOf(head) || plain(head) === PLACE_OF_SERVICE)) return [part];
  return [head, ...slashed(rest, false)];
}

const PLACE_OF_SERVICE = 'cmsplaceofservice';

function plain(part: string): string {
  return part.replace(/[\s_]/g, '').toLowerCase();
}

function ofWord(word: Exclude<Word, { says: 'kind' }>, rest: string[]): Meaning {
  switch (word.says) {
    case 'sex':
    case 'origin':
      return { is: word.says, text: rest.join(' - ') };
    case 'derived':
      return { is: 'nothing', reason: DERIVED };
    case 'transfer':
      return { is: 'nothing', reason: TRANSFER };
    case 'end of an event':
      return { is: 'nothing', reason: END_OF_EVENT };
    case 'visit':
      return ofVisit(word, rest.join('/'));
  }
}

/** VISIT//START//IP and Visit/IP/end are what VISIT_START//IP and VISIT_END//IP are. */
function ofVisit({ of, step }: Extract<Word, { says: 'visit' }>, text: string): Meaning {
  const [, said] = /(?:^|\/)(start|end|discharge)(?:\/|$)/i.exec(text) ?? [];
  const words = said === undefined ? text : text.replace(/(?:^|\/)(?:start|end|discharge)(?=\/|$)/i, '');
  const own = said === undefined || step !== 'whole' ? step : /start/i.test(said) ? 'start' : 'end';
  return { is: 'visit', of, step: own, class: classOfStay(of, words.replace(/^\//, '')) };
}

/** The first place at which a system stands with a code of its form, after the words of this and other ETLs. */
function ofStandardCode(parts: string[], word: Word | undefined): MeantEvent | undefined {
  for (let i = 0; i < parts.length - 1; i++) {
    const found = versionedIcd(parts, i, word) ?? codeAt(parts, i);
    if (!found) continue;
    const { code, next } = found;
    const isFirst = i === 0;
    if (codeFormFault(code.system, code.code) !== undefined && !isLenient(code, isFirst)) continue;
    const told = word?.says === 'kind' ? word.kind : undefined;
    return {
      is: 'event',
      code,
      kind: told ?? kindOfSystem(code.system),
      ...(told && { isTold: true }),
      unit: unitOf(parts[next]),
    };
  }
  return undefined;
}

function codeAt(parts: string[], i: number): { code: MeantEvent['code']; next: number } | undefined {
  const code = codeOfParts(parts.slice(i, i + 2));
  return code && { code, next: i + 2 };
}

/** ICD//10//E119: which ICD it is depends on the word before it. */
function versionedIcd(
  parts: string[],
  i: number,
  word: Word | undefined,
): { code: MeantEvent['code']; next: number } | undefined {
  const [name, version, code] = parts.slice(i, i + 3);
  if (!/^icd$/i.test(name) || !/^(?:9|10)$/.test(version ?? '') || !code) return undefined;
  const isProcedure = word?.says === 'kind' && word.kind === 'procedure';
  const [nine, ten] = isProcedure ? [System.icd9proc, System.icd10pcs] : [System.icd9cm, System.icd10cm];
  return { code: { system: version === '9' ? nine : ten, code }, next: i + 3 };
}

/** A code that begins with its system is taken at its word where it looks like a code and not like text: dictionaries judge it later. */
function isLenient({ system, code }: MeantEvent['code'], isFirst: boolean): boolean {
  return isFirst && (system === System.snomed || system === System.loinc) && /^[\w.-]+$/.test(code);
}

/** LAB//51221//%: the last part of a measurement's code is its unit. */
function ofLocalCode(text: string, parts: string[], word: Word | undefined): MeantEvent {
  const kind = word?.says === 'kind' ? word.kind : kindOfSystem(systemNamed(parts[0]) ?? '');
  const before = word?.says === 'kind' ? word.partsBeforeUnit : undefined;
  const hasUnit = before !== undefined && parts.length > before;
  const whole = text.replace(/\/\/(?:value_\[.*|_?Q\d+)$/, '');
  // The first slashes that stand together end a part: 5043///hpf is 5043 and /hpf.
  const code = hasUnit ? whole.split(BETWEEN_PARTS).slice(0, -1).join(BETWEEN_PARTS) : whole;
  return {
    is: 'event',
    code: { system: LOCAL_SYSTEM, code },
    ...(kind && { kind, isTold: true }),
    unit: hasUnit ? unitOf(parts.at(-1)) : undefined,
  };
}

function unitOf(part: string | undefined): string | undefined {
  return part === undefined || NO_UNIT.test(part.trim()) ? undefined : part.trim();
}
