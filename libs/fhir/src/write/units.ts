import type { Quantity as Measured } from '@ehrsynth/records';
import { UCUM, ucumOf } from '@ehrsynth/units';
import { plainText } from './plain-text.ts';

type Unit = Pick<Measured, 'unit' | 'system' | 'code'>;

/**
 * A unit with its code: the one that the record has, else UCUM's where the unit is understood. What is written of it stays as it is.
 * @param vital UCUM's codes of which the profile of a vital sign wants one, given where the unit means it: /min for {beats}/min
 */
export function codedUnit({ unit: given, system, code }: Unit, vital: readonly string[] = []): Unit {
  const unit = given === undefined ? undefined : plainText(given)?.trim();
  const wanted = code === undefined || system === UCUM ? meant({ unit, system, code }, vital) : undefined;
  if (wanted) return { unit: unit ?? wanted, system: UCUM, code: wanted };
  if (system && code) return { ...(system === UCUM ? { unit: unit ?? code } : unit && { unit }), system, code };
  if (unit === undefined) return {};
  const ucum = ucumOf({ unit });
  return ucum === undefined ? { unit } : { unit, system: UCUM, code: ucum };
}

/** UCUM's annotations say nothing of the unit. */
const ANNOTATION = /\{[^{}]*\}/g;

/** The one of these codes that a unit stands for. */
function meant({ unit, system, code }: Unit, codes: readonly string[]): string | undefined {
  if (codes.length === 0) return undefined;
  const bare = (text: string | undefined) => text?.replace(ANNOTATION, '').trim();
  const ucum = ucumOf(code === undefined ? { unit: bare(unit) } : { system, code: bare(code) });
  return ucum !== undefined && codes.includes(ucum) ? ucum : undefined;
}
