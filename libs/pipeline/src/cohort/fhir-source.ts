import { type Loss, readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { checkedOptions } from '../run/options.ts';
import { FHIR_PRESET_NAMES, withPreset } from './fhir-presets.ts';
import { readingOptions, type RecordSource, shownOptions } from './record-source.ts';

/** Resources that hold drugs. */
export const DRUG_RESOURCES = [
  'MedicationRequest',
  'MedicationDispense',
  'MedicationAdministration',
  'MedicationStatement',
] as const;

export const FhirSourceOptions = z.strictObject({
  ...readingOptions,
  /** How a known source is read; what is given beside it comes first. */
  preset: z.enum(FHIR_PRESET_NAMES).optional(),
  /** Which resources drugs are read from; all by default. */
  drugResources: z.array(z.enum(DRUG_RESOURCES)).optional(),
  /** auto reads of ExplanationOfBenefit and Claim what a patient has no clinical records of. */
  claims: z.enum(['auto', 'read', 'skip']).optional(),
  /** Whether what may not have happened is kept; it is counted either way. */
  unconfirmed: z.enum(['keep', 'skip']).default('keep'),
  /** An order with what is dispensed and administered of it is one event, or each of them is one. */
  countDrugs: z.enum(['once', 'each']).optional(),
  /** Read it as R4 whatever it looks like. */
  release: z.literal('r4').optional(),
  /** Of a concept with several codes of one system: count those behind the first, or keep each as an event. */
  furtherCodings: z.enum(['count', 'keep']).default('count'),
  /** Code systems to be read as others: URI=icd-10-cm; and a file of such lines. */
  systemAlias: z.array(z.string()).optional(),
  systemAliasFile: z.string().optional(),
});
export type FhirSourceOptions = z.input<typeof FhirSourceOptions>;

/** Files that were fetched from a server. */
export interface Fetched {
  /** The server, as the user calls it. */
  name: string;
  /** What it did not send. */
  losses: Loss[];
}

/**
 * FHIR R4: JSON and NDJSON under any name, gzipped or not, a file or a folder.
 * @throws UserError where the options, or the file of aliases, cannot be used
 */
export async function fhirSource(
  path: string,
  options: FhirSourceOptions = {},
  fetched?: Fetched,
): Promise<RecordSource> {
  const { preset, ...own } = checkedOptions('fhirSource', FhirSourceOptions, options);
  const given = { claims: 'auto' as const, countDrugs: 'once' as const, ...withPreset(preset, own) };
  const { onError, systemAlias, systemAliasFile, ...reading } = given;
  const aliases = new SystemAliases(systemAlias);
  if (systemAliasFile) await aliases.addFile(systemAliasFile);
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  if (fetched) countLosses(fetched.losses, tally);
  return {
    command: 'ingest fhir',
    name: fetched?.name ?? path,
    inputs: [path, ...(systemAliasFile ? [systemAliasFile] : [])],
    options: shownOptions(given),
    vocabulary,
    tally,
    unit: 'resources',
    read: (onProgress, workFolder) =>
      readPatientRecords(
        path,
        {
          ...reading,
          aliases,
          vocabulary,
          isFetched: fetched !== undefined,
          workFolder,
          onProgress: ({ resources, fileIndex, files }) => onProgress(resources, `(file ${fileIndex + 1} of ${files})`),
        },
        tally,
      ),
  };
}

/** Counts what a server did not send among what was not used, or among what is worth knowing where its number is not known. */
function countLosses(losses: Loss[], tally: Tally): void {
  for (const { type, reason, where, details, missing, times } of losses) {
    const problem = { reason, resourceType: type, where, detail: details.join('; ') };
    if (missing > 0) tally.fault(problem, missing);
    else tally.note(problem, times);
  }
}
