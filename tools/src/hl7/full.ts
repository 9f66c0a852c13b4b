import { join } from 'node:path';
import type { Vocabulary } from '@ehrsynth/vocab';
import { documentsIn } from './documents.ts';
import { writeFullPatients } from './full-patients.ts';
import { type ReferenceFinding, referenceFindings } from './reference-validator.ts';

const SEED = 9;

/** The errors that HL7's validator finds in patients written in full, as Bundles. */
export async function errorsInFull(
  folder: string,
  patients: number,
  vocabulary: Vocabulary,
  profiles: string[],
): Promise<{ documents: number; errors: ReferenceFinding[] }> {
  const bundles = join(folder, 'full');
  await writeFullPatients(bundles, patients, SEED);
  const documents = (await documentsIn(bundles)).map(({ document }) => document);
  const found = referenceFindings(documents, folder, vocabulary, profiles);
  return { documents: documents.length, errors: found.filter(({ severity }) => severity === 'error') };
}
