import { type ReadLimits, READ_LIMITS } from '@ehrsynth/io';
import { EventKind, type PatientRecord, type Tally } from '@ehrsynth/records';
import { z } from 'zod';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import type { FhirSourceOptions } from './fhir-source.ts';
import type { MedsSourceOptions } from './meds-source.ts';
import type { OmopSourceOptions } from './omop-source.ts';
import { ORIGINS, placeAt } from './origins.ts';
import type { RecordSource } from './record-source.ts';

export const AnyOptions = z.strictObject({
  /** Kinds of events, whatever the origin; all by default. */
  kinds: z.array(EventKind).min(1).default(EventKind.options),
  onError: z.enum(['skip', 'stop']).default('skip'),
  /** Keep ICD-10-CM codes that the dictionary does not have. */
  keepUnknownCodes: z.boolean().default(true),
  limits: z.custom<ReadLimits>().default(READ_LIMITS),
  /** What is asked for where it is FHIR, OMOP or MEDS. */
  fhir: z.custom<Partial<FhirSourceOptions>>().default({}),
  omop: z.custom<Partial<OmopSourceOptions>>().default({}),
  meds: z.custom<Partial<MedsSourceOptions>>().default({}),
});
export type AnyOptions = z.input<typeof AnyOptions>;

export interface AnyRecords {
  /** Where they come from: records, csv, meds, omop, fhir. */
  origin: string;
  records: AsyncIterable<PatientRecord>;
  /** What was read and what was not, and why; filled as they are read. */
  tally: Tally;
}

/**
 * Records of any origin, as what lies at the path says: a part of a cohort (cohort/train), synthetic patients, a file of records, CSV
 * tables that ehrsynth wrote, MEDS (folder), OMOP (folder, DuckDB file, postgres://…), or FHIR (file or folder).
 * @param path of a file or folder, or an address
 * @throws UserError where it cannot be read; WholeCohortError where it has both parts of a cohort
 */
export async function readAnyRecords(
  path: string,
  options: AnyOptions = {},
  running: Running = {},
): Promise<AnyRecords> {
  const { origin, ...source } = await anySource(path, options);
  const { tally, unit } = source;
  async function* records() {
    const work = new Work(running, `Reading ${source.name}`, unit);
    const read = source.read((count, note) => work.update(count, note));
    yield* untilStopped(read, running);
    work.stop();
  }
  return { origin, records: records(), tally };
}

/** The same as a source that a cohort can be made of. @throws as readAnyRecords */
export async function anySource(path: string, options: AnyOptions = {}): Promise<RecordSource & { origin: string }> {
  const { fhir, omop, meds, ...given } = checkedOptions('anySource', AnyOptions, options);
  const place = await placeAt(path);
  for (const { name, is, open } of ORIGINS) {
    if (!(await is(place))) continue;
    const source = await open(place, {
      fhir: { ...given, ...fhir },
      omop: { ...given, ...omop },
      meds: { ...given, ...meds },
    });
    return { ...source, origin: name };
  }
  throw new Error('The last origin must accept everything else');
}
