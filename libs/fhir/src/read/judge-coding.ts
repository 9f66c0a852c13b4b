import {
  type CodedEvent,
  CONTROLS_IN_CODE,
  FORMER_RELEASE,
  hasControls,
  System,
  systemName,
  withoutControls,
} from '@ehrsynth/records';
import { codeFormFault, type FoundCode, type Vocabulary } from '@ehrsynth/vocab';
import { isModifier, plainCode } from './code-writing.ts';
import type { Coding } from './codings.ts';
import { saysNothing } from './no-information.ts';
import { looksLike } from './system-names.ts';
import { NAMES, type SystemAliases } from './systems.ts';

/** How codes are read. */
export interface CodeReading {
  aliases: SystemAliases;
  vocabulary: Vocabulary;
  /** Keep a code that its complete dictionary does not have. */
  keepUnknownCodes?: boolean;
  /** Codes of former ICD-10-CM releases: as they are (default), as what took their place, or as the header above. */
  formerCodes?: 'keep' | 'successor' | 'parent';
  /** Of several codings of the system that is read: count those behind the first (default), or read each. */
  furtherCodings?: 'count' | 'keep';
}

/** Why a coding cannot be read. */
export interface Refusal {
  reason: string;
  detail: string;
  /** Nothing is wrong with it: FHIR lets a coding have no system. */
  isAllowed?: true;
  /** What the user may do about it. */
  hint?: string;
}

/** What is to be known of a coding that is read. */
export interface CodeNote {
  reason: string;
  detail: string;
  hint?: string;
}

export type Judged = { code: CodedEvent['code']; notes: CodeNote[] } | { refusal: Refusal };

/** All its codings say that nothing is known. */
export const NOTHING_KNOWN = 'no code but that nothing is known';
const WITHOUT_SYSTEM = 'coding without a system';
const NO_URI = 'code system is no URI';
/** A system under its own URI that may be meant as one that has a dictionary or a form. */
const LOOKS_LIKE_ANOTHER = 'code system looks like another, read as its own';

const MOST_CACHED = 100_000;

/** A system as a source writes it, and its codes that were judged before, each with the display that stood beside it. */
export interface WrittenSystem {
  /** The URI under which it is read; undefined where it is none. */
  system: string | undefined;
  codes: Map<string, { display: string | undefined; judged: Judged }>;
}

const caches = new WeakMap<CodeReading, { systems: Map<string, WrittenSystem>; codes: number }>();

/** What the system of a coding is. */
export function systemOf({ system }: Coding, reading: CodeReading): WrittenSystem {
  let cache = caches.get(reading);
  if (!cache || cache.codes + cache.systems.size > MOST_CACHED) {
    caches.set(reading, (cache = { systems: new Map(), codes: 0 }));
  }
  let written = cache.systems.get(system);
  if (!written) {
    cache.systems.set(system, (written = { system: reading.aliases.resolve(system), codes: new Map() }));
  }
  return written;
}

/** The coding in its system's own writing, or why it cannot be read. */
export function judge(coding: Coding, { system, codes }: WrittenSystem, reading: CodeReading): Judged {
  const before = codes.get(coding.code);
  if (before?.display === coding.display && before) return before.judged;
  const judged = judgeAnew(coding, system, reading);
  if (!before) caches.get(reading)!.codes++;
  codes.set(coding.code, { display: coding.display, judged });
  return judged;
}

function judgeAnew(
  { system: written, code: source, display }: Coding,
  system: string | undefined,
  reading: CodeReading,
): Judged {
  const { vocabulary, keepUnknownCodes } = reading;
  if (written.trim() === '') return { refusal: { reason: WITHOUT_SYSTEM, detail: source, isAllowed: true } };
  if (system === undefined || hasControls(system)) {
    return { refusal: { reason: NO_URI, detail: `${source} (${written})`, hint: hintOf(written) } };
  }
  const detail = `${source} (${system})`;
  if (hasControls(source.trim())) return { refusal: { reason: CONTROLS_IN_CODE, detail: source } };
  const plain = plainCode(system, source);
  // codings.ts knows neither aliases nor a code that stands beside its term.
  if (saysNothing(system, plain.code)) return { refusal: { reason: NOTHING_KNOWN, detail, isAllowed: true } };
  if (isModifier(system, plain.code)) return { refusal: { reason: 'a modifier, not a procedure', detail } };
  const code = vocabulary.canonical(system, plain.code);
  const known = vocabulary.find(system, code);
  if (!known) {
    const reason = wrongForm(system, code);
    if (reason) return { refusal: { reason: reason.reason, detail: reason.why ? `${detail}: ${reason.why}` : detail } };
    if (vocabulary.isComplete(system) && !keepUnknownCodes) return { refusal: { reason: IN_NO_DICTIONARY, detail } };
  }
  const notes: CodeNote[] = plain.dropped ? [plain.dropped] : [];
  if (!known && vocabulary.has(system)) notes.push({ reason: `${IN_NO_DICTIONARY}, kept`, detail });
  const hint = hintOf(system);
  if (hint) notes.push({ reason: LOOKS_LIKE_ANOTHER, detail: system, hint });
  const entry = known?.former ? ofFormerRelease(known, system, reading, notes) : known;
  const title = entry?.display ?? (display === undefined ? undefined : withoutControls(display));
  return { code: { system, code: entry?.code ?? code, ...(title && { display: title }) }, notes };
}

const IN_NO_DICTIONARY = 'code in no dictionary';

/** Of a system that is not one of those that we know. */
function hintOf(system: string): string | undefined {
  const name = OWN.has(system) ? undefined : looksLike(system);
  if (name === undefined) return undefined;
  return `${system} looks like ${systemName(NAMES[name])}: use --system-alias ${JSON.stringify(`${system}=${name}`)}`;
}

const OWN = new Set<string>(Object.values(System));

/** Whether a code cannot be one of its system, and how that is counted. */
function wrongForm(system: string, code: string): { reason: string; why?: string } | undefined {
  if (/\s\s/.test(code)) return { reason: 'code with several blanks in a row' };
  if (system === System.icd10cm && /\d/.test(code) && !codeFormFault(ICD9_DIAGNOSIS, code))
    return { reason: "ICD-9-CM code under ICD-10-CM's URI" };
  const why = codeFormFault(system, code);
  if (!why) return undefined;
  if (system === System.ndc && NO_DRUG.test(code)) return { reason: 'NDC that names no drug' };
  return { reason: 'code not of the form of its system', why };
}

const ICD9_DIAGNOSIS = `${System.icd9cm}/diagnosis`;
/** Words, and one digit over and over. */
const NO_DRUG = /^(?:\D*|\D*(\d)(?:\1|\D)*)$/;

/** The code, or what stands for it in the release that ships, as the user chose. */
function ofFormerRelease(
  known: FoundCode,
  system: string,
  { vocabulary, formerCodes = 'keep' }: CodeReading,
  notes: CodeNote[],
): FoundCode {
  const current = formerCodes === 'keep' ? undefined : vocabulary.current(system, known.code, formerCodes);
  const became = current ? `, read as ${current.code}` : '';
  notes.push({
    reason: FORMER_RELEASE,
    detail: `${known.code}, valid to ${known.validTo}${became}`,
  });
  return current ?? known;
}
