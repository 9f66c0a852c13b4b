import type { CodedEvent, Quantity, Tally } from '@ehrsynth/records';
import { type CodeReading, codeWithin } from './choose-code.ts';
import type { Coding } from './codings.ts';

/** What is to be said of an event beside its code and dates; of concepts the codings, for aliases are not known yet. */
export interface EventDetails {
  quantity?: Quantity;
  referenceRange?: CodedEvent['referenceRange'];
  interpretation?: string;
  category?: string;
  panel?: Coding[];
  answer?: Coding[];
  text?: string;
  sourceText?: string;
  dose?: Quantity;
  timesPerDay?: number;
  daysSupply?: number;
  refills?: number;
  route?: { codings?: Coding[]; text?: string };
}

/**
 * The same with codes in place of codings. An answer or a route whose codes cannot be read is text, a panel without a code is none;
 * each is noted.
 */
export function detailsOf(
  details: EventDetails | undefined,
  { resourceType, where }: { resourceType: string; where: string },
  reading: CodeReading,
  tally: Tally,
): Partial<CodedEvent> | undefined {
  if (!details) return undefined;
  const { panel, answer, route, ...rest } = details;
  const result: Partial<CodedEvent> = rest;
  const codeOf = (codings: Coding[] | undefined, kind: Parameters<typeof codeWithin>[1], reason: string) => {
    if (!codings) return {};
    const { code, refusal } = codeWithin(codings, kind, reading);
    if (code) return { code };
    const detail = refusal && `${refusal.reason}: ${refusal.detail}`;
    tally.note({ reason, resourceType, where, ...(detail && { detail }) });
    const [{ display, code: word }] = codings;
    return { words: display ?? word };
  };
  if (panel) {
    const { code } = codeOf(panel, 'measurement', 'panel without a code that can be read');
    if (code) result.panel = code;
  }
  if (answer) {
    const { code, words } = codeOf(answer, 'answer', 'value without a code that can be read, read as text');
    if (code) result.answer = code;
    else {
      result.text = result.sourceText ?? words;
      delete result.sourceText;
    }
  }
  if (route) {
    const { code, words } = codeOf(route.codings, 'route', 'route without a code that can be read');
    const text = route.text ?? words;
    result.route = { ...(code && { code }), ...(text !== undefined && { text }) };
  }
  return result;
}
