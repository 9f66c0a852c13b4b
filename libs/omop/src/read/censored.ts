import { type Quantity, sampleOf, writtenNumber } from '@ehrsynth/records';
import { ucumOf } from '@ehrsynth/units';
import type { Note } from './value-codes.ts';

/**
 * A row's quantity with what its text says of it in the form of a comparator, a number and perhaps a unit (<0.1 mg/dL): the number where
 * the row has none, the comparator where it has the same number. Undefined where the text adds nothing, or contradicts the row.
 * @param note is given what the text added
 */
export function censored(text: string | undefined, of: Quantity | undefined, note: Note): Quantity | undefined {
  const written = text === undefined ? undefined : writtenNumber(text);
  if (!written?.comparator || !areOfOneUnit(written, of)) return undefined;
  if (of?.value === undefined ? contradicts(written, of) : of.comparator !== undefined || of.value !== written.value)
    return undefined;
  note({ reason: of?.value === undefined ? CENSORED : COMPARED, detail: sampleOf(text!) });
  return { ...written, ...of };
}

const CENSORED = 'number with a comparator read from the text of a value';
const COMPARED = 'comparator of a number read from the text of its value';

function contradicts({ comparator }: Quantity, of: Quantity | undefined): boolean {
  return of?.comparator !== undefined && of.comparator !== comparator;
}

function areOfOneUnit(written: Quantity, of: Quantity | undefined): boolean {
  if (written.unit === undefined || of?.unit === undefined || written.unit === of.unit) return true;
  const ucum = ucumOf({ unit: written.unit });
  return ucum !== undefined && ucum === ucumOf(of);
}
