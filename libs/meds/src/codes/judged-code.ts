import { type Code, CONTROLS_IN_CODE, FORMER_RELEASE, hasControls, withoutControls } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';

export interface CodeReading {
  vocabulary: Vocabulary;
  /** Keep a code that its complete dictionary does not have. */
  keepUnknownCodes?: boolean;
  /** Codes of former ICD-10-CM releases: as they are (default), as what took their place, or as the header above. */
  formerCodes?: 'keep' | 'successor' | 'parent';
}

export interface JudgedCode {
  code: Code;
  /** Something to know of each event that has the code. */
  note?: { reason: string; detail: string };
  /** Why its events are not read. */
  fault?: { reason: string; detail: string };
}

/** The code in its system's own writing with its title, and what is wrong with it. */
export function judgedCode(
  { system, code: source, display }: Code,
  { vocabulary, keepUnknownCodes, formerCodes = 'keep' }: CodeReading,
): JudgedCode {
  const code = vocabulary.canonical(system, source).replace(/\s+/g, ' ');
  const known = vocabulary.find(system, code);
  const current = known?.former && formerCodes !== 'keep' ? vocabulary.current(system, code, formerCodes) : undefined;
  const entry = current ?? known;
  const title = entry?.display ?? (display === undefined ? undefined : withoutControls(display));
  const judged = { code: { system, code: entry?.code ?? code, ...(title && { display: title }) } };
  const detail = `${source} (${system})`;
  if (hasControls(source)) return { ...judged, fault: { reason: CONTROLS_IN_CODE, detail } };
  if (known?.former) {
    const became = current ? `, read as ${current.code}` : '';
    return {
      ...judged,
      note: { reason: FORMER_RELEASE, detail: `${known.code}, valid to ${known.validTo}${became}` },
    };
  }
  if (entry || !vocabulary.has(system)) return judged;
  if (vocabulary.isComplete(system) && !keepUnknownCodes)
    return { ...judged, fault: { reason: 'code in no dictionary', detail } };
  return { ...judged, note: { reason: 'code in no dictionary, kept', detail } };
}
