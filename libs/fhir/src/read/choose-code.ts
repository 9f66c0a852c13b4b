import { type CodedEvent, type EventKind, System, type Tally } from '@ehrsynth/records';
import type { Coding } from './codings.ts';
import { type CodeReading, type Judged, judge, type Refusal, systemOf, type WrittenSystem } from './judge-coding.ts';
import { CODING_PREFERENCE } from './systems.ts';

export type { CodeReading } from './judge-coding.ts';

type Code = CodedEvent['code'];
type Usable = Exclude<Judged, { refusal: Refusal }>;
interface Ranked {
  coding: Coding;
  written: WrittenSystem;
  rank: number;
}

/** What a concept is of. */
export interface OfEvent {
  kind: EventKind;
  /** For messages. */
  resourceType: string;
  where: string;
}

/** The codes to read of a concept; none where no coding can be read, with the reason of the preferred one. */
export interface Choice {
  codes: Code[];
  refusal?: Refusal;
}

/**
 * The coding to read of a concept, in its system's own writing. Where the preferred one cannot be read, the next is. More
 * than one code comes back only where `furtherCodings` says keep. What is to be known of the codes goes to the tally.
 */
export function chooseCodes(
  codings: Coding[],
  { kind, resourceType, where }: OfEvent,
  reading: CodeReading,
  tally: Tally,
): Choice {
  const note = (reason: string, detail: string) => tally.note({ reason, resourceType, where, detail });
  const ranked = inOrder(codings, kind, reading);
  let refusal: Refusal | undefined;
  for (let i = 0; i < ranked.length; i++) {
    const judged = judge(ranked[i].coding, ranked[i].written, reading);
    if ('refusal' in judged) {
      refusal ??= judged.refusal;
      if (judged.refusal.hint) tally.hints.add(judged.refusal.hint);
      continue;
    }
    if (refusal) note('another coding read instead of one that cannot be', `${refusal.reason}: ${refusal.detail}`);
    const usable = withFurther(judged, ranked.length === 1 ? [] : ranked.slice(i + 1), reading);
    const codes = usable.map(({ code }) => code);
    const [{ code }, ...further] = usable;
    for (const one of further) note('further coding of the same system', `${one.code.code} beside ${code.code}`);
    const kept = reading.furtherCodings === 'keep' ? usable : usable.slice(0, 1);
    for (const one of kept) {
      tally.code(kind, one.code.system, one.code.code);
      for (const { reason, detail, hint } of one.notes) {
        note(reason, detail);
        if (hint) tally.hints.add(hint);
      }
    }
    return { codes: codes.slice(0, kept.length) };
  }
  return { codes: [], refusal };
}

/** The code of a concept that is no event itself, which is counted nowhere: what was answered, the panel, the route. */
export function codeWithin(
  codings: Coding[],
  kind: EventKind | 'answer' | 'route',
  reading: CodeReading,
): { code?: Code; refusal?: Refusal } {
  let refusal: Refusal | undefined;
  for (const { coding, written } of inOrder(codings, kind, reading)) {
    const judged = judge(coding, written, reading);
    if ('code' in judged) return { code: judged.code };
    refusal ??= judged.refusal;
  }
  return { refusal };
}

/** By preference of system; a person's choice first among equals, else as they stand. */
function inOrder(codings: Coding[], kind: EventKind | 'answer' | 'route', reading: CodeReading): Ranked[] {
  const preference = kind === 'answer' || kind === 'route' ? WITHIN : CODING_PREFERENCE[kind];
  const ranked = codings.map((coding) => {
    const written = systemOf(coding, reading);
    const { system } = written;
    const place = system === undefined ? preference.length + 1 : preference.indexOf(system);
    return { coding, written, rank: place === -1 ? preference.length : place };
  });
  if (ranked.length < 2) return ranked;
  return ranked.sort(
    (a, b) => a.rank - b.rank || Number(b.coding.userSelected ?? false) - Number(a.coding.userSelected ?? false),
  );
}

/** Of answers and routes. */
const WITHIN: string[] = [System.snomed, System.loinc];

/**
 * The one to read and the others of its system that can be read, without repeats. A header beside a code under it says
 * nothing more, so the code is the one to read.
 */
function withFurther(first: Usable, rest: Ranked[], reading: CodeReading): Usable[] {
  if (rest.length === 0) return [first];
  const { system } = first.code;
  const found = new Map([[first.code.code, first]]);
  for (const ranked of rest) {
    if (ranked.written.system !== system) continue;
    const judged = judge(ranked.coding, ranked.written, reading);
    if ('code' in judged && !found.has(judged.code.code)) found.set(judged.code.code, judged);
  }
  const all = [...found.values()];
  if (all.length < 2 || system !== System.icd10cm) return all;
  const { icd10cm } = reading.vocabulary;
  const above = new Set(all.flatMap(({ code }) => icd10cm.ancestors(code.code).map((entry) => entry.code)));
  return [...all.filter(({ code }) => !above.has(code.code)), ...all.filter(({ code }) => above.has(code.code))];
}
