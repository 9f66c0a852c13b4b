import { originOfText, type Sex, sexOfWord } from '@ehrsynth/records';

/** What a cell of a count says: a count, nothing, or no count at all. */
export type Cell = number | 'empty' | 'fault';

const EMPTY = /^\s*(?:|nan|na|n\/a|null|none|<na>)\s*$/i;
const BOOLEANS: Record<string, number> = { true: 1, false: 0, t: 1, f: 0, yes: 1, no: 0 };

/** Whether a cell says nothing: empty, NaN, NA, null. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && EMPTY.test(value));
}

/** A cell of a column of counts, of whatever type: 3, 3.0, true, "True". */
export function countOf(value: unknown): Cell {
  if (value === '0' || value === 0) return 0;
  if (value === '1' || value === 1) return 1;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isEmpty(value) || (typeof value === 'number' && Number.isNaN(value))) return 'empty';
  const text = String(value).trim();
  const count = BOOLEANS[text.toLowerCase()] ?? Number(text);
  return Number.isInteger(count) && count >= 0 && count <= MOST ? count : 'fault';
}

const MOST = 2 ** 31 - 1;

/** A sex in words or one of FHIR's, HL7's and other codes; undefined where it is none. */
export function sexOf(value: unknown): Sex | undefined {
  return sexOfWord(String(value));
}

/** A race or ethnicity in words or CDC's codes; undefined where it is not understood. */
export function originOf(value: unknown): { race?: string; ethnicity?: string } | undefined {
  return originOfText(String(value));
}

/** An age in whole years; undefined where it is none. */
export function ageOf(value: unknown): number | undefined {
  const text = String(value).trim();
  const age = text === '' ? NaN : Math.floor(Number(text));
  return age >= 0 && age <= OLDEST ? age : undefined;
}

const OLDEST = 130;
