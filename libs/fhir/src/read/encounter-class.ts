import { ENCOUNTER_CODES } from '@ehrsynth/records';
import { classOfVisit } from './visit-codes.ts';

/** Where it has codings, it is a concept, which R4 does not have there. */
interface ClassCoding {
  system?: string | null;
  code?: string | null;
  display?: string | null;
  coding?: unknown;
  text?: unknown;
}
interface TypeConcept {
  coding?: ClassCoding[] | null;
  text?: string | null;
}

/** Of HL7's v3-ActCode. */
export interface ReadClass {
  code: string;
  /** Where the class was not a code of v3-ActCode. */
  note?: { reason: string; detail: string };
}

/** v3-ActCode in its spellings; DSTU2's and STU3's systems have other codes. */
const ACT_SYSTEM = /v3[-/]ActCode|v3[-/]ActEncounterCode|2\.16\.840\.1\.113883\.(?:5\.4|1\.11\.13955)$/i;
const UNKNOWN = 'encounter class not known, read as ambulatory';
const MAPPED = "encounter class of another system, read as HL7's";
const FROM_TYPE = "encounter class read from the encounter's type";
const NOT_OF_R4 = 'class in a form that is not of R4';
const AMBULATORY = 'AMB';
const MOST_CACHED = 10_000;

const cache = new Map<string, ReadClass>();

/**
 * The class of an encounter as a code of v3-ActCode: as it stands, mapped from what other systems call it (CPT, HCPCS,
 * SNOMED CT, HL7's table 0004, words), by the encounter's type where the class says nothing, else ambulatory.
 */
export function encounterClass(coding: ClassCoding | null | undefined, types?: TypeConcept[] | null): ReadClass {
  if (coding && !coding.code && Array.isArray(coding.coding)) return ofConcept(coding, types);
  const system = coding?.system?.trim() ?? '';
  const code = coding?.code?.trim() ?? '';
  if (ENCOUNTER_CODES.has(code) && (system === '' || ACT_SYSTEM.test(system))) return { code };
  const read = cached(system, code, coding?.display?.trim() ?? '');
  return read.note?.reason === UNKNOWN ? (fromTypes(types) ?? read) : read;
}

/** The first of its codings that says what class it is. */
function ofConcept(concept: ClassCoding, types: TypeConcept[] | null | undefined): ReadClass {
  const codings = (concept.coding as unknown[]).filter(isCoding);
  const all = [...codings, ...(typeof concept.text === 'string' ? [{ display: concept.text }] : [])];
  for (const { system, code, display } of all) {
    const read = encounterClass({ system, code, display });
    if (read.note?.reason === UNKNOWN) continue;
    const detail = `${system ?? ''}|${code ?? display} as ${read.code}`;
    return { code: read.code, note: { reason: NOT_OF_R4, detail } };
  }
  const { system, code, display } = all[0] ?? {};
  return encounterClass({ system, code, display }, types);
}

function isCoding(value: unknown): value is ClassCoding {
  if (typeof value !== 'object' || value === null) return false;
  const { system, code, display } = value as Partial<Record<string, unknown>>;
  return [system, code, display].every((one) => one === undefined || one === null || typeof one === 'string');
}

function cached(system: string, code: string, display: string): ReadClass {
  const key = `${system}\n${code}\n${display}`;
  let read = cache.get(key);
  if (!read) {
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(key, (read = mapped(system, code, display)));
  }
  return read;
}

function mapped(system: string, code: string, display: string): ReadClass {
  const own = code.toUpperCase();
  if (ACT_SYSTEM.test(system) && ENCOUNTER_CODES.has(own)) return { code: own };
  const detail = [`${system}|${code}`, display].filter(Boolean).join(' ');
  // A local code that looks like HL7's is taken for it where neither a table nor its words say otherwise.
  const known =
    classOfVisit({ system, code, display }) ?? (code.length > 2 && ENCOUNTER_CODES.has(own) ? own : undefined);
  if (known) return { code: known, note: { reason: MAPPED, detail: `${detail} as ${known}` } };
  return { code: AMBULATORY, note: { reason: UNKNOWN, detail: detail === '|' ? 'no class' : detail } };
}

function fromTypes(types: TypeConcept[] | null | undefined): ReadClass | undefined {
  if (!Array.isArray(types)) return undefined;
  for (const type of types) {
    const codings = [...(type?.coding ?? []), { display: type?.text }];
    for (const coding of codings) {
      const { system, code, display } = coding ?? {};
      const known = classOfVisit({
        system: system ?? '',
        code: code?.trim() ?? '',
        display: display?.trim() ?? '',
      });
      if (known) return { code: known, note: { reason: FROM_TYPE, detail: `${code ?? display} as ${known}` } };
    }
  }
  return undefined;
}
