import { System } from '@ehrsynth/records';

/** A code without what sources write beside it. */
export interface PlainCode {
  code: string;
  /** What was left off, and how that is counted. */
  dropped?: { reason: string; detail: string };
}

/** A procedure with its modifiers: 99214:25, 99214-25, 99213:25,59. */
const WITH_MODIFIERS = /^(\d{4}[\dAFTUM]|[A-V]\d{4})(?:\s*[:-]\s*[0-9A-Z]{2}(?:\s*[,:-]\s*[0-9A-Z]{2})*)$/i;
/** SNOMED CT's way to write a concept with its term: 44054006 |Diabetes mellitus type 2|. */
const WITH_TERM = /^(\d{6,18})\s*\|[^|]*\|?$/;
const MODIFIER = /^[0-9A-Z]{2}$/i;

/** The code alone, of CPT and HCPCS without modifiers and of SNOMED CT without the term. */
export function plainCode(system: string, written: string): PlainCode {
  const code = written.trim();
  if (system === System.cpt || system === System.hcpcs)
    return without(WITH_MODIFIERS, code, 'modifiers of a code dropped');
  if (system === System.snomed) return without(WITH_TERM, code, 'term within a code dropped');
  return { code: written };
}

/** Whether a code of CPT or HCPCS is a modifier, which says how something was done but not what. */
export function isModifier(system: string, code: string): boolean {
  return (system === System.cpt || system === System.hcpcs) && MODIFIER.test(code.trim());
}

function without(pattern: RegExp, code: string, reason: string): PlainCode {
  const plain = pattern.exec(code)?.[1];
  return plain === undefined ? { code } : { code: plain, dropped: { reason, detail: code } };
}
