import { quoted } from '@ehrsynth/records';
import { elementOf, elementsOf, type Loose, textOf } from './elements.ts';
import type { Note } from './note.ts';
import { timesInWords } from './times-in-words.ts';

/**
 * How often a day a drug is taken by an R4 Timing: of its repeat, else of its code. Undefined where it does not say, or says several
 * (frequencyMax, periodMax); what is not understood is noted.
 * @see R4, datatypes.html#Timing
 */
export function howOften(timing: unknown, path: string, notes: Note[]): number | undefined {
  const { repeat, code } = elementOf(timing);
  const rule = elementOf(repeat);
  if (isRange(rule) || rule.count === 1) return undefined;
  const times = timesOf(rule);
  if (times !== undefined) return times;
  const words = wordsOf(code, path);
  for (const word of words) {
    const found = timesInWords(word);
    if (found !== undefined) return found ?? undefined;
  }
  const isInWords = rule.period === undefined && rule.when === undefined;
  const detail = isInWords ? words[0] && quoted(words[0]) : `${path}.repeat`;
  if (detail !== undefined) notes.push({ reason: 'how often a drug is taken, not read', detail });
  return undefined;
}

function isRange({ frequencyMax, periodMax }: Loose): boolean {
  return (frequencyMax ?? periodMax ?? undefined) !== undefined;
}

/** Times a day of one of a unit: so many in so many days. */
const UNITS: Partial<Record<string, [times: number, days: number]>> = {
  s: [86_400, 1],
  min: [1440, 1],
  h: [24, 1],
  d: [1, 1],
  wk: [1, 7],
  mo: [12, 365.25],
  a: [1, 365.25],
};
/** Events that a day has one of. Meals in general (C, AC, PC) are not among them. */
const ONCE_A_DAY =
  /^(?:MORN|AFT|EVE|NIGHT|NOON)(?:\.early|\.late)?$|^(?:PHS|HS|WAKE|CM|CD|CV|ACM|ACD|ACV|PCM|PCD|PCV)$/;

/** Days of the week say on which days of a rule that is by the day; as many times as there are days they are a rule by the week. */
function timesOf({ frequency: given, period, periodUnit, dayOfWeek, timeOfDay, when }: Loose): number | undefined {
  const days = countOf(dayOfWeek);
  const share = days > 0 ? days / 7 : 1;
  const frequency = given ?? 1;
  if (typeof frequency !== 'number' || !(frequency > 0)) return undefined;
  const unit = Object.hasOwn(UNITS, String(periodUnit)) ? UNITS[periodUnit as string] : undefined;
  if (typeof period === 'number' && period > 0 && unit) {
    const times = (frequency * unit[0]) / (period * unit[1]);
    if (days === 0) return finite(times);
    if (periodUnit === 'd' && period === 1) return finite(times * share);
    return periodUnit === 'wk' && (days === 1 || days === frequency) ? finite(times) : undefined;
  }
  if (period !== undefined && period !== null) return undefined;
  if (countOf(timeOfDay) > 0) return countOf(timeOfDay) * share;
  const events: unknown[] = Array.isArray(when) ? when : [];
  if (events.length > 0)
    return events.every((event) => ONCE_A_DAY.test(String(event))) ? events.length * share : undefined;
  return days > 0 && given === undefined ? share : undefined;
}

function finite(times: number): number | undefined {
  return Number.isFinite(times) && times > 0 ? times : undefined;
}

function countOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** Codes first, then what they are called, then the text. */
function wordsOf(concept: unknown, path: string): string[] {
  const { coding, text } = elementOf(concept);
  const codings = elementsOf(coding, path, []);
  const all = [...codings.map(({ code }) => code), ...codings.map(({ display }) => display), text];
  return all.map(textOf).filter((word) => word !== undefined);
}
