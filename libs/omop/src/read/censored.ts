import { type Quantity, sampleOf, writtenNumber } from '@ehrsynth/records';
import { ucumOf } from '@ehrsynth/units';
import type { Note } from './value-codes.ts';

/**
 * A row's quantity with what its text says of it in the form of a comparator, a number and perhaps a unit (<0.1 mg/dL): the number where
 * the row has none, the comparator where it has the same number. Undefined where the text says something else, or contradicts the row.
 * @param note is given what the text added
 */
export function censored(
  text: string | undefined,
  of: Quantity | undefined,
  note: Note,
): Quantity | undefined {
  const written = text === undefined ? undefined : writtenNumber(text);
  if (!written?.comparator || !areOfOneUnit(written, of)) return undefined;
  if (of?.comparator !== undefined && of.comparator !== written.comparator) return undefined;
  if (of?.value !== undefined && of.value !== written.value) return undefined;
  const detail = sampleOf(text!);
  if (of?.value === undefined) note({ reason: CENSORED, detail });
  else if (of.comparator === undefined) note({ reason: COMPARED, detail });
  return { ...written, ...of };
}

const CENSORED = 'number with a comparator read from the text of a value';
const COMPARED = 'comparator of a number read from the text of its value';

function areOfOneUnit(written: Quantity, of: Quantity | undefined): boolean {
  if (written.unit === undefined || of?.unit === undefined || written.unit === of.unit) return true;
  const ucum = ucumOf({ unit: written.unit });
  return ucum !== undefined && ucum === ucumOf(of);
}
