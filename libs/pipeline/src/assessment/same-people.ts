import { createHash } from 'node:crypto';
import type { PatientRecord } from '@ehrsynth/records';

/** Codes with days that a record has to have for another with the same ones to be the same person. */
const LEAST_CODES = 5;

/**
 * Recognises people who are in the records more than once, by the same codes on the same days and the same sex, whatever their ids, the
 * format and the order of what they hold. A record with fewer than five dated codes is nobody's in particular.
 */
export class SeenPeople {
  private readonly seen = new Set<string>();

  /** Whether the record is of a person who came before; undefined where nobody could be recognised by it. */
  isRepeated(record: PatientRecord): boolean | undefined {
    const key = keyOf(record);
    if (key === undefined) return undefined;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }
}

function keyOf({ sex, events }: PatientRecord): string | undefined {
  const codes = new Set<string>();
  for (const { kind, code, start } of events)
    if (start !== undefined) codes.add(JSON.stringify([start, kind, code.system, code.code]));
  if (codes.size < LEAST_CODES) return undefined;
  return createHash('sha256')
    .update([sex, ...[...codes].sort()].join('\n'))
    .digest('base64');
}
