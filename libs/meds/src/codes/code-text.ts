import type { Code } from '@ehrsynth/records';
import { BETWEEN_PARTS } from '../standard.ts';
import { nameOfSystem, systemNamed } from './systems.ts';

/** The system of codes that a MEDS dataset has of its own: the code is the dataset's code as it stands. */
export const LOCAL_SYSTEM = 'urn:meds:code';
/** A part that begins so is a system's URI, where its own beginning does not show it. */
const URI_MARK = '=';
/** These show by themselves that a part is a URI. */
const SHOWN_URI = /^(?:https?:|urn:)\S+$/;

/**
 * A code as MEDS has it: SYSTEM//CODE, and //UNIT where there is one. A system without a name here stands as its URI. Within a part, a
 * slash before another one or at the end is written %2F, so that `codeOfParts` finds the same parts again.
 */
export function medsCode({ system, code }: Pick<Code, 'system' | 'code'>, unit?: string): string {
  const tail = unitTail(unit);
  if (system === LOCAL_SYSTEM) return code + tail;
  return systemPart(system) + BETWEEN_PARTS + escaped(code) + tail;
}

/** A code that is of no system: GENDER//F. */
export function wordCode(word: string, ...parts: string[]): string {
  return [word, ...parts.map(escaped)].join(BETWEEN_PARTS);
}

/** What a unit adds to the end of a code. */
export function unitTail(unit: string | undefined): string {
  return unit ? BETWEEN_PARTS + escaped(unit) : '';
}

/** The unit that stands in the code: of measurements alone, UCUM's or another's code where there is one. */
export function unitInCode(kind: string, { code, unit }: { code?: string; unit?: string } = {}): string | undefined {
  return kind === 'measurement' ? (code ?? unit) : undefined;
}

/** The parts of a code. The first slashes that stand together end a part: 8867-4///min is 8867-4 and /min. */
export function partsOf(text: string): string[] {
  return text.split(BETWEEN_PARTS).map(unescaped);
}

/** The code that parts begin with; undefined where the first names no system. */
export function codeOfParts([system, code]: string[]): Pick<Code, 'system' | 'code'> | undefined {
  if (system === undefined || !code) return undefined;
  const uri = systemOfPart(system);
  return uri === undefined ? undefined : { system: uri, code };
}

function systemOfPart(part: string): string | undefined {
  if (part.startsWith(URI_MARK)) return part.slice(URI_MARK.length) || undefined;
  return systemNamed(part) ?? (SHOWN_URI.test(part) ? part : undefined);
}

function systemPart(system: string): string {
  const name = nameOfSystem(system);
  if (name !== undefined) return name;
  return (SHOWN_URI.test(system) ? '' : URI_MARK) + escaped(system);
}

function escaped(part: string): string {
  if (!part.includes('/') && !part.includes('%')) return part;
  return part.replace(/%((?:25)*)2F/g, '%25$12F').replace(/\/(?=\/|$)/g, '%2F');
}

function unescaped(part: string): string {
  return part.includes('%')
    ? part.replace(/%((?:25)*)2F/g, (_, more: string) => (more === '' ? '/' : `%${more.slice(2)}2F`))
    : part;
}
