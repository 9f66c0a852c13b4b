import { type Quantity, UCUM } from '@ehrsynth/records';
import type { Note } from './note.ts';

/**
 * An R4 Quantity as a record holds it; undefined without a number. Its unit is the text, or the code where there is no text. The code
 * stays beside it where the unit does not say it as well: where it is another text, or too long to be taken for a unit by itself.
 * @see R4, datatypes.html#Quantity
 */
export function quantityOf(quantity: unknown, path: string, notes: Note[]): Quantity | undefined {
  const given = (quantity ?? {}) as Partial<Record<keyof Quantity, unknown>>;
  const { value } = given;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    if (value !== undefined && value !== null)
      notes.push({ reason: 'quantity whose value is no number, not read', detail: path });
    return undefined;
  }
  const result: Quantity = { value };
  if (given.comparator !== undefined && given.comparator !== null && given.comparator !== '') {
    const comparator = String(given.comparator);
    if (COMPARATORS.has(comparator)) result.comparator = comparator as Quantity['comparator'];
    else {
      notes.push({
        reason: 'comparator that R4 does not have, left out',
        detail: `${path}: ${comparator.slice(0, 100)} ${value}`,
      });
    }
  }
  const code = wordOf(given.code);
  const unit = wordOf(given.unit) ?? code;
  if (unit === undefined) return result;
  result.unit = once(unit);
  const system = wordOf(given.system);
  if (code !== undefined && system !== undefined && (code !== unit || unit.length > LONGEST_UNIT)) {
    result.system = UCUM_NAMES.has(system) ? UCUM : once(system);
    result.code = once(code);
  }
  return result;
}

const COMPARATORS = new Set(['<', '<=', '=', '>=', '>']);
const UCUM_NAMES = new Set([
  UCUM,
  `${UCUM}/`,
  'https://unitsofmeasure.org',
  'http://www.unitsofmeasure.org',
  'urn:oid:2.16.840.1.113883.6.8',
]);
/** What is longer is text for a record, unless it is its own code. */
const LONGEST_UNIT = 20;

/** Facts wait in memory: the few units that there are, each once. */
const units = new Map<string, string>();
const MOST_UNITS = 5000;

function once(text: string): string {
  const known = units.get(text);
  if (known !== undefined) return known;
  if (units.size >= MOST_UNITS) units.clear();
  units.set(text, text);
  return text;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
