import { join } from 'node:path';
import { FHIR_ID } from '@ehrsynth/fhir';
import type { Encoder } from '@ehrsynth/matrix';
import { uuidOf } from '@ehrsynth/random';
import { readRecords } from '../cohort/records-file.ts';
import type { HistoryCollector } from './history-sides.ts';
import { PossibleAges } from './possible-ages.ts';
import { heldBy, NO_COLUMN } from './written-records.ts';

/** What of a cohort's patients a release is held against. */
export interface SourcePatients {
  /** Training patients that hold each code, race, ethnicity and encounter class, by the keys of `heldBy`. */
  holders: Map<string, number>;
  /** Of training patients. */
  atPossibleAge: PossibleAges;
  /** Of some ids, those that are a source patient's, training or held out, as it is or as a format writes it. */
  idsAmong: (ids: Iterable<string>) => Set<string>;
}

const OMOP_LENGTH = 50;

/** Reads the records of a cohort. @param histories gathers them as histories, too */
export async function sourcePatients(
  cohort: string,
  encoder: Encoder,
  histories?: HistoryCollector,
): Promise<SourcePatients> {
  const holders = new Map<string, number>();
  const own = new Set<string>();
  const atPossibleAge = new PossibleAges(encoder);
  for (const part of ['train', 'holdout'] as const) {
    for await (const record of readRecords(join(cohort, part, 'records.ndjson.gz'))) {
      for (const id of writings(record.id)) own.add(id);
      histories?.[part].add(record);
      if (part !== 'train') continue;
      atPossibleAge.add(record);
      for (const key of new Set(keysOf(heldBy(record, encoder)))) holders.set(key, (holders.get(key) ?? 0) + 1);
    }
  }
  return { holders, atPossibleAge, idsAmong: (ids) => new Set([...ids].filter((id) => own.has(id))) };
}

/** An id, and what FHIR and OMOP make of one that is too long or has other characters than they allow. */
function writings(id: string): string[] {
  return [
    id,
    ...(FHIR_ID.test(id) ? [] : [uuidOf(id)]),
    ...(id.length > OMOP_LENGTH ? [id.slice(0, OMOP_LENGTH)] : []),
  ];
}

/** Those of columns alone: a code that has none counts as held by nobody. */
function* keysOf(held: Iterable<[key: string, name: string]>): Generator<string> {
  for (const [key] of held) if (!key.startsWith(NO_COLUMN)) yield key;
}
